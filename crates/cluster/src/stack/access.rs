//! How the S3 server is reached: [`S3Access`], kept in a Secret of the cluster so that it can be read again later.

use std::{collections::BTreeMap, fmt};

use k8s_openapi::{ByteString, api::core::v1::Secret};
use kube::{Api, Client, api::ListParams};

use super::{certificate::S3Identity, error::StackError, profile::S3Place, s3_keys::S3Keys};

/// Label of the Secret that says how the S3 server is reached.
const ROLE: &str = "shall.dev/role=s3-access";

/// How the S3 server is reached and what it asks for. TLS only.
#[derive(Clone, PartialEq, Eq)]
pub struct S3Access {
    /// Namespace of its Service.
    pub namespace: String,
    /// Name of its Service.
    pub service: String,
    /// Port of its Service and of its pods.
    pub port: u16,
    /// The bucket that backups go to.
    pub bucket: String,
    /// Root access key.
    pub access_key: String,
    /// Root secret key.
    pub secret_key: String,
    /// Certificate of the CA that signed the server's, PEM.
    pub ca_pem: String,
}

impl fmt::Debug for S3Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Access")
            .field("namespace", &self.namespace)
            .field("service", &self.service)
            .field("port", &self.port)
            .field("bucket", &self.bucket)
            .field("access_key", &self.access_key)
            .finish_non_exhaustive()
    }
}

impl S3Access {
    /// Reads it from the cluster that a stack is installed in.
    ///
    /// # Errors
    ///
    /// When no stack is installed, its Secret is incomplete, or the API server does not answer.
    pub async fn read(client: &Client) -> Result<Self, StackError> {
        let secret = find(client).await?.ok_or(StackError::NoStack)?;
        let fields = Fields(secret.data.unwrap_or_default());
        let port = fields.text("port")?;
        Ok(Self {
            namespace: fields.text("namespace")?,
            service: fields.text("service")?,
            port: port
                .parse()
                .map_err(|_fault: std::num::ParseIntError| StackError::Access { key: "port" })?,
            bucket: fields.text("bucket")?,
            access_key: fields.text("access-key")?,
            secret_key: fields.text("secret-key")?,
            ca_pem: fields.text("ca.crt")?,
        })
    }

    /// The access that a profile's place and an identity give.
    pub(crate) fn new(place: &S3Place, identity: &S3Identity) -> Self {
        Self {
            namespace: place.namespace.clone(),
            service: place.service.clone(),
            port: place.port,
            bucket: place.bucket.clone(),
            access_key: identity.access_key.clone(),
            secret_key: identity.secret_key.clone(),
            ca_pem: identity.ca_pem.clone(),
        }
    }
}

/// The identity that the cluster has for this place, where it is complete and lasts; a new one otherwise. It has
/// `keys` where these are given.
pub(crate) async fn reuse_or_create(
    client: &Client,
    place: &S3Place,
    keys: Option<S3Keys>,
) -> Result<S3Identity, StackError> {
    let known = find(client).await?.and_then(|secret| read_identity(place, secret));
    let identity = match known {
        Some(identity) if identity.is_fresh() => identity,
        Some(_) | None => S3Identity::create(place)?,
    };
    Ok(match keys {
        Some(keys) => identity.with_keys(keys),
        None => identity,
    })
}

/// The identity in a Secret; `None` where it is of another place or incomplete.
fn read_identity(place: &S3Place, secret: Secret) -> Option<S3Identity> {
    let fields = Fields(secret.data?);
    let text = |key| fields.text(key).ok();
    if text("namespace")? != place.namespace || text("service")? != place.service {
        return None;
    }
    Some(S3Identity::assemble(
        text("access-key")?,
        text("secret-key")?,
        text("ca.crt")?,
        text("tls.crt")?,
        text("tls.key")?,
        text("expires")?,
    ))
}

async fn find(client: &Client) -> Result<Option<Secret>, StackError> {
    let api: Api<Secret> = Api::all(client.clone());
    let listed = api.list(&ListParams::default().labels(ROLE)).await;
    let found = listed.map_err(|source| StackError::api("Secrets labelled s3-access", source))?;
    Ok(found.items.into_iter().next())
}

/// The data of the Secret.
struct Fields(BTreeMap<String, ByteString>);

impl Fields {
    fn text(&self, key: &'static str) -> Result<String, StackError> {
        let bytes = self.0.get(key).ok_or(StackError::Access { key })?;
        String::from_utf8(bytes.0.clone()).map_err(|_fault: std::string::FromUtf8Error| StackError::Access { key })
    }
}
