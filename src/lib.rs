//! Placeholder entry of the workspace.
