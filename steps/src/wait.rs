//! Waits inside steps: what was awaited becomes a check, met or not.

use shall_cluster::watch::{ObserveError, Seen};

use crate::{Recorder, StepError};

/// Turns the end of a wait into a check: a condition that came true is met, one that did not is not met with what
/// was seen last. Where the API server did not answer nothing is judged.
///
/// # Errors
///
/// [`StepError::NotMet`] or [`StepError::Errored`].
pub(crate) fn check_seen<T>(
    recorder: &Recorder,
    subject: &str,
    expected: &str,
    seen: Result<Seen<T>, ObserveError>,
) -> Result<Seen<T>, StepError> {
    match seen {
        Ok(seen) => {
            for transition in &seen.transitions {
                recorder.note(format!("{} {subject}: {}", transition.at, transition.state));
            }
            recorder.check(subject, expected, expected, true, 1)?;
            Ok(seen)
        }
        Err(error) => match error.observed() {
            Some(observed) => {
                note_transitions(recorder, subject, &error);
                recorder.check(subject, expected, observed, false, 1)?;
                Err(StepError::Missing { what: "condition" })
            }
            None => Err(StepError::errored(subject.to_owned())(error)),
        },
    }
}

fn note_transitions(recorder: &Recorder, subject: &str, error: &ObserveError) {
    let (ObserveError::Deadline { transitions, .. } | ObserveError::Impossible { transitions, .. }) = error else {
        return;
    };
    for transition in transitions {
        recorder.note(format!("{} {subject}: {}", transition.at, transition.state));
    }
}
