//! Images of the nodes, of the stack and of our own pods: [`ImageBuilder`] pulls or builds them from recipes under `kind/`.
//!
//! A recipe is data (`kind/images/<component>/image.toml`, `kind/node/node.toml`); what it makes is kept in a
//! content-addressed cache, so that unchanged inputs build nothing.

mod announce;
mod bake;
mod build;
mod builder;
mod built;
mod cache;
mod catalog;
mod context;
mod debian;
mod error;
mod go;
mod key;
mod mode;
mod module;
mod node;
mod node_recipe;
mod overlay;
mod pack;
mod pull;
mod recipe;
mod rootfs;
mod static_crate;

pub use builder::ImageBuilder;
pub use built::{BuiltImage, BuiltProgram, Origin};
pub use cache::cache_dir;
pub use error::ImageError;
pub(crate) use go::{program as go_program, refused_module};
pub use mode::ImageMode;
