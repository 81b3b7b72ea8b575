//! `shall-workload`: parse, call, print the answer as one JSON document.

use std::{
    fs::File,
    io::{BufReader, Write as _},
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use clap::{Parser, Subcommand};
use serde::Serialize;
use shall_workload::{Fault, Manifest, SeedPlan, flip, hold, list, poison, read_to, seed, verify, write};

/// The program that runs in the pods of acceptance scenarios.
#[derive(Debug, Parser)]
#[command(name = "shall-workload", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Writes a tree of files and prints its manifest.
    Seed {
        /// The directory, which must be empty.
        #[arg(long)]
        dir: PathBuf,
        /// Unique text of this tree.
        #[arg(long)]
        nonce: String,
        /// Seed number.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Files of the nested tree.
        #[arg(long, default_value_t = 48)]
        files: u32,
        /// Pseudo-random bytes in all.
        #[arg(long, default_value_t = 12 * 1024 * 1024)]
        bytes: u64,
        /// Bytes of the large file.
        #[arg(long, default_value_t = 6 * 1024 * 1024)]
        large_file_bytes: u64,
        /// Where the manifest goes: a file, or `-` for standard output.
        #[arg(long, default_value = "-")]
        manifest_out: PathBuf,
        /// Entries of the directory that may be there.
        #[arg(long)]
        ignore: Vec<String>,
    },
    /// Compares a tree with a manifest and prints what differs.
    Verify {
        /// The directory.
        #[arg(long)]
        dir: PathBuf,
        /// The manifest: a file, or `-` for standard input.
        #[arg(long)]
        manifest: PathBuf,
        /// Entries of the directory that are none of the data.
        #[arg(long)]
        ignore: Vec<String>,
    },
    /// Changes, deletes and adds files, and prints which.
    Poison {
        /// The directory.
        #[arg(long)]
        dir: PathBuf,
        /// Entries of the directory that are none of the data.
        #[arg(long)]
        ignore: Vec<String>,
    },
    /// Inverts one byte of a file.
    Flip {
        /// The directory.
        #[arg(long)]
        dir: PathBuf,
        /// The file, relative to the directory.
        #[arg(long)]
        path: String,
        /// The byte, counted from 0.
        #[arg(long, default_value_t = 0)]
        offset: u64,
    },
    /// Lists a directory.
    Ls {
        /// The directory.
        #[arg(long)]
        dir: PathBuf,
    },
    /// Prints a file's content as it is.
    Read {
        /// The file.
        #[arg(long)]
        path: PathBuf,
    },
    /// Writes a file, syncs it and reads it back.
    Write {
        /// The file.
        #[arg(long)]
        path: PathBuf,
        /// What to write.
        #[arg(long, allow_hyphen_values = true)]
        text: String,
    },
    /// Stays alive until it is told to stop.
    Hold {
        /// Appends a line to this file once each period.
        #[arg(long, requires = "every_ms")]
        to: Option<PathBuf>,
        /// The period, in milliseconds.
        #[arg(long)]
        every_ms: Option<u64>,
    },
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            complain(&fault);
            ExitCode::from(3)
        }
    }
}

fn run(command: Command) -> Result<(), Fault> {
    match command {
        Command::Seed {
            dir,
            nonce,
            seed: number,
            files,
            bytes,
            large_file_bytes,
            manifest_out,
            ignore,
        } => {
            let plan = SeedPlan {
                nonce,
                seed: number,
                files,
                bytes,
                large_file_bytes,
            };
            let manifest = seed(&dir, &plan, &ignore)?;
            if manifest_out.as_os_str() == "-" {
                return print(&manifest);
            }
            let text = serde_json::to_vec(&manifest).map_err(Fault::Answer)?;
            let written = std::fs::write(&manifest_out, text);
            written.map_err(|source| Fault::Io {
                action: "write",
                path: manifest_out.display().to_string(),
                source,
            })
        }
        Command::Verify { dir, manifest, ignore } => print(&verify(&dir, &read_manifest(&manifest)?, &ignore)?),
        Command::Poison { dir, ignore } => print(&poison(&dir, &ignore)?),
        Command::Flip { dir, path, offset } => print(&flip(&dir, &path, offset)?),
        Command::Ls { dir } => print(&list(&dir)?),
        Command::Read { path } => read_to(&path, &mut std::io::stdout().lock()).map(drop),
        Command::Write { path, text } => print(&write(&path, &text)?),
        Command::Hold { to, every_ms } => {
            let beat = to.as_deref().zip(every_ms.map(Duration::from_millis));
            hold(beat)
        }
    }
}

fn read_manifest(path: &PathBuf) -> Result<Manifest, Fault> {
    let origin = path.display().to_string();
    let read = if origin == "-" {
        // One document, no further: a caller at the other end of an exec may never close the stream.
        let mut documents = serde_json::Deserializer::from_reader(std::io::stdin().lock()).into_iter();
        documents
            .next()
            .unwrap_or_else(|| Err(serde::de::Error::custom("expected a document, observed nothing")))
    } else {
        let file = File::open(path).map_err(|source| Fault::Io {
            action: "open",
            path: origin.clone(),
            source,
        })?;
        serde_json::from_reader(BufReader::new(file))
    };
    read.map_err(|source| Fault::Manifest { origin, source })
}

fn print(answer: &impl Serialize) -> Result<(), Fault> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, answer).map_err(Fault::Answer)?;
    let ended = out.write_all(b"\n").and_then(|()| out.flush());
    ended.map_err(|source| Fault::Io {
        action: "write",
        path: "standard output".to_owned(),
        source,
    })
}

#[expect(clippy::print_stderr, reason = "the caller reads faults from standard error")]
fn complain(fault: &Fault) {
    eprintln!("error: {fault}");
    let mut next = std::error::Error::source(fault);
    while let Some(source) = next {
        eprintln!("  caused by: {source}");
        next = source.source();
    }
}
