//! What the host lacks: [`diagnose`] turns facts into [`Problem`]s, each with the command that mends it.

use serde::Serialize;

use super::facts::HostFacts;

/// Debian's packages of a host that runs podman with its network, and builds images.
const ENGINE_PACKAGES: [&str; 6] = [
    "podman",
    "runc",
    "netavark",
    "aardvark-dns",
    "iptables",
    "ca-certificates",
];

/// What builds images beside Go, with Debian's packages of it; a root file system is only made from signed packages.
const BUILD_TOOLS: [(&str, &[&str]); 2] = [
    ("buildah", &["buildah"]),
    ("debootstrap", &["debootstrap", "debian-archive-keyring"]),
];

/// The smallest number of open files under which a node's containerd and kubelet have worked.
const LEAST_OPEN_FILES: u64 = 4096;
const LEAST_PROCESSES: u64 = 4096;

/// One thing that is missing or too small.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// What it is about, such as `go`.
    pub what: String,
    /// What was found.
    pub found: String,
    /// What was expected.
    pub expected: String,
    /// The command that mends it, program first; empty where only a person can.
    pub mend: Vec<String>,
    /// Whether `install` runs that command; otherwise it is for a person to decide.
    pub installable: bool,
}

/// What the run asks of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// Whether images are built here, which takes Go, buildah and debootstrap.
    pub build_images: bool,
    /// Bytes that must be free where images are kept.
    pub free_bytes: u64,
    /// The oldest Go that builds the pinned modules, as (major, minor).
    pub go: (u32, u32),
}

impl Default for Needs {
    /// Building everything: 15 GiB (sources, build cache, archives and the engine's copies) and Go 1.26.
    fn default() -> Self {
        Self {
            build_images: true,
            free_bytes: 15 << 30,
            go: (1, 26),
        }
    }
}

/// Every problem of the host, in the order in which they are best mended; empty when it is ready.
#[must_use]
pub fn diagnose(facts: &HostFacts, needs: &Needs) -> Vec<Problem> {
    let mut problems = Vec::new();
    problems.extend(engine_problem(facts));
    if needs.build_images {
        problems.extend(
            BUILD_TOOLS
                .iter()
                .filter_map(|(tool, packages)| tool_problem(facts, tool, packages)),
        );
        problems.extend(go_problem(facts, needs.go));
        problems.extend(root_problem(facts));
    }
    problems.extend(limit_problem(
        "open files",
        facts.open_files.cap(u64::MAX),
        LEAST_OPEN_FILES,
        "ulimit -Hn 65536",
    ));
    problems.extend(limit_problem(
        "processes",
        facts.processes.cap(u64::MAX),
        LEAST_PROCESSES,
        "ulimit -Hu 65536",
    ));
    problems.extend(disk_problem(facts, needs.free_bytes));
    problems.extend(modules_problem(facts));
    problems
}

/// Whether docker is the engine: it may start privileged containers, and there is no podman to prefer.
fn docker_will_do(facts: &HostFacts) -> bool {
    let may = facts.uid != 0 || facts.has_sys_resource();
    facts.programs.contains_key("docker") && may && !facts.programs.contains_key("podman")
}

fn engine_problem(facts: &HostFacts) -> Option<Problem> {
    if docker_will_do(facts) {
        return None;
    }
    if !facts.programs.contains_key("podman") {
        let found = if facts.programs.contains_key("docker") {
            "docker without CAP_SYS_RESOURCE"
        } else {
            "none"
        };
        let packages = install_packages(facts, &ENGINE_PACKAGES);
        return Some(problem(
            "container engine",
            found,
            "podman, or docker that may start privileged containers",
            packages,
        ));
    }
    if !facts.cgroup_v2 && !facts.programs.contains_key("runc") {
        return Some(problem(
            "runtime",
            "none that takes this cgroup hierarchy",
            "runc",
            install_packages(facts, &["runc"]),
        ));
    }
    None
}

