//! Opening what SOPS has encrypted: [`Sops`] runs the program with the age key, [`check_encrypted`] looks without it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::Value;

use crate::{
    command::{Command, CommandError},
    engine::find_program,
};

/// How the name of an encrypted manifest ends.
pub(crate) const SUFFIX: &str = ".sops.yaml";
/// How an encrypted value begins and ends.
const ENCRYPTED: (&str, &str) = ("ENC[AES256_GCM,data:", ",type:str]");
/// The parts of a Secret that hold its values.
pub(super) const VALUES: [&str; 2] = ["data", "stringData"];
/// Opening a file needs no network.
const OPEN_WITHIN: Duration = Duration::from_mins(1);

/// An encrypted manifest cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SopsError {
    /// It, or the key's file, cannot be read.
    #[error("`{path}` cannot be read{hint}")]
    Read {
        /// Which.
        path: PathBuf,
        /// What to do, as a second line; empty where the cause says all.
        hint: &'static str,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// It is not what SOPS writes for a Secret.
    #[error(
        "`{path}`: {}\n(hint: `sops encrypt --in-place --age RECIPIENT --encrypted-regex '^(data|stringData)$' FILE`)",
        faults.join("; ")
    )]
    NotEncrypted {
        /// The file.
        path: PathBuf,
        /// Each fault: which value or field, expected, observed; never a value.
        faults: Vec<String>,
    },
    /// The age key is none of those that it is encrypted for.
    #[error(
        "`{path}` cannot be decrypted: no key of `{key_file}` is among its recipients {}\n(hint: name the file of the \
         platform's age key in SHALL_AGE_KEY_FILE, or encrypt it again for this key by `sops updatekeys FILE`)",
        recipients.join(", ")
    )]
    WrongKey {
        /// The file.
        path: PathBuf,
        /// The file of the key.
        key_file: PathBuf,
        /// The age recipients it is encrypted for.
        recipients: Vec<String>,
    },
    /// It was changed after SOPS had encrypted it.
    #[error(
        "`{path}` was changed by something other than SOPS: {said}\n(hint: take it back from Git and change it by \
         `sops edit FILE`)"
    )]
    Changed {
        /// The file.
        path: PathBuf,
        /// Which of its proofs does not hold.
        said: &'static str,
    },
    /// What it holds, decrypted, cannot be used.
    #[error("`{path}`, decrypted: {}\n(hint: change it by `sops edit FILE`)", faults.join("; "))]
    Unfit {
        /// The file.
        path: PathBuf,
        /// Each fault: which key, expected; never a value.
        faults: Vec<String>,
    },
    /// The program is needed and not there, or failed for another reason.
    #[error("`{path}` could not be decrypted")]
    Program {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: CommandError,
    },
    /// The stack has encrypted manifests and no program was given.
    #[error("`{path}` is encrypted, and no program to decrypt it was given\n(hint: `shall up` builds it)")]
    NoProgram {
        /// The file.
        path: PathBuf,
    },
}

/// The program `sops` and the age key that it decrypts with.
#[derive(Debug, Clone)]
pub struct Sops {
    /// Path of the program.
    pub program: PathBuf,
    /// File of the age key, as age-keygen writes it.
    pub key_file: PathBuf,
}

impl Sops {
    /// The program of this machine; `None` where it has none.
    #[must_use]
    pub fn find_program() -> Option<PathBuf> {
        find_program("sops")
    }

    /// The text that an encrypted manifest holds.
    ///
    /// # Errors
    ///
    /// [`SopsError`]: it is not encrypted, is for another key, was changed, or the program cannot run.
    pub(crate) async fn decrypt(&self, path: &Path) -> Result<String, SopsError> {
        let encrypted = check_encrypted(path, &read(path, "")?)?;
        read(
            &self.key_file,
            "\n(hint: name the file of the platform's age key in SHALL_AGE_KEY_FILE)",
        )?;
        let command = Command::new(&self.program)
            .args(["decrypt", "--input-type", "yaml", "--output-type", "yaml"])
            .args([path])
            .env("SOPS_AGE_KEY_FILE", &self.key_file)
            .deadline(OPEN_WITHIN);
        let output = command
            .run()
            .await
            .map_err(|failed| self.refused(path, encrypted, failed))?;
        Ok(output.stdout)
    }

    /// What the program's failure means.
    fn refused(&self, path: &Path, recipients: Vec<String>, source: CommandError) -> SopsError {
        let path = path.to_owned();
        let said = match &source {
            CommandError::Failed { tail, .. } => tail.to_lowercase(),
            CommandError::Start { .. } | CommandError::Deadline { .. } => String::new(),
        };
        if said.contains("mac mismatch") {
            let said = "its MAC does not fit its content";
            SopsError::Changed { path, said }
        } else if said.contains("get the data key") || said.contains("retrieve data key") {
            let key_file = self.key_file.clone();
            SopsError::WrongKey {
                path,
                key_file,
                recipients,
            }
        } else if said.contains("message authentication failed") || said.contains("could not decrypt") {
            let said = "an encrypted value is not authentic";
            SopsError::Changed { path, said }
        } else {
            SopsError::Program { path, source }
        }
    }
}

