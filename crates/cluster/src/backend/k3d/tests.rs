use super::*;

fn output(stdout: &str, stderr: &str) -> Output {
    Output {
        stdout: stdout.to_owned(),
        stderr: stderr.to_owned(),
    }
}

fn failed(tail: &str) -> CommandError {
    CommandError::Failed {
        line: "k3d".to_owned(),
        code: "exit status: 1".to_owned(),
        tail: tail.to_owned(),
    }
}

#[test]
fn no_clusters_are_read_in_both_forms_that_k3d_writes() {
    assert_eq!(parse_list("[]\n"), Some(vec![]));
    assert_eq!(parse_list("null\n"), Some(vec![]));
    assert_eq!(parse_list("NAME SERVERS\n"), None);
}

/// Recorded from k3d 5.8.3 against podman's socket, with a container that carries k3d's labels.
#[test]
fn a_recorded_list_names_its_cluster() {
    let text = include_str!("../../../tests/k3d/cluster-list.json");
    assert_eq!(parse_list(text), Some(vec!["shall-k3d-recorded".to_owned()]));
}

#[test]
fn an_image_that_cannot_be_pulled_is_told_from_other_faults() {
    let pull = include_str!("../../../tests/k3d/create-no-image.stderr");
    insta::assert_snapshot!(fault_of_k3d("shall", "create it", failed(pull)), @r#"
    cluster `shall`: the node image cannot be had: ERRO[0060] failed Cluster Creation: failed setup of server/agent node k3d-shall-server-0: failed to create node: runtime failed to create node 'k3d-shall-server-0': failed to create container for node 'k3d-shall-server-0': docker failed to create container 'k3d-shall-server-0': Post "http://%2Frun%2Fpodman.sock/v1.41/containers/create?name=k3d-shall-server-0": context deadline exceeded
    (hint: where no registry is reachable build it: images = "build")
    "#);
    let archive = include_str!("../../../tests/k3d/import-no-archive.stderr");
    let error = fault_of_k3d("shall", "load an image archive", failed(archive));
    assert!(
        matches!(error, BackendError::Command { .. }),
        "an archive that is not there is no fault of a registry: {error:?}"
    );
    let import = include_str!("../../../tests/k3d/import-no-cluster.stderr");
    let error = fault_of_k3d("shall", "load an image archive", failed(import));
    assert!(
        matches!(
            error,
            BackendError::Command {
                doing: "load an image archive",
                ..
            }
        ),
        "{error:?}"
    );
}

#[test]
fn an_import_that_k3d_only_complains_about_is_a_fault() {
    assert_eq!(
        import_fault(&output(
            "INFO[0001] Successfully imported 1 image(s) into 1 cluster(s)\n",
            ""
        )),
        None
    );
    let complaint = "\u{1b}[31mERRO\u{1b}[0m[0000] failed to import images in node 'a'";
    assert_eq!(
        import_fault(&output("", complaint)).unwrap(),
        "ERRO[0000] failed to import images in node 'a'"
    );
}

#[test]
fn nodes_come_from_the_topology_and_the_users_kubeconfig_is_left_alone() {
    let spec = ClusterSpec {
        name: "shall".to_owned(),
        topology: "three-node.yaml".into(),
        node_image: "docker.io/rancher/k3s:v1.34.4-k3s1".to_owned(),
        node_archive: None,
        archives: Vec::new(),
    };
    let topology = Topology {
        roles: vec![Role::ControlPlane, Role::Worker, Role::Worker],
        ports: Vec::new(),
    };
    insta::assert_snapshot!(create_args(&spec, &topology, Duration::from_secs(90)).join(" "), @"cluster create shall --image docker.io/rancher/k3s:v1.34.4-k3s1 --servers 1 --agents 2 --no-lb --no-image-volume --kubeconfig-update-default=false --kubeconfig-switch-context=false --api-port 127.0.0.1:random --runtime-label shall.dev/created-by=shall@server:* --wait --timeout 90s --k3s-arg --disable=traefik@server:* --k3s-arg --disable=servicelb@server:* --k3s-arg --disable=metrics-server@server:* --k3s-arg --disable=local-storage@server:*");
}