fn tool_problem(facts: &HostFacts, tool: &str, packages: &[&str]) -> Option<Problem> {
    if tool == "buildah" && docker_will_do(facts) {
        // docker builds by itself.
        return None;
    }
    (!facts.programs.contains_key(tool)).then(|| problem(tool, "none", tool, install_packages(facts, packages)))
}

fn go_problem(facts: &HostFacts, wanted: (u32, u32)) -> Option<Problem> {
    let found = facts.programs.get("go");
    if found
        .and_then(|line| go_version(line))
        .is_some_and(|version| version >= wanted)
    {
        return None;
    }
    let script = format!(
        "curl -fsSL https://go.dev/dl/go{}.{}.0.linux-amd64.tar.gz | tar -C /usr/local -xz",
        wanted.0, wanted.1
    );
    Some(Problem {
        what: "go".to_owned(),
        found: found.map_or_else(|| "none".to_owned(), Clone::clone),
        expected: format!("go{}.{} or newer", wanted.0, wanted.1),
        mend: vec!["sh".to_owned(), "-c".to_owned(), script],
        installable: false,
    })
}

/// The numbers of `go version go1.26.8 linux/amd64`.
fn go_version(line: &str) -> Option<(u32, u32)> {
    let word = line.split_whitespace().find_map(|word| {
        word.strip_prefix("go")
            .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    })?;
    let mut numbers = word
        .split('.')
        .map(|part| part.trim_end_matches(|c: char| !c.is_ascii_digit()));
    Some((
        numbers.next()?.parse().ok()?,
        numbers
            .next()?
            .split(|c: char| !c.is_ascii_digit())
            .next()?
            .parse()
            .ok()?,
    ))
}

fn root_problem(facts: &HostFacts) -> Option<Problem> {
    (facts.uid != 0).then(|| Problem {
        what: "user".to_owned(),
        found: format!("uid {}", facts.uid),
        expected: "uid 0 to make root file systems, or images = \"pull\"".to_owned(),
        mend: Vec::new(),
        installable: false,
    })
}

fn limit_problem(what: &str, found: u64, least: u64, mend: &str) -> Option<Problem> {
    (found < least).then(|| Problem {
        what: format!("limit of {what}"),
        found: found.to_string(),
        expected: format!("at least {least}"),
        mend: vec!["sh".to_owned(), "-c".to_owned(), mend.to_owned()],
        installable: false,
    })
}

fn disk_problem(facts: &HostFacts, needed: u64) -> Option<Problem> {
    let free = facts.free_bytes?;
    (free < needed).then(|| Problem {
        what: "disk".to_owned(),
        found: format!("{} GiB free", free >> 30),
        expected: format!("{} GiB free", needed >> 30),
        mend: Vec::new(),
        installable: false,
    })
}

fn modules_problem(facts: &HostFacts) -> Option<Problem> {
    (!facts.modules_dir).then(|| {
        let mend = as_root(facts, ["mkdir", "-p", "/lib/modules"].map(str::to_owned).to_vec());
        problem(
            "/lib/modules",
            "missing",
            "a directory that kind can mount into nodes",
            mend,
        )
    })
}

fn problem(what: &str, found: &str, expected: &str, mend: Vec<String>) -> Problem {
    let installable = !mend.is_empty();
    Problem {
        what: what.to_owned(),
        found: found.to_owned(),
        expected: expected.to_owned(),
        mend,
        installable,
    }
}

/// The command that installs Debian packages; empty where there is no apt-get.
fn install_packages(facts: &HostFacts, packages: &[&str]) -> Vec<String> {
    if !facts.apt {
        return Vec::new();
    }
    let words = ["apt-get", "install", "--yes", "--no-install-recommends"]
        .iter()
        .chain(packages);
    as_root(facts, words.map(|word| (*word).to_owned()).collect())
}

