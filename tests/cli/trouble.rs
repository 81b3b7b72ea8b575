//! Trouble with the machine or the cluster ends with one clear message and exit code 3.

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

#[test]
fn missing_host_tools_are_listed_each_with_its_command() {
    let case = Case::new().env("PATH", "/nonexistent");
    case.run(&["run"])
        .ends_with(3)
        .says(&["podman", "apt-get install", "SHALL_INSTALL=yes"]);
}

#[test]
fn an_existing_cluster_must_be_named() {
    Case::new()
        .run(&["run", "--backend", "existing"])
        .ends_with(2)
        .says(&["--allow-cluster"]);
}

#[test]
fn a_context_that_does_not_exist_is_named() {
    let ended = Case::new().run(&["run", "--backend", "existing", "--allow-cluster", "no-such-context"]);
    ended.ends_with(3).says(&["no-such-context"]);
}

#[test]
fn an_api_server_that_does_not_answer_is_named() {
    let config = "\
apiVersion: v1
kind: Config
clusters:
- {name: c, cluster: {server: 'https://127.0.0.1:1'}}
users:
- {name: u, user: {token: t}}
contexts:
- {name: dead, context: {cluster: c, user: u}}
";
    let case = Case::new().file("kubeconfig", config);
    let path = case.path("kubeconfig");
    let case = case.env("KUBECONFIG", path.to_str().unwrap());
    case.run(&["run", "--backend", "existing", "--allow-cluster", "dead"])
        .ends_with(3)
        .says(&["dead", "127.0.0.1:1"]);
}

#[test]
fn cleaning_up_where_nothing_was_made_is_no_fault() {
    Case::new().run(&["cleanup"]).ends_with(0);
}

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
        "report",
        "cleanup",
        "Exit codes",
        "130",
    ]);
}
