//! The evidence file on disk: [`EvidenceFile`] appends and syncs, [`Evidence`] reads back.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use serde_json::Value;
use thiserror::Error;

use crate::evidence::{Record, SCHEMA};

/// Why evidence could not be written or read.
#[derive(Debug, Error)]
pub enum EvidenceError {
    /// The file could not be created, written or read.
    #[error("cannot {action} evidence file `{}`", path.display())]
    File {
        /// What was tried: `create`, `append to` or `read`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A record could not be put into JSON.
    #[error("cannot write a record to evidence file `{}`", path.display())]
    Encode {
        /// The file.
        path: PathBuf,
        /// What the encoder said.
        source: serde_json::Error,
    },
    /// A line other than a torn last one is no record.
    #[error("evidence file `{}`, line {line}: expected a record of schema {SCHEMA}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// Its line, counted from 1.
        line: usize,
        /// What the decoder said.
        source: serde_json::Error,
    },
    /// The file was written in another format.
    #[error(
        "evidence file `{}`, line {line}: expected schema {SCHEMA}, observed {found}\n(hint: render it with the `shall` that wrote it, version {shall})",
        path.display()
    )]
    Schema {
        /// The file.
        path: PathBuf,
        /// Line of the run's first record.
        line: usize,
        /// The schema it names.
        found: u64,
        /// The version of `shall` it names.
        shall: String,
    },
}

/// An evidence file that is being written.
#[derive(Debug)]
pub struct EvidenceFile {
    path: PathBuf,
    file: Mutex<File>,
}

impl EvidenceFile {
    /// Creates the file.
    ///
    /// # Errors
    ///
    /// [`EvidenceError::File`], also where the file exists: evidence is never overwritten.
    pub fn create(path: &Path) -> Result<Self, EvidenceError> {
        let file = OpenOptions::new().append(true).create_new(true).open(path);
        let file = file.map_err(|source| file_error("create", path, source))?;
        Ok(Self {
            path: path.to_owned(),
            file: Mutex::new(file),
        })
    }

    /// Appends one record as one line and waits until it is on disk.
    ///
    /// # Errors
    ///
    /// [`EvidenceError::File`] or [`EvidenceError::Encode`]; the line may then be torn.
    pub fn append(&self, record: &Record) -> Result<(), EvidenceError> {
        let mut line = serde_json::to_vec(record).map_err(|source| EvidenceError::Encode {
            path: self.path.clone(),
            source,
        })?;
        line.push(b'\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(&line)
            .and_then(|()| file.sync_data())
            .map_err(|source| file_error("append to", &self.path, source))
    }
}

/// An evidence file that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Its records in the order they were written.
    pub records: Vec<Record>,
    /// The line, counted from 1, at which the writer was cut off; its content is lost. `None` as a rule.
    pub torn_line: Option<usize>,
}

impl Evidence {
    /// Reads an evidence file.
    ///
    /// # Errors
    ///
    /// Where it cannot be read, where its schema is not [`SCHEMA`] and where a line is no record. A last
    /// line without an end that is no record is *not* an error: a killed run leaves one.
    pub fn read(path: &Path) -> Result<Self, EvidenceError> {
        let bytes = fs::read(path).map_err(|source| file_error("read", path, source))?;
        let text = String::from_utf8_lossy(&bytes);
        let mut evidence = Self {
            records: Vec::new(),
            torn_line: None,
        };
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let number = number + 1;
            if line.trim().is_empty() {
                continue;
            }
            match parse_line(path, number, line) {
                Ok(record) => evidence.records.push(record),
                Err(EvidenceError::Line { .. }) if !line.ends_with('\n') => evidence.torn_line = Some(number),
                Err(error) => return Err(error),
            }
        }
        Ok(evidence)
    }
}

/// Reads the records of an evidence file, without the last one where it is torn; [`Evidence::read`] says so.
///
/// # Errors
///
/// As [`Evidence::read`].
pub fn read_evidence(path: &Path) -> Result<Vec<Record>, EvidenceError> {
    Evidence::read(path).map(|evidence| evidence.records)
}

/// The schema stands on the run's first record and is looked at before the rest of it, because the rest
/// may have changed with it.
fn parse_line(path: &Path, line: usize, text: &str) -> Result<Record, EvidenceError> {
    let line_error = |source| EvidenceError::Line {
        path: path.to_owned(),
        line,
        source,
    };
    match serde_json::from_str(text) {
        Ok(Record::RunStarted(run)) if run.schema != SCHEMA => Err(EvidenceError::Schema {
            path: path.to_owned(),
            line,
            found: run.schema.into(),
            shall: run.shall,
        }),
        Ok(record) => Ok(record),
        Err(source) => {
            let value: Value = serde_json::from_str(text).map_err(line_error)?;
            match value.get("schema").and_then(Value::as_u64) {
                Some(found) if found != u64::from(SCHEMA) => {
                    let shall = value
                        .get("shall")
                        .and_then(Value::as_str)
                        .unwrap_or("unknown")
                        .to_owned();
                    Err(EvidenceError::Schema {
                        path: path.to_owned(),
                        line,
                        found,
                        shall,
                    })
                }
                Some(_) | None => Err(line_error(source)),
            }
        }
    }
}

fn file_error(action: &'static str, path: &Path, source: io::Error) -> EvidenceError {
    EvidenceError::File {
        action,
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Phase;

    fn phase(item: &str) -> Record {
        let at = "2026-11-20T10:00:00Z".parse().unwrap();
        Record::Phase(Phase {
            phase: "images".into(),
            item: Some(item.into()),
            at,
            duration_ms: 7,
        })
    }

    #[test]
    fn records_come_back_in_order() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("evidence.jsonl");
        let file = EvidenceFile::create(&path).unwrap();
        file.append(&phase("etcd")).unwrap();
        file.append(&phase("velero\n")).unwrap();
        assert_eq!(read_evidence(&path).unwrap(), [phase("etcd"), phase("velero\n")]);
        assert!(EvidenceFile::create(&path).is_err(), "evidence is never overwritten");
    }

    #[test]
    fn a_torn_last_line_is_left_out_and_said() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("evidence.jsonl");
        EvidenceFile::create(&path).unwrap().append(&phase("etcd")).unwrap();
        let whole = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{whole}{}", &whole[..whole.len() / 2])).unwrap();
        let evidence = Evidence::read(&path).unwrap();
        assert_eq!(
            evidence,
            Evidence {
                records: vec![phase("etcd")],
                torn_line: Some(2)
            }
        );
    }

    #[test]
    fn a_broken_line_in_the_middle_is_an_error_with_its_number() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("evidence.jsonl");
        fs::write(&path, "{\"record\":\n{}\n").unwrap();
        assert!(matches!(read_evidence(&path), Err(EvidenceError::Line { line: 1, .. })));
    }

    #[test]
    fn another_schema_is_refused_by_number() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("evidence.jsonl");
        fs::write(&path, "{\"record\":\"run_started\",\"schema\":9,\"shall\":\"4.0.0\"}\n").unwrap();
        let error = read_evidence(&path).unwrap_err().to_string();
        assert!(
            error.contains("expected schema 1, observed 9") && error.contains("version 4.0.0"),
            "{error}"
        );
    }
}
