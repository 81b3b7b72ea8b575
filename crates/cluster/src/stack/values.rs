//! What templates may say: [`Values`], rendered strictly, so that a misspelled name is an error.

use std::collections::BTreeMap;

use k8s_openapi::ByteString;
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::certificate::S3Identity;
use super::profile::S3Place;

/// The values of one component's templates.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Values<'a> {
    /// The S3 server: `namespace`, `service`, `port`, `bucket`.
    pub(crate) place: &'a S3Place,
    /// The S3 server's name inside the cluster.
    pub(crate) host: String,
    /// Its keys and certificate.
    pub(crate) identity: &'a S3Identity,
    /// The component's own parameters.
    pub(crate) parameters: &'a BTreeMap<String, String>,
    /// How many nodes the cluster has; replicas that keep apart cannot be more.
    pub(crate) nodes: usize,
}

impl Values<'_> {
    /// Renders one template.
    pub(crate) fn render(&self, text: &str) -> Result<String, minijinja::Error> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.add_filter("base64", |text: String| base64(text.as_bytes()));
        environment.add_filter("digest", |text: String| digest(&text));
        environment.add_filter("key_for", |secret: String, purpose: String| key_for(&secret, &purpose));
        environment.render_str(text, minijinja::value::Serde(self))
    }
}

/// The first 16 hex digits of a text's SHA-256: a pod restarts when its configuration has another.
fn digest(text: &str) -> String {
    let bytes = Sha256::digest(text.as_bytes());
    bytes
        .iter()
        .take(8)
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

/// A key of its own for one purpose, the same for the same secret: 32 bytes in base64, as TSIG has them.
fn key_for(secret: &str, purpose: &str) -> String {
    base64(&Sha256::digest(format!("{purpose}\n{secret}")))
}

/// Bytes as a Secret holds them.
fn base64(bytes: &[u8]) -> String {
    match serde_json::to_value(ByteString(bytes.to_vec())) {
        Ok(serde_json::Value::String(text)) => text,
        Ok(other) => other.to_string(),
        Err(error) => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_belongs_to_its_secret_and_purpose() {
        let key = key_for("secret", "tsig");
        assert_eq!((key.len(), &key), (44, &key_for("secret", "tsig")));
        assert_ne!(key, key_for("secret", "other"));
        assert_ne!(key, key_for("other", "tsig"));
    }

    #[test]
    fn a_digest_changes_with_its_text() {
        assert_eq!(digest("a").len(), 16);
        assert_ne!(digest("a"), digest("b"));
    }

    #[test]
    fn base64_is_that_of_a_secret() {
        assert_eq!(base64(b"[default]\n"), "W2RlZmF1bHRdCg==");
    }
}
