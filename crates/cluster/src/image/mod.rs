//! Images of the nodes, of the stack and of our own pods: [`ImageBuilder`] pulls or builds them from recipes under `kind/`.
//!
//! A recipe is data (`kind/images/<component>/image.toml`, `kind/node/node.toml`); what it makes is kept in a
//! content-addressed cache, so that unchanged inputs build nothing.

mod bake;
mod build;
mod builder;
mod built;
mod cache;
mod context;
mod error;
mod go;
mod key;
mod module;
mod node;
mod node_recipe;
mod pack;
mod pull;
mod recipe;
mod rootfs;
mod static_crate;

pub use builder::{ImageBuilder, ImageMode};
pub use built::{BuiltImage, BuiltProgram, Origin};
pub use cache::cache_dir;
pub use error::ImageError;
