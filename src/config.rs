//! Configuration: `shall.toml`, then `SHALL_*` variables, then flags, in rising order.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::Deserialize;
use shall_spec::{Diagnostic, Modals, ReadOptions, SourceText};

use crate::{
    config_fault::every_fault,
    decisions::{Decisions, FactEntry, WaiverEntry},
    project::rendered,
    rules::UNREAD_CONFIG,
};

/// Name of the configuration file, looked for from the working directory upwards.
pub const FILE: &str = "shall.toml";

/// Folder of the specification where nothing is said.
const SPEC: &str = "spec";

/// File of the age key where nothing is said: that of the reference stack, for tests only.
const AGE_KEY: &str = "fixtures/data/age/keys.txt";

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file could not be read, or is not what it should be.
    #[error("{}", rendered(faults))]
    Content {
        /// Folder of the file.
        root: PathBuf,
        /// Everything that is wrong, with its place.
        faults: Vec<Diagnostic>,
    },
    /// No directory above holds a specification.
    #[error(
        "neither `{FILE}` nor a folder `spec` was found in `{from}` or above it\n\
         (hint: run it in the folder that holds your `{FILE}`, or create one)"
    )]
    NoRoot {
        /// Where the search began.
        from: PathBuf,
    },
}

impl ConfigError {
    /// The faults as findings.
    #[must_use]
    pub fn diagnostics(self) -> Vec<Diagnostic> {
        match self {
            Self::Content { faults, .. } => faults,
            Self::NoRoot { from } => {
                let message = format!(
                    "neither `{FILE}` nor a folder `{SPEC}` was found in `{}` or above it",
                    from.display()
                );
                let hint = format!("run it in the folder that holds your `{FILE}`, or create one");
                vec![Diagnostic::of(&UNREAD_CONFIG, message).hint(hint)]
            }
        }
    }
}

/// Which modal verbs make a sentence of a document a criterion. Our own format always reads `SHALL`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum ModalsChoice {
    /// `SHALL` alone.
    #[default]
    Shall,
    /// `SHALL` and `MUST`, as documents after RFC 2119 write.
    ShallAndMust,
}

impl From<ModalsChoice> for ReadOptions {
    fn from(choice: ModalsChoice) -> Self {
        let modals = match choice {
            ModalsChoice::Shall => Modals::Shall,
            ModalsChoice::ShallAndMust => Modals::ShallAndMust,
        };
        Self { modals }
    }
}

/// Where scenarios run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum BackendChoice {
    /// A kind cluster that we create.
    Kind,
    /// A k3d cluster that we create.
    K3d,
    /// A cluster that exists, named with `--allow-cluster`.
    Existing,
}

/// Which container engine holds the nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum EngineChoice {
    /// The first that works: podman, then docker.
    Auto,
    /// podman.
    Podman,
    /// docker.
    Docker,
}

/// Where images come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum ImagesChoice {
    /// Pulled where a registry answers, built where none does.
    Auto,
    /// Pulled.
    Pull,
    /// Built from pinned modules and packages.
    Build,
}

/// What `shall.toml` holds. Every key may be left out.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    spec: Option<PathBuf>,
    features: Option<PathBuf>,
    reports: Option<PathBuf>,
    profile: Option<String>,
    backend: Option<BackendChoice>,
    engine: Option<EngineChoice>,
    images: Option<ImagesChoice>,
    topology: Option<String>,
    cluster: Option<String>,
    #[serde(default)]
    validate: Vec<String>,
    #[serde(rename = "age_key_file")]
    age_key: Option<PathBuf>,
    #[serde(default)]
    documents: Vec<PathBuf>,
    #[serde(default)]
    modals: ModalsChoice,
    #[serde(default)]
    waiver: Vec<WaiverEntry>,
    #[serde(default)]
    contradicted: Vec<FactEntry>,
    #[serde(default)]
    unsatisfiable: Vec<FactEntry>,
}

