//! What `shall check` finds, and the forms that it is printed in.
//!
//! [`check_project`] reads a project, [`check_documents`] any documents; both give [`Checked`], which every format
//! prints alike.

mod checked;
mod documents;
mod github;
mod json;
mod project;
mod sarif;
mod text;

pub use checked::Checked;
pub use documents::{check_documents, read_documents};
pub use github::render_github;
pub use json::{CHECK_SCHEMA, render_json};
pub use project::{check_project, check_unconfigured};
pub use sarif::render_sarif;
pub use text::{render_text, summary};
