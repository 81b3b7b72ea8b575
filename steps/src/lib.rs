//! World, step definitions and the runner.
