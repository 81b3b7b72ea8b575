//! Taking secrets out of what is kept: [`Redactor`].

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::Secret;

/// Replaces known secrets and what looks like one.
#[derive(Debug, Clone, Default)]
pub(super) struct Redactor {
    /// Longest first, so that a part of a secret does not hide the whole of it.
    secrets: Vec<String>,
}

/// What stands for a secret.
const REDACTED: &str = "[redacted]";

/// Words behind which a secret stands, as in presigned addresses, headers, credential files and age keys.
const MARKERS: [&str; 9] = [
    "X-Amz-Signature=",
    "X-Amz-Credential=",
    "X-Amz-Security-Token=",
    "Signature=",
    "Authorization: ",
    "Bearer ",
    "aws_secret_access_key=",
    "aws_secret_access_key = ",
    "AGE-SECRET-KEY-1",
];

/// Shorter values are left: they would blot out half of the text.
const SHORTEST: usize = 6;

/// Keys of Secrets whose values say where something is, and are no secret.
const PUBLIC: [&str; 9] = [
    "namespace",
    "service",
    "port",
    "bucket",
    "region",
    "endpoint",
    "expires",
    "ca.crt",
    "tls.crt",
];

impl Redactor {
    /// A redactor of these secrets.
    pub(super) fn new(secrets: &[String]) -> Self {
        let mut redactor = Self::default();
        redactor.learn(secrets.iter().cloned());
        redactor
    }

    /// Takes every value of a Secret: whole, by line, and behind a line's `=` or `:`; plain and in base64.
    pub(super) fn learn_from(&mut self, secret: &Secret) {
        let mut found = Vec::new();
        for (_key, value) in secret
            .data
            .iter()
            .flatten()
            .filter(|(key, _)| !PUBLIC.contains(&key.as_str()))
        {
            // The API writes bytes as base64, which is what a manifest in a log would show.
            if let Ok(serde_json::Value::String(encoded)) = serde_json::to_value(value) {
                found.push(encoded);
            }
            let text = String::from_utf8_lossy(&value.0).trim().to_owned();
            for line in text.lines().map(str::trim).filter(|line| !line.starts_with("-----")) {
                found.extend(
                    line.split_once(['=', ':'])
                        .map(|(_name, value)| value.trim().to_owned()),
                );
                found.push(line.to_owned());
            }
            found.push(text);
        }
        self.learn(found);
    }

    fn learn(&mut self, secrets: impl IntoIterator<Item = String>) {
        let long = secrets.into_iter().filter(|secret| secret.len() >= SHORTEST);
        let all: BTreeSet<String> = self.secrets.drain(..).chain(long).collect();
        self.secrets = all.into_iter().collect();
        self.secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    }

    /// The text without secrets.
    pub(super) fn redact(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.secrets {
            if text.contains(secret.as_str()) {
                text = text.replace(secret.as_str(), REDACTED);
            }
        }
        for marker in MARKERS {
            if text.contains(marker) {
                text = blot(&text, marker);
            }
        }
        text
    }
}

/// Replaces what follows each marker up to white space, a quote or `&`.
fn blot(text: &str, marker: &str) -> String {
    let mut parts = text.split(marker);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part
            .find(|c: char| c.is_whitespace() || matches!(c, '&' | '"' | '\'' | ','))
            .unwrap_or(part.len());
        out.push_str(marker);
        out.push_str(REDACTED);
        out.push_str(&part[end..]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(data: &serde_json::Value) -> Secret {
        serde_json::from_value(serde_json::json!({ "metadata": { "name": "s" }, "stringData": {}, "data": data }))
            .unwrap()
    }

    #[test]
    fn no_planted_secret_survives() {
        let redactor = Redactor::new(&["planted-secret-1".into(), "short".into()]);
        let text = redactor
            .redact("key planted-secret-1; GET https://s3/x?X-Amz-Signature=abc&y=1 Authorization: Bearer-x end short");
        assert!(
            !text.contains("planted-secret-1") && !text.contains("abc") && !text.contains("Bearer-x"),
            "{text}"
        );
        assert!(text.contains("&y=1") && text.ends_with("end short"), "{text}");
    }

    #[test]
    fn values_of_secrets_are_taken_out_whole_by_line_and_encoded() {
        let mut redactor = Redactor::default();
        // `[default]\naws_access_key_id=AKIAPLANTED\naws_secret_access_key=planted/key+1\n`, `bucket-one`, `not-public`.
        redactor.learn_from(&secret(&serde_json::json!({
            "cloud": "W2RlZmF1bHRdCmF3c19hY2Nlc3Nfa2V5X2lkPUFLSUFQTEFOVEVECmF3c19zZWNyZXRfYWNjZXNzX2tleT1wbGFudGVkL2tleSsxCg==",
            "bucket": "YnVja2V0LW9uZQ==",
            "token": "bm90LXB1YmxpYw==",
        })));
        let text =
            redactor.redact("id AKIAPLANTED key planted/key+1 in bucket-one token not-public or bm90LXB1YmxpYw==");
        assert_eq!(
            text,
            "id [redacted] key [redacted] in bucket-one token [redacted] or [redacted]"
        );
    }
}
