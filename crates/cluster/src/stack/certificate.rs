//! What the S3 server proves itself with and asks for: [`S3Identity`], made once for a cluster.

use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{profile::S3Place, s3_keys::S3Keys};

/// How long a certificate is valid, in days.
const VALIDITY_DAYS: i64 = 365;
/// A certificate with less than this left is made anew, in days.
const RENEW_DAYS: i64 = 30;

/// An identity could not be made.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The certificate could not be made.
    #[error("the certificate of the S3 server could not be made")]
    Certificate(#[from] rcgen::Error),
    /// No random bytes could be had.
    #[error("the system gave no random bytes")]
    Random,
    /// The clock's date cannot be written into a certificate.
    #[error("the clock's date cannot be written into a certificate")]
    Date(#[from] jiff::Error),
}

/// Keys and certificate of one cluster's S3 server. The CA's own key is forgotten once it has signed.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct S3Identity {
    /// Root access key.
    pub(crate) access_key: String,
    /// Root secret key.
    pub(crate) secret_key: String,
    /// Certificate of the CA, PEM.
    pub(crate) ca_pem: String,
    /// Certificate of the server, PEM.
    pub(crate) certificate_pem: String,
    /// Private key of the server, PEM.
    pub(crate) key_pem: String,
    /// When the certificate ends, RFC 3339.
    pub(crate) expires: String,
    /// First 16 hex digits of a SHA-256 over all of it; pods restart when it changes.
    pub(crate) digest: String,
}

impl std::fmt::Debug for S3Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("S3Identity")
            .field("expires", &self.expires)
            .field("digest", &self.digest)
            .finish_non_exhaustive()
    }
}

impl S3Identity {
    /// Makes new random keys, a CA and a server certificate for every name of the Service.
    pub(crate) fn create(place: &S3Place) -> Result<Self, IdentityError> {
        let now = Timestamp::now().to_zoned(TimeZone::UTC);
        let ends = now.checked_add(VALIDITY_DAYS.days())?;
        let begins = now.checked_sub(1.day())?;
        let date = |at: &jiff::Zoned| {
            rcgen::date_time_ymd(i32::from(at.year()), at.month().unsigned_abs(), at.day().unsigned_abs())
        };

        let ca_key = KeyPair::generate()?;
        let mut ca = CertificateParams::new(Vec::new())?;
        ca.distinguished_name
            .push(DnType::CommonName, "shall CA of this cluster");
        ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        (ca.not_before, ca.not_after) = (date(&begins), date(&ends));
        let ca_pem = ca.self_signed(&ca_key)?.pem();
        let issuer = Issuer::new(ca, ca_key);

        let server_key = KeyPair::generate()?;
        let mut server = CertificateParams::new(names_of(place))?;
        server.distinguished_name.push(DnType::CommonName, place.host());
        server.use_authority_key_identifier_extension = true;
        server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        (server.not_before, server.not_after) = (date(&begins), date(&ends));
        let certificate_pem = server.signed_by(&server_key, &issuer)?.pem();

        let midnight = ends.start_of_day()?.timestamp().to_string();
        Ok(Self::assemble(
            random_hex(10)?,
            random_hex(20)?,
            ca_pem,
            certificate_pem,
            server_key.serialize_pem(),
            midnight,
        ))
    }

    /// Puts its parts together and digests them.
    pub(crate) fn assemble(
        access_key: String,
        secret_key: String,
        ca_pem: String,
        certificate_pem: String,
        key_pem: String,
        expires: String,
    ) -> Self {
        let mut hash = Sha256::new();
        for part in [&access_key, &secret_key, &ca_pem, &certificate_pem, &key_pem] {
            hash.update(part.as_bytes());
        }
        let digest = hex(&hash.finalize()[..8]);
        Self {
            access_key,
            secret_key,
            ca_pem,
            certificate_pem,
            key_pem,
            expires,
            digest,
        }
    }

    /// The same certificate with other keys.
    pub(crate) fn with_keys(self, keys: S3Keys) -> Self {
        Self::assemble(
            keys.access_key,
            keys.secret_key,
            self.ca_pem,
            self.certificate_pem,
            self.key_pem,
            self.expires,
        )
    }

    /// Whether its certificate lasts long enough to be used again.
    pub(crate) fn is_fresh(&self) -> bool {
        let limit = Timestamp::now().checked_add((24 * RENEW_DAYS).hours());
        matches!((self.expires.parse::<Timestamp>(), limit), (Ok(expires), Ok(limit)) if expires > limit)
    }
}

/// Every name that the S3 server is reached by: those of its Service, and this machine's through a port-forward.
fn names_of(place: &S3Place) -> Vec<String> {
    let S3Place { service, namespace, .. } = place;
    vec![
        service.clone(),
        format!("{service}.{namespace}"),
        place.host(),
        format!("{service}.{namespace}.svc.cluster.local"),
        "localhost".to_owned(),
        "127.0.0.1".to_owned(),
    ]
}

/// So many random bytes, as hex digits.
fn random_hex(bytes: usize) -> Result<String, IdentityError> {
    let mut buffer = vec![0; bytes];
    let provider = rustls::crypto::ring::default_provider();
    provider
        .secure_random
        .fill(&mut buffer)
        .map_err(|rustls::crypto::GetRandomFailed| IdentityError::Random)?;
    Ok(hex(&buffer))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> S3Place {
        S3Place {
            namespace: "s3".into(),
            service: "s3".into(),
            port: 7070,
            bucket: "b".into(),
        }
    }

    #[test]
    fn two_identities_share_nothing() {
        let (one, two) = (
            S3Identity::create(&place()).unwrap(),
            S3Identity::create(&place()).unwrap(),
        );
        assert_ne!(one.secret_key, two.secret_key);
        assert_ne!(one.ca_pem, two.ca_pem);
        assert_ne!(one.digest, two.digest);
    }

    #[test]
    fn a_new_identity_is_fresh_and_an_ended_one_is_not() {
        let mut identity = S3Identity::create(&place()).unwrap();
        assert!(identity.is_fresh());
        identity.expires = "2020-01-01T00:00:00Z".into();
        assert!(!identity.is_fresh());
    }

    #[test]
    fn the_server_is_named_as_its_service_and_as_this_machine() {
        let names = names_of(&place());
        assert!(
            names.contains(&"s3.s3.svc".to_owned()) && names.contains(&"127.0.0.1".to_owned()),
            "{names:?}"
        );
    }

    #[test]
    fn its_debug_output_holds_no_secret() {
        let identity = S3Identity::create(&place()).unwrap();
        assert!(!format!("{identity:?}").contains(&identity.secret_key));
    }
}
