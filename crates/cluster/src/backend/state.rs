//! Where ledgers and kubeconfigs are kept: [`StateDir`].

use std::{
    env,
    ffi::OsString,
    fs, io,
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

/// The folder that outlives a run: `clusters/<name>/ledger.jsonl`, `clusters/<name>/kubeconfig`,
/// `runs/<run>.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateDir {
    root: PathBuf,
}

impl StateDir {
    /// The folder that the environment names: `SHALL_STATE`, else `XDG_STATE_HOME/shall`, else
    /// `~/.local/state/shall`. `None` where not even `HOME` is set.
    #[must_use]
    pub fn find() -> Option<Self> {
        Self::from_variables(|name| env::var_os(name).filter(|value| !value.is_empty()))
    }

    fn from_variables(variable: impl Fn(&str) -> Option<OsString>) -> Option<Self> {
        let root = variable("SHALL_STATE")
            .map(PathBuf::from)
            .or_else(|| variable("XDG_STATE_HOME").map(|home| PathBuf::from(home).join("shall")))
            .or_else(|| variable("HOME").map(|home| PathBuf::from(home).join(".local/state/shall")))?;
        Some(Self { root })
    }

    /// This folder.
    #[must_use]
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The ledger of a cluster.
    #[must_use]
    pub fn cluster_ledger(&self, name: &str) -> PathBuf {
        self.cluster(name).join("ledger.jsonl")
    }

    /// The kubeconfig of a cluster that we created.
    #[must_use]
    pub fn kubeconfig(&self, name: &str) -> PathBuf {
        self.cluster(name).join("kubeconfig")
    }

    /// The folder of the runs' ledgers.
    #[must_use]
    pub fn runs(&self) -> PathBuf {
        self.root.join("runs")
    }

    /// The ledger of a run.
    #[must_use]
    pub fn run_ledger(&self, run: &str) -> PathBuf {
        self.runs().join(format!("{}.jsonl", file_name(run)))
    }

    fn cluster(&self, name: &str) -> PathBuf {
        self.root.join("clusters").join(file_name(name))
    }

    /// Writes a file that only its owner may read, with its folder.
    pub(super) fn write_secret(path: &Path, text: &str) -> io::Result<()> {
        use io::Write as _;
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(path)?;
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
        file.write_all(text.as_bytes())
    }
}

/// A name as the name of a file. Contexts hold `/` and `:`; a name that had to be changed gets a digest, so
/// that two of them stay two.
fn file_name(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if name.chars().all(is_plain) && !name.starts_with('.') && !name.is_empty() {
        return name.to_owned();
    }
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let digest = Sha256::digest(name.as_bytes());
    let [a, b, c, d] = [digest[0], digest[1], digest[2], digest[3]];
    format!("{plain}-{a:02x}{b:02x}{c:02x}{d:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(variables: &[(&str, &str)]) -> Option<PathBuf> {
        let find = |name: &str| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| OsString::from(value))
        };
        StateDir::from_variables(find).map(|state| state.root)
    }

    #[test]
    fn our_own_variable_comes_first_and_home_last() {
        let all = [
            ("HOME", "/home/a"),
            ("XDG_STATE_HOME", "/state"),
            ("SHALL_STATE", "/ours"),
        ];
        assert_eq!(find(&all), Some(PathBuf::from("/ours")));
        assert_eq!(find(&all[..2]), Some(PathBuf::from("/state/shall")));
        assert_eq!(find(&all[..1]), Some(PathBuf::from("/home/a/.local/state/shall")));
        assert_eq!(find(&[]), None);
    }

    #[test]
    fn no_name_leaves_the_folder_and_no_two_share_a_file() {
        let state = StateDir::at("/state");
        assert_eq!(
            state.cluster_ledger("shall"),
            Path::new("/state/clusters/shall/ledger.jsonl")
        );
        let (a, b) = (state.cluster_ledger("arn:aws/a"), state.cluster_ledger("arn:aws:a"));
        assert_ne!(a, b);
        assert_eq!(a.components().count(), 5, "{}", a.display());
        assert_eq!(state.run_ledger("../x").parent(), Some(Path::new("/state/runs")));
    }

    #[test]
    fn a_kubeconfig_is_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = StateDir::at(folder.path()).kubeconfig("a");
        StateDir::write_secret(&path, "one").unwrap();
        StateDir::write_secret(&path, "2").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "2");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
