//! The settings podman runs with: [`EngineSettings`], a file of our own named by `CONTAINERS_CONF`, never one in /etc.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::facts::HostFacts;

/// The most that a node is given: systemd's own ceiling for open files, and fewer processes than a caller may have,
/// because the engine's children can have a lower limit than the caller (a hard limit of 96365 was refused to runc).
const MOST_OPEN_FILES: u64 = 1_048_576;
const MOST_PROCESSES: u64 = 30_000;

/// What podman is told about this host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineSettings {
    /// Open files of a container; at most the caller's own hard limit, because podman cannot raise it.
    pub open_files: u64,
    /// Processes of a container, with the same bound.
    pub processes: u64,
    /// The low-level runtime; `None` leaves podman's choice.
    pub runtime: Option<&'static str>,
    /// `cgroupfs` where no systemd could make the cgroups.
    pub cgroup_manager: &'static str,
}

impl EngineSettings {
    /// The settings that fit the host.
    #[must_use]
    pub fn of(facts: &HostFacts) -> Self {
        Self {
            open_files: facts.open_files.cap(MOST_OPEN_FILES),
            processes: facts.processes.cap(MOST_PROCESSES),
            // crun refuses a hybrid hierarchy.
            runtime: (!facts.cgroup_v2 && facts.programs.contains_key("runc")).then_some("runc"),
            cgroup_manager: if facts.systemd { "systemd" } else { "cgroupfs" },
        }
    }

    /// The text of the settings file, in podman's containers.conf format.
    #[must_use]
    pub fn render(&self) -> String {
        let runtime = self
            .runtime
            .map(|runtime| format!("runtime = \"{runtime}\"\n"))
            .unwrap_or_default();
        format!(
            "# Written by shall; named by CONTAINERS_CONF.\n\
             [containers]\n\
             default_ulimits = [\"nofile={files}:{files}\", \"nproc={processes}:{processes}\"]\n\
             [engine]\n\
             {runtime}cgroup_manager = \"{manager}\"\n\
             events_logger = \"file\"\n",
            files = self.open_files,
            processes = self.processes,
            manager = self.cgroup_manager,
        )
    }

    /// Writes the file into `dir` and returns its path; one that holds the same text is left alone.
    ///
    /// # Errors
    ///
    /// When the directory or the file cannot be written.
    pub fn write(&self, dir: &Path) -> io::Result<PathBuf> {
        let path = dir.join("containers.conf");
        let text = self.render();
        if fs::read_to_string(&path).is_ok_and(|found| found == text) {
            return Ok(path);
        }
        fs::create_dir_all(dir)?;
        let fresh = tempfile::NamedTempFile::new_in(dir)?;
        fs::write(fresh.path(), text)?;
        fresh.persist(&path).map_err(|failed| failed.error)?;
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Limit, doctor::tests::facts};

    #[test]
    fn limits_never_pass_the_callers_own() {
        let host = HostFacts {
            open_files: Limit::At(20_000),
            processes: Limit::Unlimited,
            ..facts()
        };
        let settings = EngineSettings::of(&host);
        assert_eq!((settings.open_files, settings.processes), (20_000, MOST_PROCESSES));
        assert!(settings.render().contains("nofile=20000:20000"));
    }

    #[test]
    fn hybrid_cgroups_without_systemd_take_runc_and_cgroupfs() {
        let host = HostFacts {
            cgroup_v2: false,
            systemd: false,
            ..facts()
        };
        let text = EngineSettings::of(&host).render();
        assert!(
            text.contains("runtime = \"runc\"\ncgroup_manager = \"cgroupfs\""),
            "{text}"
        );
    }

    #[test]
    fn a_unified_hierarchy_keeps_podmans_runtime() {
        let host = HostFacts {
            cgroup_v2: true,
            systemd: true,
            ..facts()
        };
        let settings = EngineSettings::of(&host);
        assert_eq!((settings.runtime, settings.cgroup_manager), (None, "systemd"));
    }

    #[test]
    fn the_file_is_written_once() {
        let dir = tempfile::tempdir().unwrap();
        let settings = EngineSettings::of(&facts());
        let path = settings.write(dir.path()).unwrap();
        let written = fs::metadata(&path).unwrap().modified().unwrap();
        assert_eq!(settings.write(dir.path()).unwrap(), path);
        assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), written);
    }
}
