//! What pods use, from the kubelet through the API server: [`memory_of_pods`].

mod memory;

pub use memory::{PodMemory, StatsError, memory_of_pods};
