//! Taking secrets out of what is kept: [`Redactor`].

/// Replaces known secrets and what looks like one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Redactor {
    secrets: Vec<String>,
}

/// Words behind which a secret stands, as in presigned addresses and headers.
const MARKERS: [&str; 4] = ["X-Amz-Signature=", "X-Amz-Credential=", "Authorization: ", "aws_secret_access_key="];

impl Redactor {
    /// A redactor of these secrets; short ones are left out, they would blot out half of the text.
    pub(crate) fn new(secrets: &[String]) -> Self {
        Self { secrets: secrets.iter().filter(|secret| secret.len() >= 8).cloned().collect() }
    }

    /// The text without secrets.
    pub(crate) fn redact(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.secrets {
            text = text.replace(secret, "[redacted]");
        }
        for marker in MARKERS {
            text = blot(&text, marker);
        }
        text
    }
}

/// Replaces what follows each marker up to white space, a quote or `&`.
fn blot(text: &str, marker: &str) -> String {
    let mut parts = text.split(marker);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| c.is_whitespace() || matches!(c, '&' | '"' | '\'')).unwrap_or(part.len());
        out.push_str(marker);
        out.push_str("[redacted]");
        out.push_str(&part[end..]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_planted_secret_survives() {
        let redactor = Redactor::new(&["planted-secret-1".into(), "short".into()]);
        let text = redactor.redact("key planted-secret-1; GET https://s3/x?X-Amz-Signature=abc&y=1 Authorization: Bearer-x end short");
        assert!(!text.contains("planted-secret-1") && !text.contains("abc") && !text.contains("Bearer-x"), "{text}");
        assert!(text.contains("&y=1") && text.ends_with("end short"), "{text}");
    }
}
