//! What `seed` is asked to write: [`SeedPlan`].

use serde::{Deserialize, Serialize};

use crate::fault::Fault;

/// Fewest regular files that a tree of three levels is spread over.
pub const MIN_FILES: u32 = 1;
/// Most files of a plan; keeps the manifest, which is held in memory, to a few megabytes.
pub const MAX_FILES: u32 = 20_000;

/// Sizes and identity of a tree; two equal plans write equal trees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedPlan {
    /// Unique text, such as a run id with a counter: no other tree has the same contents.
    pub nonce: String,
    /// Seed number; chooses contents beside the nonce.
    pub seed: u64,
    /// Regular files of the nested tree; the large, the empty, the nonce's and the oddly named files come on top.
    pub files: u32,
    /// Pseudo-random bytes of the nested tree and the large file together.
    pub bytes: u64,
    /// How many of `bytes` the large file holds.
    pub large_file_bytes: u64,
}

impl SeedPlan {
    /// The plan of the reference scenarios: 48 files and 12 MiB, 6 MiB of them in one file.
    #[must_use]
    pub fn reference(nonce: impl Into<String>) -> Self {
        Self {
            nonce: nonce.into(),
            seed: 1,
            files: 48,
            bytes: 12 * 1024 * 1024,
            large_file_bytes: 6 * 1024 * 1024,
        }
    }

    /// Command line that seeds `dir` by this plan and prints the manifest, program name included.
    #[must_use]
    pub fn command(&self, dir: &str) -> Vec<String> {
        let mut line: Vec<String> = ["shall-workload", "seed", "--manifest-out", "-"]
            .map(String::from)
            .to_vec();
        line.push(format!("--dir={dir}"));
        line.push(format!("--nonce={}", self.nonce));
        line.push(format!("--seed={}", self.seed));
        line.push(format!("--files={}", self.files));
        line.push(format!("--bytes={}", self.bytes));
        line.push(format!("--large-file-bytes={}", self.large_file_bytes));
        line
    }

    /// Says whether the plan can be carried out.
    ///
    /// # Errors
    ///
    /// [`Fault::Plan`] where the nonce is empty, a number is out of range, or the large file exceeds the whole.
    pub fn validate(&self) -> Result<(), Fault> {
        let refuse = |what: &'static str, expected: String, observed: String| {
            Err(Fault::Plan {
                what,
                expected,
                observed,
            })
        };
        if self.nonce.trim().is_empty() {
            return refuse("nonce", "some text".into(), "none".into());
        }
        if !(MIN_FILES..=MAX_FILES).contains(&self.files) {
            let expected = format!("{MIN_FILES} to {MAX_FILES}");
            return refuse("files", expected, self.files.to_string());
        }
        if self.large_file_bytes > self.bytes {
            let expected = format!("at most the {} bytes of the tree", self.bytes);
            return refuse("large-file-bytes", expected, self.large_file_bytes.to_string());
        }
        Ok(())
    }
}
