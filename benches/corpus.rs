//! Generated projects of any size: criteria, and scenarios with six steps each, a hundred to a file.

use std::{fmt::Write as _, fs, io, path::Path};

/// Criteria in a document, scenarios in a feature.
pub(crate) const PART: usize = 100;

/// Writes a project of so many criteria, each proven by one scenario.
///
/// # Errors
///
/// Where a file cannot be written.
pub(crate) fn write_project(root: &Path, count: usize) -> io::Result<()> {
    fs::create_dir_all(root.join("spec"))?;
    fs::create_dir_all(root.join("features"))?;
    for part in 0..count.div_ceil(PART) {
        let numbers = part * PART..((part + 1) * PART).min(count);
        fs::write(
            root.join(format!("spec/part-{part:05}.md")),
            document(part, numbers.clone()),
        )?;
        fs::write(
            root.join(format!("features/part-{part:05}.feature")),
            feature(part, numbers),
        )?;
    }
    fs::write(root.join("shall.toml"), "spec = \"spec\"\nfeatures = \"features\"\n")
}

/// A document of one section.
pub(crate) fn document(part: usize, numbers: std::ops::Range<usize>) -> String {
    let mut text = format!("# Part {part}\n\nWhat the cluster does with claims.\n\n## Claims of part {part}\n\n");
    for number in numbers {
        let _ = writeln!(text, "- **AC-{number:06}** {}", sentence(number));
    }
    text
}

/// The sentence of one criterion.
pub(crate) fn sentence(number: usize) -> String {
    format!(
        "WHEN a pod first mounts claim {number}, the cluster SHALL bind the claim to a new volume within 30 seconds, and SHALL log it."
    )
}

fn feature(part: usize, numbers: std::ops::Range<usize>) -> String {
    let mut text = format!("@REQ-PART-{part}\nFeature: Claims of part {part}\n");
    for number in numbers {
        let _ = write!(
            text,
            "\n  @AC-{number:06}\n  Scenario: Claim {number} is bound within its budget\n    \
             Given a running pod with a volume of the default storage class\n    \
             When a pod that mounts a new claim of the default storage class is created\n    \
             Then the claim is bound to a new volume\n    \
             And provisioning stays within its budget\n    \
             And the pod becomes ready with the volume mounted\n    \
             And the volume is on the pod's node\n"
        );
    }
    text
}
