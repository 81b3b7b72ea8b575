//! The S3 server's keys among what SOPS decrypts: [`S3Keys`].

use std::path::Path;

use k8s_openapi::api::core::v1::Secret;

use super::{
    profile::S3Place,
    sops::{Opened, SopsError},
};

/// Keys of the Secret that holds the keys of the S3 server.
const ACCESS_KEY: &str = "S3_ACCESS_KEY_ID";
const SECRET_KEY: &str = "S3_SECRET_ACCESS_KEY";
const ENDPOINT: &str = "S3_ENDPOINT";
const BUCKET: &str = "S3_BUCKET";
/// The same keys as a file of AWS credentials, which is what Velero reads.
const CREDENTIALS: &str = "cloud";

/// Root keys of the S3 server.
pub(crate) struct S3Keys {
    pub(crate) access_key: String,
    pub(crate) secret_key: String,
}

impl S3Keys {
    /// The keys in the first decrypted Secret that has them; `None` where none has.
    ///
    /// # Errors
    ///
    /// When that Secret is of another place than the profile's, or gives Velero other keys than the server.
    pub(crate) fn find(opened: &Opened, place: &S3Place) -> Result<Option<Self>, SopsError> {
        for (path, text) in opened.iter() {
            let secret: Secret = serde_saphyr::from_str(text).map_err(|_fault: serde_saphyr::Error| {
                // The fault may quote a value.
                unfit(path, vec!["expected a Secret, observed another object".to_owned()])
            })?;
            if let (Some(access_key), Some(secret_key)) = (value(&secret, ACCESS_KEY), value(&secret, SECRET_KEY)) {
                let keys = Self { access_key, secret_key };
                let faults = keys.faults(&secret, place);
                return if faults.is_empty() {
                    Ok(Some(keys))
                } else {
                    Err(unfit(path, faults))
                };
            }
        }
        Ok(None)
    }

    /// What in the Secret does not fit the profile or itself; no value is told.
    fn faults(&self, secret: &Secret, place: &S3Place) -> Vec<String> {
        let mut faults = Vec::new();
        let endpoint = format!("https://{}:{}", place.host(), place.port);
        for (key, expected) in [(ENDPOINT, &endpoint), (BUCKET, &place.bucket)] {
            if value(secret, key).is_some_and(|observed| observed != *expected) {
                faults.push(format!(
                    "`{key}`: expected `{expected}` of the profile, observed another"
                ));
            }
        }
        let credentials = value(secret, CREDENTIALS).unwrap_or_default();
        let has = |line: String| credentials.lines().any(|found| found == line);
        let is_same = has(format!("aws_access_key_id={}", self.access_key))
            && has(format!("aws_secret_access_key={}", self.secret_key));
        if !is_same {
            faults.push(format!(
                "`{CREDENTIALS}`: expected the keys of `{ACCESS_KEY}` and `{SECRET_KEY}`, observed others"
            ));
        }
        faults
    }
}

/// The fault of a decrypted manifest that cannot be used.
pub(super) fn unfit(path: &Path, faults: Vec<String>) -> SopsError {
    let path = path.to_owned();
    SopsError::Unfit { path, faults }
}

/// A value of a Secret as text.
fn value(secret: &Secret, key: &str) -> Option<String> {
    let plain = secret.string_data.as_ref().and_then(|data| data.get(key)).cloned();
    plain.or_else(|| {
        let bytes = secret.data.as_ref()?.get(key)?;
        String::from_utf8(bytes.0.clone()).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str) -> Result<Option<S3Keys>, String> {
        let place = S3Place {
            namespace: "s3".into(),
            service: "s3".into(),
            port: 7070,
            bucket: "b".into(),
        };
        S3Keys::find(&Opened::of("x.sops.yaml", text), &place).map_err(|error| error.to_string())
    }

    const GOOD: &str = "{apiVersion: v1, kind: Secret, metadata: {name: a}, stringData: {S3_ACCESS_KEY_ID: topmost, \
        S3_SECRET_ACCESS_KEY: hidden, S3_ENDPOINT: 'https://s3.s3.svc:7070', S3_BUCKET: b, \
        cloud: \"[default]\\naws_access_key_id=topmost\\naws_secret_access_key=hidden\\n\"}}";

    #[test]
    fn the_keys_are_those_of_the_secret() {
        let keys = find(GOOD).unwrap().unwrap();
        assert_eq!(
            (keys.access_key.as_str(), keys.secret_key.as_str()),
            ("topmost", "hidden")
        );
        let encoded = "{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {S3_ACCESS_KEY_ID: dG9wbW9zdA==}}";
        assert!(find(encoded).unwrap().is_none(), "one key alone is none");
    }

    #[test]
    fn every_value_that_does_not_fit_is_named_and_none_is_told() {
        let bad = GOOD
            .replace(":7070", ":7071")
            .replace("access_key=hidden", "access_key=other");
        let said = find(&bad).map(|_keys| ()).unwrap_err();
        assert!(
            said.contains("`S3_ENDPOINT`: expected `https://s3.s3.svc:7070`"),
            "{said}"
        );
        assert!(said.contains("`cloud`: expected the keys of"), "{said}");
        assert!(!said.contains("hidden") && !said.contains("other\n"), "{said}");
    }

    #[test]
    fn another_object_than_a_secret_is_refused_without_its_content() {
        let said = find("[hidden]").map(|_keys| ()).unwrap_err();
        assert!(said.contains("`x.sops.yaml`") && !said.contains("hidden"), "{said}");
    }
}
