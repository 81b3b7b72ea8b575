//! What the host is: [`HostFacts`], read once from /proc and the programs on `PATH`, judged elsewhere.

use std::{collections::BTreeMap, fs, path::Path, time::Duration};

use crate::command::Command;

/// Capability numbers of the kernel that containers of nodes need.
const CAP_SYS_ADMIN: u32 = 21;
const CAP_SYS_RESOURCE: u32 = 24;

/// A resource limit of this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// At most this many.
    At(u64),
    /// No limit.
    Unlimited,
}

impl Limit {
    /// The smaller of the limit and `wanted`.
    #[must_use]
    pub fn cap(self, wanted: u64) -> u64 {
        match self {
            Self::At(limit) => limit.min(wanted),
            Self::Unlimited => wanted,
        }
    }
}

/// What was found on the host.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own; none excludes another"
)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostFacts {
    /// The caller's user id.
    pub uid: u32,
    /// The caller's effective capabilities, one bit each.
    pub capabilities: u64,
    /// Hard limit of open files.
    pub open_files: Limit,
    /// Hard limit of processes, and at most the kernel's highest process id: podman lowers its own limit to that.
    pub processes: Limit,
    /// Whether the unified cgroup hierarchy is mounted at its own place.
    pub cgroup_v2: bool,
    /// Whether systemd runs the host.
    pub systemd: bool,
    /// Whether /lib/modules exists; kind mounts it into every node.
    pub modules_dir: bool,
    /// Bytes free where images are kept; `None` where that could not be read.
    pub free_bytes: Option<u64>,
    /// Programs that were looked for and found, with the first line of their version.
    pub programs: BTreeMap<String, String>,
    /// Whether apt-get installs packages here.
    pub apt: bool,
}

/// Programs looked for, with the arguments that print their version.
const PROGRAMS: [(&str, &[&str]); 8] = [
    ("podman", &["--version"]),
    ("docker", &["--version"]),
    ("runc", &["--version"]),
    ("buildah", &["--version"]),
    ("debootstrap", &["--version"]),
    ("go", &["version"]),
    ("unshare", &["--version"]),
    ("iptables", &["--version"]),
];

impl HostFacts {
    /// Reads them; a fact that cannot be read takes the value that is worse for the caller.
    pub async fn read(image_dir: &Path) -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
        let processes = limit_of(&limits, "Max processes");
        let mut programs = BTreeMap::new();
        for (program, args) in PROGRAMS {
            if let Some(version) = version_of(program, args).await {
                programs.insert(program.to_owned(), version);
            }
        }
        Self {
            uid: uid_of(&status),
            capabilities: capabilities_of(&status),
            open_files: limit_of(&limits, "Max open files"),
            processes: highest_pid().map_or(processes, |highest| Limit::At(processes.cap(highest))),
            cgroup_v2: Path::new("/sys/fs/cgroup/cgroup.controllers").exists(),
            systemd: Path::new("/run/systemd/system").exists(),
            modules_dir: Path::new("/lib/modules").is_dir(),
            free_bytes: free_bytes(image_dir).await,
            programs,
            apt: find_program("apt-get").is_some(),
        }
    }

    /// Whether the caller may start privileged containers by itself.
    #[must_use]
    pub fn has_sys_admin(&self) -> bool {
        self.capabilities >> CAP_SYS_ADMIN & 1 == 1
    }

    /// Whether limits may be raised; Docker needs it for a privileged container.
    #[must_use]
    pub fn has_sys_resource(&self) -> bool {
        self.capabilities >> CAP_SYS_RESOURCE & 1 == 1
    }
}

/// Finds a program on `PATH` and in the administrator's directories, which a user's `PATH` often lacks.
pub(crate) fn find_program(program: &str) -> Option<std::path::PathBuf> {
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{path}:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/go/bin");
    which::which_in(program, Some(path), "/").ok()
}

async fn version_of(program: &str, args: &[&str]) -> Option<String> {
    let path = find_program(program)?;
    let printed = Command::new(path)
        .args(args)
        .deadline(Duration::from_secs(10))
        .run()
        .await;
    let line = match printed {
        Ok(output) => output.stdout.lines().next().unwrap_or_default().to_owned(),
        // It is there; what it says of itself is not needed.
        Err(_unreadable) => String::new(),
    };
    Some(line)
}

fn highest_pid() -> Option<u64> {
    fs::read_to_string("/proc/sys/kernel/pid_max").ok()?.trim().parse().ok()
}

/// Free bytes of the file system that will hold `dir`, whether or not it exists yet.
async fn free_bytes(dir: &Path) -> Option<u64> {
    let existing = dir.ancestors().find(|ancestor| ancestor.exists())?;
    let output = Command::new("df")
        .args(["-B1", "--output=avail"])
        .args([existing])
        .run()
        .await
        .ok()?;
    output.stdout.lines().nth(1)?.trim().parse().ok()
}

/// The real user id of a `/proc/<pid>/status`.
fn uid_of(status: &str) -> u32 {
    field(status, "Uid:")
        .and_then(|ids| ids.split_whitespace().next()?.parse().ok())
        .unwrap_or(u32::MAX)
}

fn capabilities_of(status: &str) -> u64 {
    field(status, "CapEff:")
        .and_then(|mask| u64::from_str_radix(mask, 16).ok())
        .unwrap_or(0)
}

fn field<'text>(status: &'text str, key: &str) -> Option<&'text str> {
    status.lines().find_map(|line| line.strip_prefix(key)).map(str::trim)
}

/// The hard limit of a line of `/proc/<pid>/limits`, whose columns are name, soft, hard, unit.
fn limit_of(limits: &str, name: &str) -> Limit {
    let hard = limits
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .and_then(|rest| rest.split_whitespace().nth(1));
    match hard.map(str::parse) {
        Some(Ok(limit)) => Limit::At(limit),
        Some(Err(_word)) => Limit::Unlimited,
        None => Limit::At(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATUS: &str = "Name:\tx\nUid:\t1000\t1000\t1000\t1000\nCapEff:\t000001fffeffffff\n";
    const LIMITS: &str = "Limit                     Soft Limit           Hard Limit           Units     \n\
        Max processes             96365                unlimited            processes \n\
        Max open files            1024                 20000                files     \n";

    #[test]
    fn the_user_and_its_capabilities_are_read() {
        assert_eq!(uid_of(STATUS), 1000);
        let mask = capabilities_of(STATUS);
        assert_eq!(mask >> CAP_SYS_ADMIN & 1, 1);
        assert_eq!(mask >> CAP_SYS_RESOURCE & 1, 0);
    }

    #[test]
    fn hard_limits_are_read_not_soft_ones() {
        assert_eq!(limit_of(LIMITS, "Max open files"), Limit::At(20000));
        assert_eq!(limit_of(LIMITS, "Max processes"), Limit::Unlimited);
    }

    #[test]
    fn unreadable_facts_are_the_worse_ones() {
        assert_eq!(uid_of(""), u32::MAX);
        assert_eq!(capabilities_of("CapEff:\tnot hex"), 0);
        assert_eq!(limit_of("", "Max open files"), Limit::At(0));
    }

    #[tokio::test]
    async fn free_space_is_that_of_the_nearest_directory_that_exists() {
        let free = free_bytes(Path::new("/no-such-directory-of-ours/below")).await;
        assert!(free.is_some_and(|bytes| bytes > 0), "{free:?}");
    }
}
