//! Reading a tree of files into entries, with contents hashed in bounded memory.

use std::{
    fs::{self, File},
    io::Read as _,
    os::unix::{ffi::OsStrExt as _, fs::MetadataExt as _},
    path::Path,
};

use sha2::{Digest as _, Sha256};
use walkdir::WalkDir;

use crate::{
    fault::Fault,
    manifest::{Entry, EntryKind},
};

/// Every entry below `dir`, sorted by path, without those directly below it that `ignored` names.
///
/// # Errors
///
/// When anything in it cannot be read.
pub(crate) fn read_tree(dir: &Path, ignored: &[String]) -> Result<Vec<Entry>, Fault> {
    let mut entries = Vec::new();
    let walk = WalkDir::new(dir).min_depth(1).into_iter();
    let walk = walk.filter_entry(|entry| {
        entry.depth() != 1
            || !ignored
                .iter()
                .any(|name| entry.file_name().as_bytes() == name.as_bytes())
    });
    for found in walk {
        let found = found.map_err(|error| Fault::io("walk", dir)(error.into()))?;
        entries.push(read_entry(dir, found.path())?);
    }
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(entries)
}

fn read_entry(dir: &Path, path: &Path) -> Result<Entry, Fault> {
    let meta = fs::symlink_metadata(path).map_err(Fault::io("read the attributes of", path))?;
    let file_type = meta.file_type();
    let kind = if file_type.is_symlink() {
        EntryKind::Symlink
    } else if file_type.is_dir() {
        EntryKind::Directory
    } else if file_type.is_file() {
        EntryKind::File
    } else {
        EntryKind::Other
    };
    let relative = path.strip_prefix(dir).unwrap_or(path);
    let (sha256, size) = match kind {
        EntryKind::File => hash_file(path).map(|(hash, size)| (Some(hash), size))?,
        EntryKind::Directory | EntryKind::Symlink | EntryKind::Other => (None, 0),
    };
    let target = match kind {
        EntryKind::Symlink => {
            let target = fs::read_link(path).map_err(Fault::io("read the link", path))?;
            Some(printable(target.as_os_str().as_bytes()))
        }
        EntryKind::File | EntryKind::Directory | EntryKind::Other => None,
    };
    Ok(Entry {
        path: printable(relative.as_os_str().as_bytes()),
        kind,
        size,
        sha256,
        mode: meta.mode() & 0o7777,
        uid: meta.uid(),
        gid: meta.gid(),
        target,
    })
}

/// SHA-256 (lower-case hex) and length of a file, read in pieces.
///
/// # Errors
///
/// When it cannot be read.
pub(crate) fn hash_file(path: &Path) -> Result<(String, u64), Fault> {
    let mut file = File::open(path).map_err(Fault::io("open", path))?;
    let mut hash = Sha256::new();
    let mut piece = vec![0; 1 << 16];
    let mut size = 0;
    loop {
        let read = file.read(&mut piece).map_err(Fault::io("read", path))?;
        if read == 0 {
            break;
        }
        hash.update(&piece[..read]);
        size += read as u64;
    }
    Ok((hex(&hash.finalize()), size))
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a string cannot fail.
            let _infallible = write!(text, "{byte:02x}");
            text
        })
}

/// A path as text: bytes that are not UTF-8 become `\xNN`, a backslash `\\`, so that no two paths look the same.
pub(crate) fn printable(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(&chunk.valid().replace('\\', "\\\\"));
        for byte in chunk.invalid() {
            text.push_str("\\x");
            text.push_str(&hex(&[*byte]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn no_two_names_print_the_same() {
        assert_eq!(printable("ünïcode".as_bytes()), "ünïcode");
        assert_eq!(printable(b"a\\x00"), "a\\\\x00");
        assert_eq!(printable(b"a\xff"), "a\\xff");
    }
}
