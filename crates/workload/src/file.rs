//! Single files: [`read_to`] and [`write`].

use std::{
    fs::File,
    io::{self, Write},
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use crate::{fault::Fault, report::Written, tree::hash_file};

/// Copies a file's content to `out`, in pieces, and answers its length in bytes.
///
/// # Errors
///
/// When it cannot be read, or `out` does not take it.
pub fn read_to(path: &Path, out: &mut impl Write) -> Result<u64, Fault> {
    let mut file = File::open(path).map_err(Fault::io("open", path))?;
    let bytes = io::copy(&mut file, out).map_err(Fault::io("copy", path))?;
    out.flush().map_err(Fault::io("copy", path))?;
    Ok(bytes)
}

/// Writes a file, replacing what is there, syncs it and its directory, and reads it back.
///
/// # Errors
///
/// When it cannot be written or read back.
pub fn write(path: &Path, text: &str) -> Result<Written, Fault> {
    let mut file = File::create(path).map_err(Fault::io("create", path))?;
    file.write_all(text.as_bytes()).map_err(Fault::io("write", path))?;
    file.sync_all().map_err(Fault::io("sync", path))?;
    if let Some(dir) = path.parent().filter(|dir| !dir.as_os_str().is_empty()) {
        File::open(dir)
            .and_then(|dir| dir.sync_all())
            .map_err(Fault::io("sync", dir))?;
    }
    let at_unix_ms = now_unix_ms();
    let (sha256, bytes) = hash_file(path)?;
    Ok(Written {
        path: path.display().to_string(),
        bytes,
        sha256,
        at_unix_ms,
    })
}

/// This machine's clock, in milliseconds since the Unix epoch.
pub(crate) fn now_unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
