//! From what an engine or a backend's program wrote to a typed error: [`fault_of`].

use super::error::BackendError;
use crate::command::CommandError;

/// What docker and podman write where a port of the host is taken.
const PORT: [&str; 3] = [
    "address already in use",
    "port is already allocated",
    "cannot assign requested address",
];
/// What they write where the disk is full.
const DISK: [&str; 2] = ["no space left on device", "disk quota exceeded"];
/// What they, and kind, write where an image is missing.
const IMAGE: [&str; 5] = [
    "pulling image",
    "failed to pull image",
    "initializing source",
    "manifest unknown",
    "no such image",
];
/// What runc and crun write where the processes of a container are gone and the engine does not know it.
const ENDED: [&str; 2] = ["exec in a stopped container", "container is not running"];
/// What they and runc write where a container may not be privileged.
const PRIVILEGE: [&str; 4] = [
    "operation not permitted",
    "error setting rlimit",
    "cannot set privileged",
    "privileged mode is incompatible",
];

/// The typed error of a program that failed.
pub(super) fn fault_of(name: &str, doing: &'static str, error: CommandError) -> BackendError {
    let text = match &error {
        CommandError::Failed { tail, .. } | CommandError::Deadline { tail, .. } => without_colour(tail),
        CommandError::Start { .. } => String::new(),
    };
    let name = name.to_owned();
    let line_with = |words: &[&str]| {
        let has = |line: &&str| words.iter().any(|word| line.to_lowercase().contains(word));
        text.lines().rev().find(has).map(|line| line.trim().to_owned())
    };
    if let Some(observed) = line_with(&PORT) {
        BackendError::PortTaken { name, observed }
    } else if let Some(observed) = line_with(&DISK) {
        BackendError::DiskFull { name, observed }
    } else if let Some(observed) = line_with(&IMAGE) {
        BackendError::NodeImage { name, observed }
    } else if let Some(observed) = line_with(&ENDED) {
        BackendError::NodeEnded { name, observed }
    } else if let Some(reason) = line_with(&PRIVILEGE) {
        BackendError::Privilege { name, reason }
    } else {
        BackendError::Command {
            name,
            doing,
            source: error,
        }
    }
}

/// A text without terminal colours.
pub(super) fn without_colour(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(tail: &str) -> String {
        let error = CommandError::Failed {
            line: "x".to_owned(),
            code: "1".to_owned(),
            tail: tail.to_owned(),
        };
        fault_of("shall", "create it", error).to_string()
    }

    #[test]
    fn what_the_engines_write_becomes_what_where_and_how_to_mend() {
        let texts = [
            "Command Output: Error: cannot listen on the TCP port: listen tcp4 127.0.0.1:6443: bind: address already in use",
            "docker: Error response from daemon: Bind for 127.0.0.1:6443 failed: port is already allocated.",
            "Error: writing blob: storing blob: write /var/lib/x: no space left on device",
            "Error: OCI runtime error: runc: error setting rlimits: error setting rlimit type 7: operation not permitted",
            "ERROR: failed to create cluster: failed to pull image \"kindest/node:v1.36.3\"",
            "Command Output: Error: OCI runtime error: runc: exec failed: cannot exec in a stopped container",
            "something else",
        ];
        let faults: Vec<String> = texts.iter().map(|text| fault(text)).collect();
        insta::assert_snapshot!(faults.join("\n"), @r#"
        cluster `shall`: a port of the host is taken: Command Output: Error: cannot listen on the TCP port: listen tcp4 127.0.0.1:6443: bind: address already in use
        (hint: end what listens there (`ss -ltnp` names it), or change `apiServerPort` and `extraPortMappings` of the topology)
        cluster `shall`: a port of the host is taken: docker: Error response from daemon: Bind for 127.0.0.1:6443 failed: port is already allocated.
        (hint: end what listens there (`ss -ltnp` names it), or change `apiServerPort` and `extraPortMappings` of the topology)
        cluster `shall`: no space left on the disk: Error: writing blob: storing blob: write /var/lib/x: no space left on device
        (hint: `podman system df` or `docker system df` shows what can be removed)
        cluster `shall`: privileged containers are not permitted: Error: OCI runtime error: runc: error setting rlimits: error setting rlimit type 7: operation not permitted
        (hint: nodes need them; run as root, give the missing capability, or name a cluster that exists with --backend existing --allow-cluster)
        cluster `shall`: the node image cannot be had: ERROR: failed to create cluster: failed to pull image "kindest/node:v1.36.3"
        (hint: where no registry is reachable build it: images = "build")
        cluster `shall`: a node that its engine takes for running does not run: Command Output: Error: OCI runtime error: runc: exec failed: cannot exec in a stopped container
        (hint: `shall down` and `shall up` make a new cluster)
        cluster `shall`: could not create it
        "#);
    }

    #[test]
    fn colours_are_taken_off() {
        assert_eq!(
            without_colour("\u{1b}[31mFATA\u{1b}[0m[0000] No nodes"),
            "FATA[0000] No nodes"
        );
    }
}
