//! Ranking what the cluster says: [`most_likely_cause`].

/// One thing that the cluster said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sign {
    /// Of which object.
    pub object: String,
    /// What it said: an event's reason and message, a container's state, a last log line.
    pub text: String,
    /// How often.
    pub count: i32,
}

/// What is looked for, the most telling first.
const TELLING: [(&str, &str); 16] = [
    ("has 0 replicas", "a component is scaled to 0"),
    ("is not ready", "a node is not ready"),
    ("ErrImageNeverPull", "an image is not on the node"),
    ("ImagePullBackOff", "an image cannot be pulled"),
    ("ErrImagePull", "an image cannot be pulled"),
    ("InvalidImageName", "an image's name is wrong"),
    ("forbidden", "a permission is missing"),
    ("SignatureDoesNotMatch", "the S3 credentials are wrong"),
    ("InvalidAccessKeyId", "the S3 credentials are wrong"),
    ("CrashLoopBackOff", "a container does not stay up"),
    ("OOMKilled", "a container ran out of memory"),
    ("ProvisioningFailed", "the provisioner refused the claim"),
    ("FailedMount", "a volume could not be mounted"),
    ("FailedScheduling", "a pod could not be placed"),
    ("Unavailable", "a backup storage location is unavailable"),
    ("Failed", "something failed"),
];

/// The most telling sign in words; `None` where none tells anything.
#[must_use]
pub fn most_likely_cause(signs: &[Sign]) -> Option<String> {
    TELLING.iter().find_map(|(word, meaning)| {
        let found = signs.iter().find(|sign| sign.text.contains(word))?;
        Some(format!("{meaning}: {}: {}", found.object, found.text.chars().take(400).collect::<String>()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign(text: &str) -> Sign {
        Sign { object: "Pod `p`".into(), text: text.into(), count: 1 }
    }

    #[test]
    fn a_missing_image_beats_the_time_out_that_it_causes() {
        let signs = [sign("ProvisioningFailed: create process timeout after 120 seconds"), sign("ErrImageNeverPull: image x")];
        assert!(most_likely_cause(&signs).unwrap().starts_with("an image is not on the node"));
    }

    #[test]
    fn ordinary_events_are_no_cause() {
        assert_eq!(most_likely_cause(&[sign("Scheduled: assigned"), sign("Pulled: image present")]), None);
    }
}
