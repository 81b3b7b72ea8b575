//! Writes `docs/coverage.md` from the criteria of `spec/` and the line inventories of `spec/sources/`:
//! `cargo run -p shall-spec --example coverage`, from anywhere in the repository.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use shall_spec::coverage::{load_inventories, render_coverage};
use shall_spec::load_specification;

fn main() -> ExitCode {
    match write_coverage(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(error.as_ref());
            ExitCode::FAILURE
        }
    }
}

fn write_coverage(root: &Path) -> Result<(), Box<dyn Error>> {
    let spec = load_specification(&[PathBuf::from("spec")], root)?;
    let page = render_coverage(&spec, &load_inventories(&root.join("spec/sources"))?)?;
    Ok(std::fs::write(root.join("docs/coverage.md"), page)?)
}

#[expect(clippy::print_stderr, reason = "an example has no other way to say why it failed")]
fn report(error: &dyn Error) {
    eprintln!("{error}");
}