/// Flags and variables that every command with a cluster takes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct ClusterArgs {
    /// Where scenarios run.
    #[arg(long, env = "SHALL_BACKEND", value_enum)]
    pub backend: Option<BackendChoice>,
    /// Container engine that holds the nodes.
    #[arg(long, env = "SHALL_ENGINE", value_enum)]
    pub engine: Option<EngineChoice>,
    /// Where images come from.
    #[arg(long, env = "SHALL_IMAGES", value_enum)]
    pub images: Option<ImagesChoice>,
    /// Which components make the stack: a file of `fixtures/profiles`, without `.toml`.
    #[arg(long, env = "SHALL_PROFILE")]
    pub profile: Option<String>,
    /// Which nodes the cluster has: a file of `kind`, without `.yaml`.
    #[arg(long, env = "SHALL_TOPOLOGY")]
    pub topology: Option<String>,
    /// Name of the cluster that is created.
    #[arg(long, env = "SHALL_CLUSTER")]
    pub cluster: Option<String>,
    /// Kubeconfig context of the cluster that exists; needed with `--backend existing`, never guessed.
    #[arg(long, env = "SHALL_ALLOW_CLUSTER")]
    pub allow_cluster: Option<String>,
    /// File of the age key that decrypts the stack's Secrets.
    #[arg(long, env = "SHALL_AGE_KEY_FILE", value_name = "FILE")]
    pub age_key_file: Option<PathBuf>,
    /// Consent to install missing host tools: `yes`, or nothing to be asked.
    #[arg(long = "install", env = "SHALL_INSTALL", value_name = "yes")]
    pub install: Option<String>,
}

/// The configuration of a run, complete.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Folder that every other path is relative to.
    pub root: PathBuf,
    /// Specification: a folder of Markdown files.
    pub spec: PathBuf,
    /// Documents that stay as their teams write them, and whose statements are criteria too: files or folders.
    pub documents: Vec<PathBuf>,
    /// Which modal verbs make a sentence of `documents` a criterion.
    pub modals: ModalsChoice,
    /// Features: a folder of feature files.
    pub features: PathBuf,
    /// Reports: a folder per run is made in it.
    pub reports: PathBuf,
    /// Name of the profile.
    pub profile: String,
    /// Profiles whose manifests the API server checks at the end of a whole run, and which do not run themselves.
    pub validate: Vec<String>,
    /// Where scenarios run.
    pub backend: BackendChoice,
    /// Container engine.
    pub engine: EngineChoice,
    /// Where images come from.
    pub images: ImagesChoice,
    /// Name of the topology.
    pub topology: String,
    /// Name of the cluster that is created.
    pub cluster: String,
    /// Kubeconfig context of the existing cluster.
    pub allow_cluster: Option<String>,
    /// File of the age key that decrypts the stack's Secrets, absolute where the root is.
    pub age_key_file: PathBuf,
    /// Whether missing host tools may be installed without asking.
    pub install: bool,
    /// Waivers and facts.
    pub decisions: Decisions,
}

impl Config {
    /// Reads `shall.toml` from the folder `from` or the nearest above it, and lays `args` over it.
    ///
    /// # Errors
    ///
    /// When no root is found, the file cannot be read, or holds an unknown key or value.
    pub fn load(from: &Path, args: ClusterArgs) -> Result<Self, ConfigError> {
        let root = find_root(from)?;
        let (file, source) = read_file(&root)?;
        let decisions = Decisions {
            source,
            waivers: file.waiver,
            contradicted: file.contradicted,
            unsatisfiable: file.unsatisfiable,
        };
        Ok(Self {
            documents: file.documents,
            modals: file.modals,
            decisions,
            spec: file.spec.unwrap_or_else(|| SPEC.into()),
            features: file.features.unwrap_or_else(|| "features".into()),
            reports: root.join(file.reports.unwrap_or_else(|| "reports".into())),
            profile: args.profile.or(file.profile).unwrap_or_else(|| "reference".into()),
            validate: file.validate,
            backend: args.backend.or(file.backend).unwrap_or(BackendChoice::Kind),
            engine: args.engine.or(file.engine).unwrap_or(EngineChoice::Auto),
            images: args.images.or(file.images).unwrap_or(ImagesChoice::Auto),
            topology: args.topology.or(file.topology).unwrap_or_else(|| "single-node".into()),
            cluster: args.cluster.or(file.cluster).unwrap_or_else(|| "shall".into()),
            allow_cluster: args.allow_cluster,
            age_key_file: root.join(args.age_key_file.or(file.age_key).unwrap_or_else(|| AGE_KEY.into())),
            install: args.install.is_some_and(|answer| answer.eq_ignore_ascii_case("yes")),
            root,
        })
    }

