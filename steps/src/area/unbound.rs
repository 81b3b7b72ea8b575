//! Claims that stay unbound, and why.

use std::time::Duration;

use cucumber::{gherkin::Step, then};
use k8s_openapi::api::core::v1::{Event, PersistentVolumeClaim};
use kube::{Api, runtime::watcher};
use shall_cluster::watch::{Observation, observe_set, stays};

use crate::{StepError, World, wait::check_seen};

/// How long a claim is watched for staying as it is.
const STAYS: Duration = Duration::from_secs(8);

#[then("the claim stays pending, waiting for its first consumer")]
async fn claim_stays_pending(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let claim = world.lone_claim.clone().ok_or(StepError::Missing { what: "claim" })?;
    let namespace = world.namespace().await?;
    let recorder = world.at(step);
    claim_stays_unbound(world, &recorder, &namespace, &claim).await?;
    event_says(world, &recorder, &namespace, &claim, "WaitForFirstConsumer").await
}

#[then("the claim stays unbound")]
async fn mounted_claim_stays_unbound(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let mounted = world.mounted()?.clone();
    claim_stays_unbound(world, &world.at(step), &mounted.namespace, &mounted.claim).await
}

#[then(expr = "an event of the claim names the missing storage class {string}")]
async fn event_names_the_missing_class(world: &mut World, class: String, #[step] step: &Step) -> Result<(), StepError> {
    let mounted = world.mounted()?.clone();
    event_says(world, &world.at(step), &mounted.namespace, &mounted.claim, &class).await
}

async fn claim_stays_unbound(
    world: &World,
    recorder: &crate::Recorder,
    namespace: &str,
    claim: &str,
) -> Result<(), StepError> {
    let api: Api<PersistentVolumeClaim> = Api::namespaced(world.run.clients.strict.clone(), namespace);
    let phase_of = |claim: Option<&PersistentVolumeClaim>| {
        let phase = claim
            .and_then(|claim| claim.status.as_ref()?.phase.clone())
            .unwrap_or_default();
        if phase == "Pending" {
            Ok(format!("phase {phase}"))
        } else {
            Err(format!("phase {phase}"))
        }
    };
    let subject = format!("claim {claim} over {STAYS:?}");
    match stays(&api, claim, "claim stays pending", STAYS, phase_of).await {
        Ok((looks, state)) => recorder.check(subject, "phase Pending", state, true, looks),
        Err(error) => match error.observed() {
            Some(observed) => recorder.check(subject, "phase Pending", observed, false, 1),
            None => Err(StepError::errored(subject)(error)),
        },
    }
}

async fn event_says(
    world: &World,
    recorder: &crate::Recorder,
    namespace: &str,
    claim: &str,
    text: &str,
) -> Result<(), StepError> {
    let api: Api<Event> = Api::namespaced(world.run.clients.strict.clone(), namespace);
    let selection = watcher::Config::default().fields(&format!("involvedObject.name={claim}"));
    let seen = observe_set(
        &api,
        selection,
        "event of the claim",
        Duration::from_mins(1),
        |events| {
            let said = |event: &Event| {
                format!(
                    "{}: {}",
                    event.reason.clone().unwrap_or_default(),
                    event.message.clone().unwrap_or_default()
                )
            };
            let all: Vec<String> = events.values().map(said).collect();
            match all.iter().find(|said| said.contains(text)) {
                Some(found) => Observation::Met(found.clone()),
                None => Observation::Pending(all.join("; ")),
            }
        },
    )
    .await;
    let seen = check_seen(
        recorder,
        &format!("events of claim {claim}"),
        &format!("one that says {text}"),
        seen,
    )?;
    recorder.note(seen.value);
    Ok(())
}
