//! Which scenarios are wanted: the flags that `plan` and `run` share.

use clap::Args;

/// Which scenarios are wanted; all of them where nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct SelectArgs {
    /// Tag expression, such as `@AC-001-01 or (@slow and not @serial)`.
    #[arg(long, env = "SHALL_TAGS")]
    pub tags: Option<String>,
    /// Scenarios that prove this criterion; may be given more than once.
    #[arg(long, value_name = "ID")]
    pub criterion: Vec<String>,
}
