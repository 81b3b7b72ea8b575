//! One CLI case: a project on disk, a command, and what it must say.

use std::{
    path::PathBuf,
    process::{Command, Output},
};

/// A specification with one criterion that has a budget and one that has none.
const SPEC: &str = "\
# Storage

- **AC-1** WHEN a pod first mounts a claim, the cluster SHALL bind the claim within 30 seconds {metric: provisioning-duration}.
  - Platform: demo
  - Source: demo, \"Criteria\", line 1
- **AC-2** The cluster SHALL mark one StorageClass as the default.
  - Platform: demo
  - Source: demo, \"Criteria\", line 2
";

/// A feature whose steps all have definitions.
const FEATURE: &str = "\
Feature: Storage

  @AC-1
  Scenario: A claim is bound within its budget
    When a pod that mounts a new claim of the default storage class is created
    Then the claim is bound to a new volume
    And provisioning stays within its budget

  @AC-2
  Scenario: One class is the default
    When the storage classes are listed
    Then exactly one of them is the default
";

/// A project in a temporary folder and a command to run in it.
pub(crate) struct Case {
    folder: tempfile::TempDir,
    env: Vec<(String, String)>,
}

/// How a command ended and what it printed.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Case {
    /// A project that is in order.
    pub(crate) fn new() -> Self {
        let case = Self {
            folder: tempfile::tempdir().unwrap(),
            env: Vec::new(),
        };
        case.file("spec/storage.md", SPEC)
            .file("features/storage.feature", FEATURE)
    }

    /// A project that is in order, with this repository's profiles and recipes.
    pub(crate) fn with_stack() -> Self {
        let case = Self::new();
        for folder in ["fixtures", "kind"] {
            let there = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder);
            std::os::unix::fs::symlink(there, case.path(folder)).unwrap();
        }
        case
    }

    /// A folder with nothing in it.
    pub(crate) fn empty() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            env: Vec::new(),
        }
    }

    /// Writes a file of the project.
    pub(crate) fn file(self, path: &str, text: &str) -> Self {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    /// Removes a file or folder of the project.
    pub(crate) fn without(self, path: &str) -> Self {
        let path = self.path(path);
        if path.is_dir() {
            std::fs::remove_dir_all(path).unwrap();
        } else {
            std::fs::remove_file(path).unwrap();
        }
        self
    }

    /// Sets a variable of the command's environment.
    pub(crate) fn env(mut self, key: &str, value: &str) -> Self {
        self.env.push((key.to_owned(), value.to_owned()));
        self
    }

    /// A path of the project.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Runs the command in the project. State and cache are the case's own.
    pub(crate) fn run(&self, args: &[&str]) -> Ended {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shall"));
        for key in std::env::vars()
            .map(|(key, _)| key)
            .filter(|key| key.starts_with("SHALL_") || key == "KUBECONFIG")
        {
            command.env_remove(key);
        }
        command
            .args(args)
            .current_dir(self.folder.path())
            .env("NO_COLOR", "1")
            .env("CI", "true");
        command
            .env("SHALL_STATE", self.path("state"))
            .env("SHALL_CACHE", self.path("cache"));
        command.env("KUBECONFIG", self.path("no-kubeconfig"));
        command.envs(self.env.iter().map(|(key, value)| (key, value)));
        let Output { status, stdout, stderr } = command.output().unwrap();
        Ended {
            code: status.code(),
            stdout: String::from_utf8(stdout).unwrap(),
            stderr: String::from_utf8(stderr).unwrap(),
        }
    }
}

impl Ended {
    /// Asserts the exit code, showing what was printed.
    #[track_caller]
    pub(crate) fn ends_with(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "stdout:\n{}\nstderr:\n{}",
            self.stdout,
            self.stderr
        );
        self
    }

    /// Asserts that standard error says each of these.
    #[track_caller]
    pub(crate) fn says(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.stderr.contains(text), "no `{text}` in stderr:\n{}", self.stderr);
        }
        self
    }

    /// Asserts that standard output shows each of these.
    #[track_caller]
    pub(crate) fn shows(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.stdout.contains(text), "no `{text}` in stdout:\n{}", self.stdout);
        }
        self
    }
}
