//! Trouble with the machine or the cluster ends with one clear message and exit code 3.

use std::os::unix::fs::PermissionsExt as _;

use crate::case::Case;

#[test]
fn nothing_selected_is_an_error_of_its_own() {
    Case::new()
        .run(&["run", "--tags", "@no-such-tag"])
        .ends_with(4)
        .says(&["@no-such-tag"]);
}

#[test]
fn a_tag_expression_that_cannot_be_read_is_a_usage_error() {
    Case::new().run(&["run", "--tags", "@a and"]).ends_with(2);
}

/// A kubeconfig whose only context leads to a port that nobody listens on.
const DEAD: &str = "\
apiVersion: v1
kind: Config
clusters:
- {name: c, cluster: {server: 'https://127.0.0.1:1'}}
users:
- {name: u, user: {token: t}}
contexts:
- {name: dead, context: {cluster: c, user: u}}
";

/// A case whose kubeconfig is [`DEAD`].
fn dead() -> Case {
    let case = Case::with_stack().file("kubeconfig", DEAD);
    let path = case.path("kubeconfig");
    case.env("KUBECONFIG", path.to_str().unwrap())
}

#[test]
fn missing_host_tools_are_listed_each_with_its_command() {
    // A machine that has apt-get and nothing else.
    let case = Case::with_stack().file("bin/apt-get", "#!/bin/sh\nexit 1\n");
    let bin = case.path("bin");
    std::fs::set_permissions(bin.join("apt-get"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let case = case.env("PATH", bin.to_str().unwrap());
    let ended = case.run(&["run"]).ends_with(3);
    ended.says(&["podman", "buildah", "apt-get install", "SHALL_INSTALL=yes"]);
}

#[test]
fn an_existing_cluster_must_be_named() {
    let ended = dead().run(&["run", "--backend", "existing"]);
    ended.ends_with(2).says(&["--allow-cluster", "dead"]);
}

#[test]
fn a_context_that_does_not_exist_is_named() {
    let ended = dead().run(&["run", "--backend", "existing", "--allow-cluster", "no-such-context"]);
    ended.ends_with(3).says(&["no-such-context", "dead"]);
}

#[test]
fn an_api_server_that_does_not_answer_is_named() {
    let ended = dead().run(&["run", "--backend", "existing", "--allow-cluster", "dead"]);
    ended.ends_with(3).says(&["dead", "127.0.0.1:1"]);
}

#[test]
fn cleaning_up_where_nothing_was_made_is_no_fault() {
    Case::new().run(&["cleanup"]).ends_with(0);
}

#[test]
fn a_ledger_that_cannot_be_read_is_named_and_is_no_clean_end() {
    let case = Case::new().file("state/runs/broken.jsonl", "not a record\n");
    case.run(&["cleanup"]).ends_with(3).says(&["broken.jsonl"]);
}

#[test]
fn a_mutant_that_does_not_exist_is_named_before_a_cluster_is_touched() {
    let case = Case::with_stack().file("mutants/stopped.yaml", STOPPED);
    case.run(&["prove", "stoped"]).ends_with(4).says(&["`stoped`"]);
}

#[test]
fn faults_of_mutants_end_every_command_that_reads_the_project() {
    let wrong = STOPPED.replace("One class is the default", "One class is default");
    let case = Case::with_stack().file("mutants/stopped.yaml", &wrong);
    for command in ["check", "plan", "prove"] {
        let ended = case.run(&[command]).ends_with(2);
        ended.says(&["mutants/stopped.yaml", "did you mean `One class is the default`?"]);
    }
}

/// A mutant that is in order.
const STOPPED: &str = "\
about: nothing provisions
faults: [{scale: {namespace: a, deployment: b, replicas: 0}}]
red: [{scenario: One class is the default, because: no class}]
";

#[test]
fn the_help_names_every_command_and_the_exit_codes() {
    let ended = Case::empty().run(&["--help"]).ends_with(0);
    ended.shows(&[
        "check",
        "list",
        "plan",
        "doctor",
        "up",
        "down",
        "run",
        "prove",
        "report",
        "cleanup",
        "Exit codes",
        "130",
    ]);
}
