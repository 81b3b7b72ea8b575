//! `shall check`: specification and features, every fault at once.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{
    accept::{AcceptArgs, accept},
    command::Fault,
    output,
};
use crate::{
    Exit,
    check::{
        Checked, check_documents, check_project, check_unconfigured, render_github, render_json, render_sarif,
        render_text, summary,
    },
    config::{ClusterArgs, Config, ModalsChoice},
    project::{capabilities, read_reviewed},
    rules::{RuleArgs, Selection},
};

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Excerpts with carets.
    Text,
    /// One JSON document.
    Json,
    /// One SARIF 2.1.0 log.
    Sarif,
    /// GitHub workflow commands.
    Github,
}

/// What `check` takes.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Documents of any style to read instead of the project; folders are searched for Markdown.
    #[arg(conflicts_with_all = ["accept", "accept_new", "accept_all"])]
    paths: Vec<PathBuf>,
    /// Which modal verbs make a sentence of these documents a statement; a project has `modals` in shall.toml.
    #[arg(long, value_enum, default_value = "shall", requires = "paths")]
    modals: ModalsChoice,
    /// How findings are printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    rules: RuleArgs,
    #[command(flatten)]
    accept: AcceptArgs,
}

pub(crate) fn check(args: &CheckArgs) -> Result<Exit, Fault> {
    let here = std::env::current_dir().map_err(Fault::usage)?;
    let selection = Selection::read(&args.rules).map_err(Fault::usage)?;
    let checked = if args.paths.is_empty() {
        let config = match Config::load(&here, ClusterArgs::default()) {
            Ok(config) => config,
            Err(error) => return print(&check_unconfigured(error, &selection), args.format),
        };
        let mut read = read_reviewed(&config);
        if let (true, Ok(read)) = (args.accept.is_asked(), &mut read) {
            let say = if args.format == Format::Text {
                output::line
            } else {
                output::error
            };
            accept(&args.accept, &config, read, say)?;
        }
        check_project(&config, read, &capabilities(&config), &selection)
    } else {
        check_documents(&args.paths, &here, args.modals.into(), &selection)
    };
    print(&checked, args.format)
}

/// Text about input that cannot be used goes to standard error; forms for machines always to standard output.
fn print(checked: &Checked, format: Format) -> Result<Exit, Fault> {
    let text = match format {
        Format::Text => {
            let text = [render_text(checked), summary(checked)].join("\n\n");
            match checked.exit() {
                Exit::Green | Exit::Red => output::line(text.trim_start()),
                Exit::Usage | Exit::NotJudged | Exit::Nothing | Exit::Interrupted => output::error(text.trim_start()),
            }
            return Ok(checked.exit());
        }
        Format::Json => render_json(checked).map_err(Fault::not_judged)?,
        Format::Sarif => render_sarif(checked).map_err(Fault::not_judged)?,
        Format::Github => render_github(checked),
    };
    output::line(&text);
    Ok(checked.exit())
}