    /// The specification as full paths. Where there are documents, the folder that nobody named may be missing.
    #[must_use]
    pub fn spec_paths(&self) -> Vec<PathBuf> {
        let path = self.root.join(&self.spec);
        let is_left_out = !self.documents.is_empty() && self.spec == Path::new(SPEC) && !path.exists();
        if is_left_out { Vec::new() } else { vec![path] }
    }

    /// The documents as full paths.
    #[must_use]
    pub fn document_paths(&self) -> Vec<PathBuf> {
        self.documents.iter().map(|path| self.root.join(path)).collect()
    }
}

fn find_root(from: &Path) -> Result<PathBuf, ConfigError> {
    from.ancestors()
        .find(|folder| folder.join(FILE).is_file() || folder.join(SPEC).is_dir())
        .map(Path::to_owned)
        .ok_or_else(|| ConfigError::NoRoot { from: from.to_owned() })
}

fn read_file(root: &Path) -> Result<(File, Option<SourceText>), ConfigError> {
    let path = root.join(FILE);
    if !path.is_file() {
        return Ok((File::default(), None));
    }
    let fault = |faults| ConfigError::Content {
        root: root.to_owned(),
        faults,
    };
    let text = std::fs::read_to_string(&path).map_err(|error| {
        let message = format!("expected a readable file, observed: {error}");
        fault(vec![Diagnostic::of_file(
            &UNREAD_CONFIG,
            &SourceText::new(FILE, ""),
            message,
        )])
    })?;
    let source = SourceText::new(FILE, text);
    match toml::from_str(source.text()) {
        Ok(file) => Ok((file, Some(source))),
        Err(first) => Err(fault(every_fault::<File>(&source, first))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str, args: ClusterArgs) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), text).unwrap();
        Config::load(folder.path(), args)
    }

    #[test]
    fn an_unknown_key_names_the_nearest() {
        let error = load("profil = \"reference\"\n", ClusterArgs::default())
            .unwrap_err()
            .to_string();
        assert!(error.contains("unknown field `profil`"), "{error}");
        assert!(error.contains("did you mean `profile`?"), "{error}");
    }

    #[test]
    fn every_fault_is_told_at_once_each_at_its_place() {
        let text = "profil = \"x\"\ncluster = 3\nbackend = \"kubd\"\nspec = \"spec\"\n\n[[waiver]]\nowne = \"B\"\n";
        let faults = load(text, ClusterArgs::default()).unwrap_err().diagnostics();
        let places: Vec<_> = faults.iter().map(|fault| fault.position().unwrap().line).collect();
        assert_eq!(places, [1, 2, 3, 6, 7], "{faults:#?}");
        assert_eq!(faults[0].hint.as_deref(), Some("did you mean `profile`?"));
    }

    #[test]
    fn a_flag_beats_the_file() {
        let args = ClusterArgs {
            cluster: Some("other".into()),
            ..ClusterArgs::default()
        };
        assert_eq!(load("cluster = \"mine\"\n", args).unwrap().cluster, "other");
        assert_eq!(
            load("cluster = \"mine\"\n", ClusterArgs::default()).unwrap().cluster,
            "mine"
        );
    }

    #[test]
    fn a_folder_without_a_specification_is_refused_with_a_hint() {
        let folder = tempfile::tempdir().unwrap();
        let error = Config::load(folder.path(), ClusterArgs::default())
            .unwrap_err()
            .to_string();
        assert!(error.contains("(hint: "), "{error}");
    }

    #[test]
    fn only_the_word_yes_is_consent() {
        let asked = |answer: &str| ClusterArgs {
            install: Some(answer.into()),
            ..ClusterArgs::default()
        };
        assert!(load("", asked("yes")).unwrap().install);
        assert!(!load("", asked("no")).unwrap().install);
        assert!(!load("", ClusterArgs::default()).unwrap().install);
    }
}
