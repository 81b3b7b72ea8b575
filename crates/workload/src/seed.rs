//! Writing a tree by a plan: [`seed`].

use std::{
    fs::{self, File, OpenOptions},
    io::Write as _,
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _, lchown, symlink},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use crate::{
    fault::Fault,
    manifest::{EntryKind, Manifest},
    plan::SeedPlan,
    tree::read_tree,
};

/// Names that the reference tree needs beside its numbered files: what file systems and archives get wrong.
const ODD_NAMES: [&str; 4] = [
    "größe-日本語-🦀.txt",
    "with space and 'quotes\".txt",
    "-leading-dash",
    "trailing.dot.",
];

/// Writes the tree of `plan` into `dir`, syncs it, and reads it back into a manifest.
///
/// # Errors
///
/// When the plan cannot be carried out, `dir` is not empty (entries named in `ignored` aside) or the system refuses.
pub fn seed(dir: &Path, plan: &SeedPlan, ignored: &[String]) -> Result<Manifest, Fault> {
    plan.validate()?;
    fs::create_dir_all(dir).map_err(Fault::io("create", dir))?;
    refuse_filled(dir, ignored)?;
    write_file(&dir.join("nonce"), plan.nonce.as_bytes(), 0o600)?;
    write_file(&dir.join("empty-file"), b"", 0o644)?;
    make_dir(&dir.join("empty-directory"), 0o750)?;
    for (index, name) in ODD_NAMES.iter().enumerate() {
        write_file(&dir.join(name), format!("{} {index}", plan.nonce).as_bytes(), 0o640)?;
    }
    write_random(&dir.join("large"), plan, "large", plan.large_file_bytes, 0o644)?;
    write_nested(dir, plan)?;
    symlink("nested/0/0/0", dir.join("link-to-file")).map_err(Fault::io("link in", dir))?;
    symlink("does/not/exist", dir.join("link-to-nothing")).map_err(Fault::io("link in", dir))?;
    let owners_applied = apply_owners(dir);
    sync_directories(dir)?;
    let entries = read_tree(dir, ignored)?;
    let bytes = entries
        .iter()
        .filter(|entry| entry.kind == EntryKind::File)
        .map(|entry| entry.size)
        .sum();
    Ok(Manifest {
        nonce: plan.nonce.clone(),
        seed: plan.seed,
        entries,
        bytes,
        owners_applied,
    })
}

fn refuse_filled(dir: &Path, ignored: &[String]) -> Result<(), Fault> {
    // What a fresh ext4 file system holds, beside what the caller names.
    let entries = fs::read_dir(dir).map_err(Fault::io("list", dir))?;
    for entry in entries {
        let name = entry
            .map_err(Fault::io("list", dir))?
            .file_name()
            .to_string_lossy()
            .into_owned();
        if !ignored.contains(&name) {
            return Err(Fault::NotEmpty {
                dir: dir.display().to_string(),
                found: name,
            });
        }
    }
    Ok(())
}

/// Three levels, files spread evenly, modes that differ.
fn write_nested(dir: &Path, plan: &SeedPlan) -> Result<(), Fault> {
    let each = (plan.bytes - plan.large_file_bytes) / u64::from(plan.files);
    for number in 0..plan.files {
        let folder = dir
            .join("nested")
            .join((number % 3).to_string())
            .join((number / 3 % 4).to_string());
        fs::create_dir_all(&folder).map_err(Fault::io("create", &folder))?;
        let mode = [0o644, 0o600, 0o755, 0o444][number as usize % 4];
        let path = folder.join((number / 12).to_string());
        write_random(&path, plan, &number.to_string(), each, mode)?;
    }
    Ok(())
}

/// Pseudo-random content that no other plan and no other file has: SHA-256 of nonce, seed, name and a counter.
fn write_random(path: &Path, plan: &SeedPlan, name: &str, bytes: u64, mode: u32) -> Result<(), Fault> {
    let mut file = create(path, mode)?;
    let mut left = usize::try_from(bytes).unwrap_or(usize::MAX);
    let mut counter: u64 = 0;
    let mut buffer = Vec::with_capacity(1 << 16);
    while left > 0 {
        buffer.clear();
        while buffer.len() < (1 << 16) && buffer.len() < left {
            let mut hash = Sha256::new();
            hash.update(plan.nonce.as_bytes());
            hash.update(plan.seed.to_le_bytes());
            hash.update(name.as_bytes());
            hash.update(counter.to_le_bytes());
            buffer.extend_from_slice(&hash.finalize());
            counter += 1;
        }
        buffer.truncate(left);
        file.write_all(&buffer).map_err(Fault::io("write", path))?;
        left -= buffer.len();
    }
    finish(&file, path, mode)
}

fn write_file(path: &Path, content: &[u8], mode: u32) -> Result<(), Fault> {
    let mut file = create(path, mode)?;
    file.write_all(content).map_err(Fault::io("write", path))?;
    finish(&file, path, mode)
}

fn create(path: &Path, mode: u32) -> Result<File, Fault> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode | 0o200)
        .open(path)
        .map_err(Fault::io("create", path))
}

/// Sets the mode whatever the umask says, and syncs.
fn finish(file: &File, path: &Path, mode: u32) -> Result<(), Fault> {
    file.set_permissions(fs::Permissions::from_mode(mode))
        .map_err(Fault::io("set the mode of", path))?;
    file.sync_all().map_err(Fault::io("sync", path))
}

fn make_dir(path: &Path, mode: u32) -> Result<(), Fault> {
    fs::create_dir(path).map_err(Fault::io("create", path))?;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(Fault::io("set the mode of", path))
}

/// Gives some entries another owner; `false` where that is not permitted, as for a user other than root.
fn apply_owners(dir: &Path) -> bool {
    let owners = [
        ("nonce", 1000, 1000),
        ("large", 0, 2000),
        ("empty-directory", 1000, 2000),
        ("link-to-file", 1000, 1000),
    ];
    owners
        .iter()
        .all(|(name, uid, gid)| lchown(dir.join(name), Some(*uid), Some(*gid)).is_ok())
}

fn sync_directories(dir: &Path) -> Result<(), Fault> {
    let mut folders: Vec<PathBuf> = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(Fault::io("list", &folder))? {
            let entry = entry.map_err(Fault::io("list", &folder))?;
            if entry.file_type().map_err(Fault::io("list", &folder))?.is_dir() {
                folders.push(entry.path());
            }
        }
        let opened = File::open(&folder).map_err(Fault::io("open", &folder))?;
        opened.sync_all().map_err(Fault::io("sync", &folder))?;
    }
    Ok(())
}
