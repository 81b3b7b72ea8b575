//! Which cluster a configuration means, as a run's ledger keeps it.

use clap::ValueEnum as _;
use shall_cluster::ledger::Place;

use crate::config::{BackendChoice, Config};

impl Config {
    /// The cluster of this configuration, as a run's ledger names it.
    #[must_use]
    pub fn place(&self) -> Place {
        let backend = self.backend.to_possible_value();
        let existing = self
            .allow_cluster
            .as_ref()
            .filter(|_| self.backend == BackendChoice::Existing);
        Place {
            backend: backend.map(|value| value.get_name().to_owned()).unwrap_or_default(),
            cluster: existing.unwrap_or(&self.cluster).clone(),
        }
    }

    /// The same configuration for another cluster; `None` where its backend is not known.
    #[must_use]
    pub fn at(&self, place: &Place) -> Option<Self> {
        let backend = BackendChoice::from_str(&place.backend, false).ok()?;
        let mut config = Self {
            backend,
            ..self.clone()
        };
        match backend {
            BackendChoice::Existing => config.allow_cluster = Some(place.cluster.clone()),
            BackendChoice::Kind | BackendChoice::K3d => config.cluster.clone_from(&place.cluster),
        }
        Some(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ClusterArgs, FILE};

    #[test]
    fn a_place_is_told_and_found_again() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "cluster = \"here\"\n").unwrap();
        let config = Config::load(folder.path(), ClusterArgs::default()).unwrap();
        let place = |backend: &str, cluster: &str| Place {
            backend: backend.to_owned(),
            cluster: cluster.to_owned(),
        };
        assert_eq!(config.place(), place("kind", "here"));
        for other in [place("kind", "there"), place("k3d", "there"), place("existing", "prod")] {
            assert_eq!(config.at(&other).unwrap().place(), other);
        }
        assert_eq!(config.at(&place("minikube", "there")), None);
    }
}
