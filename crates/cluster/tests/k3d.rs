//! The real k3d binary against a real container engine. Needs an engine: `cargo test -p shall-cluster --test k3d`.
