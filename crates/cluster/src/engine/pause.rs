//! A node that fails: its container is [paused](pause) and later [goes on](go_on).

use super::detect::Engine;
use crate::command::CommandError;

/// Freezes every process of a container, as a node that hangs: nothing of it answers any more.
///
/// # Errors
///
/// What the engine said.
pub async fn pause(engine: &Engine, container: &str) -> Result<(), CommandError> {
    engine.command(["pause", container]).run().await.map(|_output| ())
}

/// Lets a paused container go on. That it runs already, or does not exist any more, is no error.
///
/// # Errors
///
/// What the engine said.
pub async fn go_on(engine: &Engine, container: &str) -> Result<(), CommandError> {
    let inspect = engine.command(["container", "inspect", "--format", "{{.State.Status}}", container]);
    match inspect.run().await {
        Ok(state) if state.stdout.trim() == "paused" => {
            engine.command(["unpause", container]).run().await.map(|_output| ())
        }
        Ok(_) | Err(_) => Ok(()),
    }
}
