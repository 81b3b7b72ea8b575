//! `shall-workload`: parse, call, print the answer as one JSON document.

use std::{
    fs::{File, OpenOptions},
    io::{BufReader, Write as _},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use clap::{Args, Parser, Subcommand};
use serde::{Serialize, de::DeserializeOwned};
use shall_workload::{
    Fault, LogPlan, Manifest, SeedPlan, Shape, Stop, ask_dns, flip, hold, list, poison, read_to, receive, seed,
    update_dns, verify, write, write_lines,
};

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
    /// Writes numbered log lines.
    Log(LogArgs),
    /// Takes notifications over HTTP and gives them back.
    Receive {
        /// The address with port.
        #[arg(long, default_value = "0.0.0.0:8080")]
        listen: SocketAddr,
    },
    /// Asks or updates a name server.
    Dns {
        #[command(subcommand)]
        command: DnsCommand,
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

#[derive(Debug, Args)]
struct LogArgs {
    /// Unique text of these lines.
    #[arg(long)]
    nonce: String,
    /// `plain`, `json` or `multi`.
    #[arg(long, default_value = "plain")]
    shape: Shape,
    /// The first number.
    #[arg(long, default_value_t = 1)]
    first: u64,
    /// How many numbers.
    #[arg(long)]
    count: u64,
    /// Numbers in a second; 0 writes as fast as it can be done.
    #[arg(long, default_value_t = 0)]
    per_second: u32,
    /// Length of each line in bytes.
    #[arg(long, default_value_t = 0)]
    bytes: u32,
    /// Where the lines go instead of standard output, such as `/proc/1/fd/1`; then the answer is printed.
    #[arg(long)]
    to: Option<PathBuf>,
    /// Stays alive after the last line until it is told to stop.
    #[arg(long, conflicts_with = "to")]
    hold: bool,
}

#[derive(Debug, Subcommand)]
enum DnsCommand {
    /// Looks at a name until a condition holds; reads what to ask from standard input.
    Ask,
    /// Sends a signed update; reads it from standard input.
    Update,
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
        Command::Verify { dir, manifest, ignore } => print(&verify(
            &dir,
            &read_one::<Manifest>(&manifest.display().to_string())?,
            &ignore,
        )?),
        Command::Poison { dir, ignore } => print(&poison(&dir, &ignore)?),
        Command::Flip { dir, path, offset } => print(&flip(&dir, &path, offset)?),
        Command::Ls { dir } => print(&list(&dir)?),
        Command::Read { path } => read_to(&path, &mut std::io::stdout().lock()).map(drop),
        Command::Write { path, text } => print(&write(&path, &text)?),
        Command::Log(args) => log(args),
        Command::Receive { listen } => receive(listen, &mut std::io::stdout().lock(), &Stop::listen()?),
        Command::Dns {
            command: DnsCommand::Ask,
        } => print(&ask_dns(&read_one("-")?, &Stop::listen()?)?),
        Command::Dns {
            command: DnsCommand::Update,
        } => print(&update_dns(&read_one("-")?)?),
        Command::Hold { to, every_ms } => {
            let beat = to.as_deref().zip(every_ms.map(Duration::from_millis));
            hold(beat)
        }
    }
}

fn log(args: LogArgs) -> Result<(), Fault> {
    let plan = LogPlan {
        nonce: args.nonce,
        shape: args.shape,
        first: args.first,
        count: args.count,
        per_second: args.per_second,
        bytes: args.bytes,
    };
    let stop = Stop::listen()?;
    if let Some(path) = args.to {
        let opened = OpenOptions::new().append(true).open(&path);
        let mut file = opened.map_err(|source| Fault::Io {
            action: "open",
            path: path.display().to_string(),
            source,
        })?;
        return print(&write_lines(&plan, &mut file, &stop)?);
    }
    let report = write_lines(&plan, &mut std::io::stdout().lock(), &stop)?;
    if args.hold && report.written == plan.count {
        stop.wait();
    }
    Ok(())
}

/// Reads one JSON document from a file, or from standard input for `-`.
fn read_one<T: DeserializeOwned>(origin: &str) -> Result<T, Fault> {
    let read = if origin == "-" {
        // One document, no further: a caller at the other end of an exec may never close the stream.
        let mut documents = serde_json::Deserializer::from_reader(std::io::stdin().lock()).into_iter();
        documents
            .next()
            .unwrap_or_else(|| Err(serde::de::Error::custom("expected a document, observed nothing")))
    } else {
        let file = File::open(origin).map_err(|source| Fault::Io {
            action: "open",
            path: origin.to_owned(),
            source,
        })?;
        serde_json::from_reader(BufReader::new(file))
    };
    read.map_err(|source| Fault::Document {
        origin: origin.to_owned(),
        source,
    })
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
