//! Ranking what the cluster says: [`most_likely_cause`].

/// One thing that the cluster said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sign {
    /// Of which object.
    pub object: String,
    /// What it said: an event's reason and message, a container's state, a resource's phase.
    pub text: String,
    /// How often.
    pub count: i32,
}

/// What is looked for, the most telling first: what prevents everything before what only follows from it.
const TELLING: [(&[&str], &str); 14] = [
    (&["has 0 replicas"], "a component is scaled to 0"),
    (
        &["ErrImageNeverPull", "is not present with pull policy of Never"],
        "an image is not on the node",
    ),
    (
        &["InvalidImageName", "couldn't parse image"],
        "an image's name is wrong",
    ),
    (
        &["ImagePullBackOff", "ErrImagePull", "Failed to pull image"],
        "an image cannot be pulled",
    ),
    (&["forbidden"], "a permission is missing"),
    (
        &["SignatureDoesNotMatch", "InvalidAccessKeyId"],
        "the S3 credentials are wrong",
    ),
    (&["OOMKilled"], "a container ran out of memory"),
    (&["CrashLoopBackOff"], "a container does not stay up"),
    (&["FailedMount", "FailedAttachVolume"], "a volume could not be mounted"),
    (&["ProvisioningFailed"], "the provisioner could not make the volume"),
    (&["Unavailable: "], "a backup storage location is unavailable"),
    (&["volume copy Failed"], "a volume could not be copied"),
    (&["is not ready"], "a node is not ready"),
    (&["FailedScheduling"], "a pod could not be placed"),
];

/// The most telling sign in words; `None` where none tells anything. Of signs that tell the same, the first counts.
#[must_use]
pub fn most_likely_cause(signs: &[Sign]) -> Option<String> {
    TELLING.iter().find_map(|(words, meaning)| {
        let found = signs
            .iter()
            .find(|sign| words.iter().any(|word| sign.text.contains(word)))?;
        let times = if found.count > 1 {
            format!(" (seen {} times)", found.count)
        } else {
            String::new()
        };
        Some(format!(
            "{meaning}: {}: {}{times}",
            found.object,
            found.text.chars().take(400).collect::<String>()
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign(text: &str) -> Sign {
        Sign {
            object: "Pod `p`".into(),
            text: text.into(),
            count: 1,
        }
    }

    #[test]
    fn a_missing_image_beats_the_time_out_that_it_causes() {
        let signs = [
            sign("ProvisioningFailed: create process timeout after 120 seconds"),
            sign("ErrImageNeverPull: image x"),
        ];
        assert!(
            most_likely_cause(&signs)
                .unwrap()
                .starts_with("an image is not on the node")
        );
    }

    #[test]
    fn a_provisioner_without_pods_beats_the_pod_that_cannot_be_placed() {
        let signs = [
            sign("FailedScheduling: unbound immediate PersistentVolumeClaims"),
            sign("has 0 replicas"),
        ];
        assert_eq!(
            most_likely_cause(&signs).unwrap(),
            "a component is scaled to 0: Pod `p`: has 0 replicas"
        );
    }

    #[test]
    fn ordinary_events_are_no_cause() {
        assert_eq!(
            most_likely_cause(&[sign("Scheduled: assigned"), sign("Pulled: image present")]),
            None
        );
    }
}