fn read(path: &Path, hint: &'static str) -> Result<String, SopsError> {
    fs::read_to_string(path).map_err(|source| SopsError::Read {
        path: path.to_owned(),
        hint,
        source,
    })
}

/// Finds every fault that shows without the key: a value in plain text, no age recipient, no MAC. Answers the recipients.
pub(crate) fn check_encrypted(path: &Path, text: &str) -> Result<Vec<String>, SopsError> {
    let not_encrypted = |faults| SopsError::NotEncrypted {
        path: path.to_owned(),
        faults,
    };
    let documents: Vec<Value> = serde_saphyr::from_multiple(text).unwrap_or_default();
    let [document] = documents.as_slice() else {
        return Err(not_encrypted(vec![format!(
            "expected one YAML document, observed {}",
            documents.len()
        )]));
    };
    let mut faults = plain_values(document);
    if !VALUES.iter().any(|part| document.get(part).is_some()) {
        faults.push("expected `data` or `stringData`, observed neither".to_owned());
    }
    let recipients = recipients_of(document);
    if recipients.is_empty() {
        faults.push("expected an age recipient below `sops.age`, observed none".to_owned());
    }
    let mac = document.pointer("/sops/mac").and_then(Value::as_str);
    if !mac.is_some_and(is_encrypted) {
        faults.push("expected an encrypted MAC at `sops.mac`, observed none".to_owned());
    }
    if faults.is_empty() {
        Ok(recipients)
    } else {
        Err(not_encrypted(faults))
    }
}

/// Each value of a Secret that is not encrypted, as `data.KEY: expected …`; the value itself is not told.
fn plain_values(document: &Value) -> Vec<String> {
    let fields = VALUES
        .iter()
        .filter_map(|part| Some((*part, document.get(part)?.as_object()?)));
    let values = fields.flat_map(|(part, fields)| fields.iter().map(move |(key, value)| (part, key, value)));
    values
        .filter(|(_, _, value)| !value.as_str().is_some_and(is_encrypted))
        .map(|(part, key, _)| format!("`{part}.{key}`: expected `ENC[AES256_GCM,…]`, observed plain text"))
        .collect()
}

/// Whether a value has the form that SOPS gives to an encrypted text, with an initialization vector and a tag.
pub(super) fn is_encrypted(value: &str) -> bool {
    let inner = value
        .strip_prefix(ENCRYPTED.0)
        .and_then(|rest| rest.strip_suffix(ENCRYPTED.1));
    let parts: Option<Vec<&str>> = inner.map(|inner| inner.split(',').collect());
    matches!(parts.as_deref(), Some([data, iv, tag])
        if !data.is_empty() && is_filled(iv, "iv:") && is_filled(tag, "tag:"))
}

fn is_filled(part: &str, name: &str) -> bool {
    part.strip_prefix(name).is_some_and(|value| !value.is_empty())
}

/// The age recipients that a document is encrypted for.
fn recipients_of(document: &Value) -> Vec<String> {
    let keys = document.pointer("/sops/age").and_then(Value::as_array);
    let recipient = |key: &Value| Some(key.get("recipient")?.as_str()?.to_owned());
    keys.into_iter()
        .flatten()
        .filter_map(recipient)
        .filter(|recipient| recipient.starts_with("age1"))
        .collect()
}

/// The texts of encrypted manifests, by path. Its debug output names the files only.
#[derive(Clone, Default)]
pub(crate) struct Opened(BTreeMap<PathBuf, String>);

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Opened {
    /// Decrypts these manifests.
    pub(crate) async fn open(sops: Option<&Sops>, paths: Vec<PathBuf>) -> Result<Self, SopsError> {
        let mut texts = BTreeMap::new();
        for path in paths {
            let sops = sops.ok_or_else(|| SopsError::NoProgram { path: path.clone() })?;
            let text = sops.decrypt(&path).await?;
            texts.insert(path, text);
        }
        Ok(Self(texts))
    }

    /// The text of one; `None` where it was not opened.
    pub(crate) fn text(&self, path: &Path) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    /// Each with its path.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Path, &str)> {
        self.0.iter().map(|(path, text)| (path.as_path(), text.as_str()))
    }

    /// One text, as if it had been decrypted.
    #[cfg(test)]
    pub(crate) fn of(path: &str, text: &str) -> Self {
        Self(BTreeMap::from([(path.into(), text.to_owned())]))
    }
}
