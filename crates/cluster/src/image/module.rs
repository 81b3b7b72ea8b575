//! Pins read from a component's go.mod and go.sum: [`Pin`], without asking Go.

use std::path::Path;

/// A module with its version and checksum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pin {
    /// Its path.
    pub(crate) module: String,
    /// Its version, such as `v1.18.1`.
    pub(crate) version: String,
    /// Its `h1:` sum, or a Debian package's exact version; empty where nothing was locked.
    pub(crate) sum: String,
}

impl Pin {
    /// Finds a module in the texts of go.mod and go.sum; `None` where it is not required.
    pub(crate) fn find(go_mod: &str, go_sum: &str, module: &str) -> Option<Self> {
        let version = go_mod.lines().find_map(|line| {
            let mut words = line.split_whitespace().skip_while(|word| *word == "require");
            (words.next() == Some(module))
                .then(|| words.next())
                .flatten()
                .filter(|word| word.starts_with('v'))
        })?;
        let sum = go_sum
            .lines()
            .find_map(|line| match line.split_whitespace().collect::<Vec<_>>()[..] {
                [name, pinned, sum] if name == module && pinned == version => Some(sum),
                _ => None,
            });
        Some(Self {
            module: module.to_owned(),
            version: version.to_owned(),
            sum: sum.unwrap_or_default().to_owned(),
        })
    }

    /// Reads it from a component's directory; an unreadable file counts as empty.
    pub(crate) fn read(dir: &Path, module: &str) -> Option<Self> {
        let text = |name: &str| std::fs::read_to_string(dir.join(name)).unwrap_or_default();
        Self::find(&text("go.mod"), &text("go.sum"), module)
    }
}

/// Fills `{version}` (v1.36.3), `{number}` (1.36.3), `{major}` (1) and `{minor}` (36) in a text of a recipe.
pub(crate) fn fill_in(text: &str, version: &str) -> String {
    let number = version.trim_start_matches('v');
    let mut parts = number.split('.');
    let (major, minor) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    text.replace("{version}", version)
        .replace("{number}", number)
        .replace("{major}", major)
        .replace("{minor}", minor)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GO_MOD: &str = "module shall.dev/x\n\nrequire example.com/one v1.2.3\n\nrequire (\n\texample.com/two/v2 v2.0.1 // indirect\n)\n\nreplace example.com/one => example.com/fork v9.9.9\n";
    const GO_SUM: &str = "example.com/one v1.2.3 h1:abc=\nexample.com/one v1.2.3/go.mod h1:def=\n";

    #[test]
    fn single_and_grouped_requirements_are_found() {
        let one = Pin::find(GO_MOD, GO_SUM, "example.com/one").unwrap();
        assert_eq!((one.version.as_str(), one.sum.as_str()), ("v1.2.3", "h1:abc="));
        let two = Pin::find(GO_MOD, GO_SUM, "example.com/two/v2").unwrap();
        assert_eq!((two.version.as_str(), two.sum.as_str()), ("v2.0.1", ""));
        assert_eq!(Pin::find(GO_MOD, GO_SUM, "example.com/three"), None);
    }

    #[test]
    fn a_version_is_filled_in_by_its_parts() {
        assert_eq!(
            fill_in("r/etcd:{number}-0 {major}.{minor} {version}", "v3.6.8"),
            "r/etcd:3.6.8-0 3.6 v3.6.8"
        );
    }
}
