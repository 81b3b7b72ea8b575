//! Changing a tree on purpose: [`poison`] after a backup, [`flip`] for a fault of one byte.

use std::{
    fs::{self, File, OpenOptions},
    io::Write as _,
    os::unix::fs::FileExt as _,
    path::{Component, Path, PathBuf},
};

use crate::{
    fault::Fault,
    manifest::EntryKind,
    report::{FlipReport, PoisonReport},
    tree::read_tree,
};

/// Bit of a mode without which only root can change a file.
const OWNER_WRITE: u32 = 0o200;

/// Changes every second file, deletes every fifth entry that is not a directory, and adds one file.
///
/// Files that their owner may not write are deleted instead of changed. All is synced.
///
/// # Errors
///
/// When the tree holds no file with content, or the system refuses.
pub fn poison(dir: &Path, ignored: &[String]) -> Result<PoisonReport, Fault> {
    let entries = read_tree(dir, ignored)?;
    let mut report = PoisonReport::default();
    let leaves = entries
        .iter()
        .filter(|entry| entry.kind != EntryKind::Directory && !entry.path.contains('\\'));
    for (number, entry) in leaves.enumerate() {
        let path = dir.join(&entry.path);
        if number % 5 == 4 || entry.mode & OWNER_WRITE == 0 {
            fs::remove_file(&path).map_err(Fault::io("remove", &path))?;
            sync(path.parent().unwrap_or(dir))?;
            report.deleted.push(entry.path.clone());
        } else if number % 2 == 0 && entry.kind == EntryKind::File && entry.size > 0 {
            let mut file = OpenOptions::new()
                .write(true)
                .open(&path)
                .map_err(Fault::io("open", &path))?;
            file.write_all(b"poisoned").map_err(Fault::io("write", &path))?;
            sync(&path)?;
            report.changed.push(entry.path.clone());
        }
    }
    if report.changed.is_empty() {
        return Err(Fault::NothingToPoison {
            dir: dir.display().to_string(),
        });
    }
    let added = dir.join("poison");
    fs::write(&added, "written after the backup").map_err(Fault::io("write", &added))?;
    sync(&added)?;
    sync(dir)?;
    report.added.push("poison".to_owned());
    Ok(report)
}

/// Brings a file or a directory to the disk.
fn sync(path: &Path) -> Result<(), Fault> {
    let opened = File::open(path).map_err(Fault::io("open", path))?;
    opened.sync_all().map_err(Fault::io("sync", path))
}

/// Inverts the bits of one byte of a file and reads it back.
///
/// # Errors
///
/// When the path leads out of the tree, the file is shorter, or the system refuses.
pub fn flip(dir: &Path, relative: &str, offset: u64) -> Result<FlipReport, Fault> {
    let path = inside(dir, relative)?;
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(&path)
        .map_err(Fault::io("open", &path))?;
    let size = file
        .metadata()
        .map_err(Fault::io("read the attributes of", &path))?
        .len();
    if offset >= size {
        return Err(Fault::OffsetBeyondEnd {
            path: relative.to_owned(),
            size,
            offset,
        });
    }
    let mut byte = [0];
    file.read_exact_at(&mut byte, offset)
        .map_err(Fault::io("read", &path))?;
    let before = byte[0];
    file.write_all_at(&[!before], offset)
        .map_err(Fault::io("write", &path))?;
    file.sync_all().map_err(Fault::io("sync", &path))?;
    file.read_exact_at(&mut byte, offset)
        .map_err(Fault::io("read", &path))?;
    Ok(FlipReport {
        path: relative.to_owned(),
        offset,
        before,
        after: byte[0],
    })
}

fn inside(dir: &Path, relative: &str) -> Result<PathBuf, Fault> {
    let path = Path::new(relative);
    if path
        .components()
        .all(|component| matches!(component, Component::Normal(_)))
    {
        Ok(dir.join(path))
    } else {
        Err(Fault::PathOutsideTree {
            path: relative.to_owned(),
        })
    }
}
