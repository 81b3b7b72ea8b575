//! Running a host program: [`Command`] with a deadline, its whole group ended with it, and its last
//! lines kept for the error.

use std::{
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use process_wrap::tokio::{CommandWrap, KillOnDrop, ProcessGroup};
use tokio::io::AsyncReadExt as _;

/// Why a host program did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// It could not be started.
    #[error("`{program}` could not be started")]
    Start {
        /// The program.
        program: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// It ended with a code other than 0.
    #[error("`{line}` ended with {code}: {tail}")]
    Failed {
        /// The whole command line.
        line: String,
        /// Its exit code, or the signal.
        code: String,
        /// The last lines it wrote.
        tail: String,
    },
    /// It was still running at its deadline and was ended.
    #[error("`{line}` was still running after {after:?} and was ended: {tail}")]
    Deadline {
        /// The whole command line.
        line: String,
        /// Its deadline.
        after: Duration,
        /// The last lines it wrote.
        tail: String,
    },
}

/// What a program wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Output {
    /// Standard output, invalid UTF-8 replaced.
    pub stdout: String,
    /// Standard error, invalid UTF-8 replaced.
    pub stderr: String,
}

/// A host program to run: no shell, no inherited standard input.
#[derive(Debug, Clone)]
pub struct Command {
    program: OsString,
    args: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    dir: Option<PathBuf>,
    deadline: Duration,
}

impl Command {
    /// A program with a deadline of ten minutes.
    #[must_use]
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        Self {
            program: program.as_ref().to_owned(),
            args: Vec::new(),
            env: Vec::new(),
            dir: None,
            deadline: Duration::from_mins(10),
        }
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(mut self, args: I) -> Self {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Sets a variable of its environment; the rest is inherited.
    #[must_use]
    pub fn env(mut self, key: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env.push((key.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Sets its working directory.
    #[must_use]
    pub fn dir(mut self, dir: impl AsRef<Path>) -> Self {
        self.dir = Some(dir.as_ref().to_owned());
        self
    }

    /// Sets its deadline.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// The command line as a person would type it.
    #[must_use]
    pub fn line(&self) -> String {
        std::iter::once(&self.program)
            .chain(&self.args)
            .map(|part| part.to_string_lossy())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Runs it to its end.
    ///
    /// # Errors
    ///
    /// When it cannot be started, ends with another code than 0, or passes its deadline; its whole
    /// process group is ended in the last case and when the future is dropped.
    pub async fn run(&self) -> Result<Output, CommandError> {
        let mut wrap = CommandWrap::with_new(&self.program, |command| {
            command.args(&self.args).envs(self.env.iter().map(|(k, v)| (k, v)));
            command
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped());
            if let Some(dir) = &self.dir {
                command.current_dir(dir);
            }
        });
        wrap.wrap(ProcessGroup::leader()).wrap(KillOnDrop);
        let program = self.program.to_string_lossy().into_owned();
        let mut child = wrap.spawn().map_err(|source| CommandError::Start {
            program: program.clone(),
            source,
        })?;
        let mut stdout = child.stdout().take();
        let mut stderr = child.stderr().take();
        let mut out = Vec::new();
        let mut err = Vec::new();
        let finished = tokio::time::timeout(self.deadline, async {
            let read_out = async {
                if let Some(pipe) = stdout.as_mut() {
                    pipe.read_to_end(&mut out).await?;
                }
                Ok::<(), std::io::Error>(())
            };
            let read_err = async {
                if let Some(pipe) = stderr.as_mut() {
                    pipe.read_to_end(&mut err).await?;
                }
                Ok::<(), std::io::Error>(())
            };
            tokio::try_join!(read_out, read_err)?;
            child.wait().await
        })
        .await;
        let output = Output {
            stdout: String::from_utf8_lossy(&out).into_owned(),
            stderr: String::from_utf8_lossy(&err).into_owned(),
        };
        match finished {
            Ok(Ok(status)) if status.success() => Ok(output),
            Ok(Ok(status)) => Err(CommandError::Failed {
                line: self.line(),
                code: status.to_string(),
                tail: tail_of(&output),
            }),
            Ok(Err(source)) => Err(CommandError::Start { program, source }),
            Err(_elapsed) => {
                let _ended = child.start_kill();
                Err(CommandError::Deadline {
                    line: self.line(),
                    after: self.deadline,
                    tail: tail_of(&output),
                })
            }
        }
    }
}

/// The last 20 lines that a program wrote: of its errors, or of its output where it wrote none.
fn tail_of(output: &Output) -> String {
    let text = if output.stderr.trim().is_empty() {
        &output.stdout
    } else {
        &output.stderr
    };
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_program_that_fails_shows_its_last_lines() {
        let error = Command::new("sh")
            .args(["-c", "echo why >&2; exit 3"])
            .run()
            .await
            .unwrap_err();
        assert!(
            matches!(&error, CommandError::Failed { tail, .. } if tail == "why"),
            "{error}"
        );
    }

    #[tokio::test]
    async fn a_program_past_its_deadline_is_ended_with_its_children() {
        let command = Command::new("sh")
            .args(["-c", "sleep 60 & wait"])
            .deadline(Duration::from_millis(200));
        let began = std::time::Instant::now();
        let error = command.run().await.unwrap_err();
        assert!(matches!(error, CommandError::Deadline { .. }), "{error}");
        assert!(began.elapsed() < Duration::from_secs(5));
    }

    #[tokio::test]
    async fn a_program_that_does_not_exist_is_named() {
        let error = Command::new("no-such-program-of-ours").run().await.unwrap_err();
        assert!(error.to_string().contains("no-such-program-of-ours"));
    }
}
