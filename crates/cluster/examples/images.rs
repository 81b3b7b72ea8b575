//! Makes images available and prints what was done; a debugging entry.
//!
//! `cargo run -p shall-cluster --example images -- [--pull|--build] [NAME…]`, with host programs as `program:kind`;
//! without names, every image.

use std::{error::Error, io::Write as _, path::Path, sync::Arc};

use shall_cluster::{
    engine::{Engine, Preference},
    image::{ImageBuilder, ImageMode},
    progress::{Event, Progress},
};

struct Lines(std::time::Instant);

impl Progress for Lines {
    fn event(&self, event: Event) {
        let at = self.0.elapsed().as_secs_f32();
        let line = match event {
            Event::Started { item, expected, .. } => format!("{item}: expected {expected:?}"),
            Event::Step { item, step, .. } => format!("{item}: {step}"),
            Event::Finished { item, took, how, .. } => format!("{item}: {how} in {took:.1?}"),
            Event::Note(line) => line,
        };
        let _closed = writeln!(std::io::stderr(), "{at:7.1}s {line}");
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut mode = ImageMode::default();
    let mut names = Vec::new();
    for word in std::env::args().skip(1) {
        match word.as_str() {
            "--pull" => mode = ImageMode::Pull,
            "--build" => mode = ImageMode::Build,
            _name => names.push(word),
        }
    }
    let engine = Engine::detect(Preference::Auto).await?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    let builder = ImageBuilder::new(&root, &engine, Arc::new(Lines(std::time::Instant::now())))?.with_mode(mode);
    let mut out = std::io::stdout();
    for name in names.iter().filter_map(|name| name.strip_prefix("program:")) {
        let program = builder.ensure_program(name).await?;
        writeln!(out, "{} {} {}", program.name, program.version, program.path.display())?;
    }
    let images: Vec<&str> = if names.is_empty() {
        builder.names()
    } else {
        names
            .iter()
            .map(String::as_str)
            .filter(|name| !name.starts_with("program:"))
            .collect()
    };
    for image in builder.ensure(&images).await? {
        writeln!(out, "{} {} {}", image.name, image.reference, image.archive.display())?;
    }
    Ok(())
}
