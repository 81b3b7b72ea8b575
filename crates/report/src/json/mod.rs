//! `report.json`: the judged run for programs. Its shape is `schema/report-v1.schema.json`.

mod criterion;
mod document;
mod scenario;

pub use document::{SCHEMA_VERSION, render_json};
