//! `index.html`: the judged run for the person who answers for it.
//!
//! [`render_html`] makes one file without an external resource. Everything in it can be read with scripts
//! blocked; the script only adds filtering, sorting and opening of deep links.

mod bar;
mod criterion;
mod page;
mod render;
mod run;
mod scenario;
mod shape;

pub use render::render_html;
