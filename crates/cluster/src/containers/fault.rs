//! Deliberate faults of the stack, put in while it starts: [`ContainerFault`].

use std::{
    fmt,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{error::ContainerError, spec::ServiceSpec};

/// One change of the stack that a mutant makes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ContainerFault {
    /// A service is stopped once all are ready.
    Stop {
        /// Its name.
        service: String,
    },
    /// Another text in a file that services are given, every occurrence.
    Replace {
        /// The file, below `fixtures/containers`.
        file: PathBuf,
        /// What is to be there.
        from: String,
        /// What takes its place.
        to: String,
    },
}

impl fmt::Display for ContainerFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stop { service } => write!(f, "service `{service}` is stopped"),
            Self::Replace { file, from, to } => write!(f, "`{from}` is `{to}` in `{}`", file.display()),
        }
    }
}

impl ContainerFault {
    /// Refuses a fault of a service that does not run, or of a file that none of those that run is given.
    pub(super) fn check(&self, running: &[ServiceSpec]) -> Result<(), ContainerError> {
        let fits = match self {
            Self::Stop { service } => running.iter().any(|running| running.name == *service),
            Self::Replace { file, .. } => {
                let mut files = running.iter().flat_map(|running| running.files.values());
                files.any(|given| given == file)
            }
        };
        if fits { Ok(()) } else { Err(self.not_taken()) }
    }

    fn not_taken(&self) -> ContainerError {
        ContainerError::FaultNotTaken {
            fault: self.to_string(),
        }
    }
}

/// The text of a file under the faults.
pub(super) fn with_faults(faults: &[ContainerFault], file: &Path, text: String) -> Result<String, ContainerError> {
    let mut text = text;
    for fault in faults {
        match fault {
            ContainerFault::Replace { file: of, from, to } if of == file => {
                let changed = text.replace(from, to);
                if changed == text {
                    return Err(fault.not_taken());
                }
                text = changed;
            }
            ContainerFault::Replace { .. } | ContainerFault::Stop { .. } => {}
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::containers::ContainerSpec;

    fn replace(file: &str, from: &str) -> ContainerFault {
        ContainerFault::Replace {
            file: file.into(),
            from: from.to_owned(),
            to: "b".to_owned(),
        }
    }

    #[test]
    fn a_fault_that_changes_nothing_is_refused() {
        let under = |fault| with_faults(&[fault], Path::new("x/y"), "a c a".to_owned());
        assert_eq!(under(replace("x/y", "a")).unwrap(), "b c b");
        assert_eq!(under(replace("x/z", "a")).unwrap(), "a c a", "of another file");
        let error = under(replace("x/y", "d")).unwrap_err().to_string();
        assert!(error.contains("`d` is `b` in `x/y`"), "{error}");
    }

    #[test]
    fn a_fault_of_what_does_not_run_is_refused() {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
        let services = ContainerSpec::read(&fixtures).unwrap().services;
        let stop = |service: &str| ContainerFault::Stop {
            service: service.to_owned(),
        };
        stop("loki").check(&services).unwrap();
        replace("loki/local-config.yaml", "168h").check(&services).unwrap();
        assert!(stop("lokk").check(&services).is_err());
        assert!(replace("loki/no-such-file.yaml", "168h").check(&services).is_err());
    }

    #[test]
    fn a_fault_is_read_from_a_mutant() {
        let text = "- stop: {service: loki}\n- replace: {file: x/y, from: a, to: b}\n";
        let faults: Vec<ContainerFault> = serde_saphyr::from_str(text).unwrap();
        assert_eq!(faults[1], replace("x/y", "a"));
        assert!(serde_saphyr::from_str::<Vec<ContainerFault>>("- stop: {servic: loki}").is_err());
    }
}
