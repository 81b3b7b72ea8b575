//! Prints the statements of any Markdown files: `cargo run --example list -- docs/*.md [--json | --findings]`.
#![expect(clippy::print_stdout, reason = "an example that prints")]

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let json = args.iter().any(|arg| arg == "--json");
    for path in args.iter().filter(|arg| !arg.starts_with("--")) {
        let text = String::from_utf8_lossy(&std::fs::read(path)?).into_owned();
        if args.iter().any(|arg| arg == "--findings") {
            for finding in shall_spec::lint_document(path, &text, |_| true) {
                let line = finding.position().map_or(0, |position| position.line);
                println!("{} {path}:{line} {}", finding.rule, finding.message);
            }
            continue;
        }
        let document = shall_spec::read_document(path, &text);
        if json {
            println!("{}", serde_json::to_string_pretty(&document)?);
            continue;
        }
        println!("== {path}: {} statements", document.statements.len());
        for statement in &document.statements {
            let id = statement.id.as_ref().map_or("-", |id| id.as_str());
            println!(
                "{}:{} [{id}] {:?} {}",
                statement.line, statement.column, statement.pattern, statement.text
            );
            for clause in &statement.clauses {
                println!("      {:?}: {}", clause.role, clause.text);
            }
            for b in &statement.budgets {
                println!(
                    "      budget {} {} {:?} {:?} `{}`",
                    b.op, b.value, b.unit, b.percentile, b.text
                );
            }
            for s in &statement.schedules {
                println!("      schedule {} {:?} {:?}", s.period, s.at, s.zone);
            }
        }
        for diagnostic in &document.diagnostics {
            println!(
                "   {} {:?} {}",
                diagnostic.rule,
                diagnostic.position(),
                diagnostic.message
            );
        }
    }
    Ok(())
}