fn as_root(facts: &HostFacts, command: Vec<String>) -> Vec<String> {
    if facts.uid == 0 {
        command
    } else {
        std::iter::once("sudo".to_owned()).chain(command).collect()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::engine::Limit;

    /// A host that is ready.
    pub(crate) fn facts() -> HostFacts {
        let programs = [
            ("podman", ""),
            ("runc", ""),
            ("buildah", ""),
            ("debootstrap", ""),
            ("go", "go version go1.26.8 linux/amd64"),
        ];
        HostFacts {
            uid: 0,
            capabilities: u64::MAX,
            open_files: Limit::At(20_000),
            processes: Limit::At(30_000),
            cgroup_v2: false,
            systemd: false,
            modules_dir: true,
            free_bytes: Some(100 << 30),
            programs: programs
                .into_iter()
                .map(|(name, line)| (name.to_owned(), line.to_owned()))
                .collect(),
            apt: true,
        }
    }

    #[test]
    fn a_ready_host_has_no_problem() {
        assert_eq!(diagnose(&facts(), &Needs::default()), []);
    }

    #[test]
    fn an_empty_host_lists_everything_with_its_command() {
        let host = HostFacts {
            programs: [].into(),
            modules_dir: false,
            free_bytes: Some(1 << 30),
            ..facts()
        };
        let problems = diagnose(&host, &Needs::default());
        let about: Vec<&str> = problems.iter().map(|problem| problem.what.as_str()).collect();
        assert_eq!(
            about,
            [
                "container engine",
                "buildah",
                "debootstrap",
                "go",
                "disk",
                "/lib/modules"
            ]
        );
        assert!(
            problems[0]
                .mend
                .starts_with(&["apt-get".to_owned(), "install".to_owned()])
        );
        assert!(!problems[3].installable, "a download from elsewhere is never run by us");
    }

    #[test]
    fn docker_alone_is_enough_where_it_may_start_privileged_containers() {
        let mut host = facts();
        host.programs.remove("podman");
        host.programs.insert("docker".to_owned(), String::new());
        host.programs.remove("buildah");
        assert_eq!(diagnose(&host, &Needs::default()), []);
        host.capabilities &= !(1 << 24);
        let problems = diagnose(&host, &Needs::default());
        assert_eq!(problems[0].found, "docker without CAP_SYS_RESOURCE");
        assert_eq!(
            problems[1].what, "buildah",
            "podman will be the engine, and podman builds with buildah"
        );
    }

    #[test]
    fn an_old_go_is_named_with_what_it_is() {
        let mut host = facts();
        host.programs
            .insert("go".to_owned(), "go version go1.25.4 linux/amd64".to_owned());
        let problems = diagnose(&host, &Needs::default());
        assert_eq!(
            (problems[0].what.as_str(), problems[0].expected.as_str()),
            ("go", "go1.26 or newer")
        );
        assert!(problems[0].found.contains("go1.25.4"));
    }

    #[test]
    fn go_versions_compare_as_numbers() {
        assert_eq!(go_version("go version go1.26.8 linux/amd64"), Some((1, 26)));
        assert_eq!(go_version("go version go1.27rc1 linux/amd64"), Some((1, 27)));
        assert_eq!(go_version("go version devel"), None);
    }

    #[test]
    fn pulled_images_need_no_builder() {
        let mut host = facts();
        for tool in ["go", "buildah", "debootstrap"] {
            host.programs.remove(tool);
        }
        assert_eq!(
            diagnose(
                &host,
                &Needs {
                    build_images: false,
                    ..Needs::default()
                }
            ),
            []
        );
    }

    #[test]
    fn a_user_gets_commands_with_sudo() {
        let host = HostFacts {
            uid: 1000,
            modules_dir: false,
            ..facts()
        };
        let problems = diagnose(
            &host,
            &Needs {
                build_images: false,
                ..Needs::default()
            },
        );
        assert_eq!(problems[0].mend, ["sudo", "mkdir", "-p", "/lib/modules"]);
    }
}
