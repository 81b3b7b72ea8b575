//! What a directory holds: [`list`].

use std::{fs, io::ErrorKind, os::unix::ffi::OsStrExt as _, path::Path};

use crate::{
    fault::Fault,
    manifest::EntryKind,
    report::{ListedEntry, Listing},
    tree::printable,
};

/// Lists a directory, not recursive. One that does not exist is an answer.
///
/// # Errors
///
/// When it exists and cannot be listed.
pub fn list(dir: &Path) -> Result<Listing, Fault> {
    let mut listing = Listing {
        dir: dir.display().to_string(),
        exists: true,
        entries: Vec::new(),
    };
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            listing.exists = false;
            return Ok(listing);
        }
        Err(error) => return Err(Fault::io("list", dir)(error)),
    };
    for entry in entries {
        let entry = entry.map_err(Fault::io("list", dir))?;
        let file_type = entry.file_type().map_err(Fault::io("list", dir))?;
        let kind = match (file_type.is_file(), file_type.is_dir(), file_type.is_symlink()) {
            (true, _, _) => EntryKind::File,
            (_, true, _) => EntryKind::Directory,
            (_, _, true) => EntryKind::Symlink,
            (false, false, false) => EntryKind::Other,
        };
        listing.entries.push(ListedEntry {
            name: printable(entry.file_name().as_bytes()),
            kind,
        });
    }
    listing.entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(listing)
}
