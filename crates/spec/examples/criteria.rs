//! Prints the criteria of a specification in our own format, one a line: `cargo run --example criteria -- spec`.
#![expect(clippy::print_stdout, reason = "an example that prints")]

use std::path::{Path, PathBuf};

fn main() {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let loaded = shall_spec::read_specification(&paths, Path::new("."));
    for criterion in &loaded.specification.criteria {
        let budgets: Vec<_> = criterion
            .budgets
            .iter()
            .map(|b| {
                format!(
                    "{} {} {:?} [{}] `{}`",
                    b.op,
                    b.value,
                    b.unit,
                    b.metric.as_deref().unwrap_or("-"),
                    b.text
                )
            })
            .collect();
        println!(
            "{} {}:{} {:?} budgets={budgets:?}",
            criterion.id, criterion.file, criterion.line, criterion.pattern
        );
        for clause in &criterion.clauses {
            println!("    {:?}: {}", clause.role, clause.text);
        }
    }
    for diagnostic in &loaded.diagnostics {
        println!("{diagnostic}\n");
    }
    println!(
        "{} criteria, {} diagnostics",
        loaded.specification.criteria.len(),
        loaded.diagnostics.len()
    );
}
