//! What still exists and should not: [`Leftover`].

use std::fmt;

use serde::{Deserialize, Serialize};

/// Something of ours that still exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leftover {
    /// What it is, such as "Namespace `shall-x`".
    pub what: String,
    /// Why it is still there.
    pub why: Why,
}

/// Why something still exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Why {
    /// Its deletion was accepted and did not end within the deadline.
    Stuck {
        /// What it still holds, such as "`PersistentVolumeClaim` `data` (finalizers `x`)".
        remaining: Vec<String>,
        /// Its own finalizers.
        finalizers: Vec<String>,
        /// What the API server says about its deletion.
        conditions: Vec<String>,
    },
    /// It could not be undone.
    Refused {
        /// What was said, the whole chain.
        reason: String,
    },
    /// It carries the run's label, or belonged to its namespaces, and nobody took it back.
    Leaked {
        /// How it is known to be the run's.
        sign: String,
    },
}

impl fmt::Display for Leftover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} still exists: ", self.what)?;
        match &self.why {
            Why::Stuck {
                remaining,
                finalizers,
                conditions,
            } => {
                f.write_str("its deletion did not end")?;
                let parts = [
                    ("holds", remaining),
                    ("finalizers", finalizers),
                    ("conditions", conditions),
                ];
                for (name, values) in parts.iter().filter(|(_, values)| !values.is_empty()) {
                    write!(f, "; {name}: {}", values.join(", "))?;
                }
                Ok(())
            }
            Why::Refused { reason } => f.write_str(reason),
            Why::Leaked { sign } => f.write_str(sign),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stuck_namespace_says_what_holds_it() {
        let leftover = Leftover {
            what: "Namespace `shall-x`".to_owned(),
            why: Why::Stuck {
                remaining: vec!["Backup `b` (finalizers gateway.velero.io/x)".to_owned()],
                finalizers: vec!["kubernetes".to_owned()],
                conditions: vec!["NamespaceFinalizersRemaining: some content has finalizers".to_owned()],
            },
        };
        insta::assert_snapshot!(leftover, @"Namespace `shall-x` still exists: its deletion did not end; holds: Backup `b` (finalizers gateway.velero.io/x); finalizers: kubernetes; conditions: NamespaceFinalizersRemaining: some content has finalizers");
    }
}
