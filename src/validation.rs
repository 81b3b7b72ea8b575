//! Profiles that do not run: their manifests are checked by the API server at the end of a whole run.

use std::time::Instant;

use shall_cluster::{
    chain,
    ledger::Ledger,
    progress::{Event, Progress as _},
    stack::{Profile, ProfileError, Validated, ValidatedObject, validate},
};
use shall_trace::{EvidenceFile, Record, ValidatedComponent, ValidatedProfile};

use crate::{Console, config::Config, run::stop_signal, up::Live};

/// Phase of our progress events.
const PHASE: &str = "validate";

/// The profiles that the configuration names.
///
/// # Errors
///
/// When one is missing or cannot be used.
pub(crate) fn profiles_to_validate(config: &Config) -> Result<Vec<Profile>, ProfileError> {
    let fixtures = config.root.join("fixtures");
    let profiles = config.validate.iter().map(|name| Profile::load(&fixtures, name));
    profiles.collect()
}

/// What the validation of a run needs.
pub(crate) struct Validation<'a> {
    pub(crate) live: &'a Live,
    pub(crate) ledger: &'a Ledger,
    pub(crate) evidence: &'a EvidenceFile,
    pub(crate) console: &'a Console,
}

impl Validation<'_> {
    /// Sends the manifests of each profile to the API server and records what it says. Answers what kept them from
    /// being sent, one line each; a stop that is asked for ends it.
    pub(crate) async fn of_all(&self, profiles: &[Profile]) -> Vec<String> {
        let mut errors = Vec::new();
        for profile in profiles {
            let name = &profile.name;
            tokio::select! {
                done = self.of(profile) => {
                    errors.extend(done.err().map(|error| format!("profile `{name}` is not validated: {error}")));
                }
                () = stop_signal() => {
                    errors.push(format!("profile `{name}` is not validated: a stop was asked for"));
                    break;
                }
            }
        }
        errors
    }

    async fn of(&self, profile: &Profile) -> Result<(), String> {
        let item = profile.name.clone();
        self.console.event(Event::Started {
            phase: PHASE,
            item: item.clone(),
            expected: None,
        });
        let began = Instant::now();
        let client = self.live.clients.patient.clone();
        let said = validate(client, profile, &self.live.context, self.ledger).await;
        let how = said.as_ref().map_or_else(
            |_error| "could not be done".to_owned(),
            |said| format!("{} objects sent, {} refused", said.objects.len(), said.refused.len()),
        );
        self.console.event(Event::Finished {
            phase: PHASE,
            item,
            took: began.elapsed(),
            how,
        });
        let record = Record::Validated(record(profile, said.map_err(|error| chain(&error))?));
        self.evidence.append(&record).map_err(|error| chain(&error))
    }
}

fn record(profile: &Profile, said: Validated) -> ValidatedProfile {
    let count = |name: &str, is_counted: fn(&ValidatedObject) -> bool| {
        let own = said.objects.iter().filter(|object| object.component == name);
        own.filter(|object| is_counted(object)).fold(0, |number, _| number + 1)
    };
    let components = profile.components.iter().map(|component| ValidatedComponent {
        component: component.name.clone(),
        version: component.version.clone(),
        source: component.source.clone(),
        objects: count(&component.name, |_| true),
        created: count(&component.name, |object| object.is_created),
    });
    ValidatedProfile {
        profile: profile.name.clone(),
        description: profile.description.clone(),
        components: components.collect(),
        refused: said.refused,
        canary: said.canary,
    }
}
