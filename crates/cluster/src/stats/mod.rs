//! What pods use, from the kubelets through the API server: [`MemorySampler`] over a stretch of time, [`working_sets`] now.

mod memory;
mod quantity;

pub use memory::{MemoryError, MemorySampler, WorkingSet, working_sets};
