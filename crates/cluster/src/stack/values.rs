//! What templates may say: [`Values`], rendered strictly, so that a misspelled name is an error.

use std::collections::BTreeMap;

use k8s_openapi::ByteString;
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

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
}

impl Values<'_> {
    /// Renders one template.
    pub(crate) fn render(&self, text: &str) -> Result<String, minijinja::Error> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.add_filter("base64", |text: String| base64(text.as_bytes()));
        environment.render_str(text, minijinja::value::Serde(self))
    }
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
    fn base64_is_that_of_a_secret() {
        assert_eq!(base64(b"[default]\n"), "W2RlZmF1bHRdCg==");
    }
}
