//! The pre-commit hooks and the GitHub action run commands that exist, and end as they should.

use std::{collections::BTreeMap, path::Path, process::Command};

use serde::Deserialize;

use crate::case::Case;

#[derive(Deserialize)]
struct Hook {
    id: String,
    entry: String,
    #[serde(default = "yes")]
    pass_filenames: bool,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
struct Action {
    inputs: BTreeMap<String, serde_json::Value>,
    runs: Runs,
}

#[derive(Deserialize)]
struct Runs {
    using: String,
    steps: Vec<ActionStep>,
}

#[derive(Deserialize)]
struct ActionStep {
    name: String,
    shell: String,
    run: String,
    #[serde(default)]
    env: BTreeMap<String, String>,
}

fn read<T: for<'a> Deserialize<'a>>(name: &str) -> T {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    serde_saphyr::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn faulty() -> Case {
    Case::new().file("spec/storage.md", "# S\n\n- **A-1** The cluster stands.\n")
}

#[test]
fn each_hook_ends_red_on_a_fault_and_green_without() {
    let hooks: Vec<Hook> = read(".pre-commit-hooks.yaml");
    assert_eq!(
        hooks.iter().map(|hook| hook.id.as_str()).collect::<Vec<_>>(),
        ["shall-check", "shall-check-documents"]
    );
    for hook in hooks {
        let mut args: Vec<&str> = hook.entry.split(' ').collect();
        assert_eq!(args.remove(0), "shall");
        if hook.pass_filenames {
            args.push("a.md");
        }
        let document = |text: &str| Case::new().file("a.md", text);
        document("- The cluster SHALL stand.\n").run(&args).ends_with(0);
        let case = faulty().file("a.md", "- The cluster SHALL stand for TBD.\n");
        case.run(&args).ends_with(2);
    }
}

/// Runs the action's script as a workflow does, with this build's program on the path.
fn run_action(step: &ActionStep, case: &Case, inputs: &[(&str, &str)]) -> (Option<i32>, String) {
    let program = Path::new(env!("CARGO_BIN_EXE_shall")).parent().unwrap().to_owned();
    let paths = std::env::split_paths(&std::env::var_os("PATH").unwrap()).collect::<Vec<_>>();
    let path = std::env::join_paths(std::iter::once(program).chain(paths)).unwrap();
    let mut command = Command::new("bash");
    command.args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", &step.run]);
    command.current_dir(case.path("")).env("PATH", path);
    for (variable, value) in &step.env {
        let name = value.trim_start_matches("${{ inputs.").trim_end_matches(" }}");
        let given = inputs.iter().find(|(input, _)| *input == name);
        command.env(variable, given.map_or("", |(_, text)| text));
    }
    let output = command.output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn the_action_annotates_writes_sarif_and_keeps_the_exit_code() {
    let action: Action = read("action.yml");
    assert_eq!(action.runs.using, "composite");
    for step in &action.runs.steps {
        assert_eq!(step.shell, "bash");
        assert!(!step.run.contains("${{"), "{}: an input would become script", step.name);
        for value in step.env.values() {
            let name = value.trim_start_matches("${{ inputs.").trim_end_matches(" }}");
            assert!(action.inputs.contains_key(name), "no input `{name}`");
        }
    }
    let check = action.runs.steps.iter().find(|step| step.name == "check").unwrap();
    assert_eq!(run_action(check, &Case::new(), &[]).0, Some(0));
    let case = faulty();
    let (code, shown) = run_action(check, &case, &[("sarif", "out.sarif")]);
    assert_eq!(code, Some(2));
    assert!(shown.starts_with("::error file=spec/storage.md,line=3,"), "{shown}");
    let sarif: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(case.path("out.sarif")).unwrap()).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "SPEC-004");
    let quiet = Case::new().file("a.md", "- IF it rains, the cluster SHALL stand.\n");
    let (code, shown) = run_action(check, &quiet, &[("arguments", "a.md --enable EARS-003")]);
    assert_eq!(code, Some(0));
    assert!(shown.contains("EARS-003"), "{shown}");
}
