//! Writing a tree by a plan: [`seed`].

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::Write as _,
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _, lchown, symlink},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use crate::{
    fault::Fault,
    manifest::Manifest,
    plan::SeedPlan,
    tree::{hex, printable, read_tree},
};

/// Names that the reference tree needs beside its numbered files: what file systems and archives get wrong.
const ODD_NAMES: [&str; 9] = [
    "größe-日本語-🦀.txt",
    // The same letters, once composed and once decomposed: two files.
    "caf\u{e9}.txt",
    "cafe\u{301}.txt",
    "with space and 'quotes\".txt",
    " spaces at both ends ",
    "new\nline",
    "-leading-dash",
    "trailing.dot.",
    ".hidden",
];

/// Links and where they point: to a file, to a directory, to nothing.
const LINKS: [(&str, &str); 3] = [
    ("link-to-file", "nested/0/0/0"),
    ("link-to-directory", "nested/1"),
    ("link-to-nothing", "does/not/exist"),
];

/// Length of the buffer that contents pass through.
const PIECE_BYTES: usize = 1 << 16;

/// Writes the tree of `plan` into `dir`, syncs it, and answers its manifest.
///
/// Sizes and hashes in the manifest are of what was handed to the system, not of what a read gives back, so that a
/// `verify` right after it tests the volume too. Modes and owners are read back: not every volume keeps them.
///
/// # Errors
///
/// When the plan cannot be carried out, `dir` is not empty (entries named in `ignored` aside) or the system refuses.
pub fn seed(dir: &Path, plan: &SeedPlan, ignored: &[String]) -> Result<Manifest, Fault> {
    plan.validate()?;
    fs::create_dir_all(dir).map_err(Fault::io("create", dir))?;
    refuse_filled(dir, ignored)?;
    let mut tree = Tree {
        dir,
        plan,
        written: BTreeMap::new(),
    };
    tree.write_text("nonce", &plan.nonce, 0o600)?;
    tree.write_text("empty-file", "", 0o644)?;
    make_dir(&dir.join("empty-directory"), 0o750)?;
    for (index, name) in ODD_NAMES.iter().enumerate() {
        tree.write_text(name, &format!("{} {index}", plan.nonce), 0o640)?;
    }
    tree.write_random("large", plan.large_file_bytes, 0o644)?;
    tree.write_nested()?;
    for (name, target) in LINKS {
        symlink(target, dir.join(name)).map_err(Fault::io("link in", dir))?;
    }
    let owners_applied = apply_owners(dir);
    sync_directories(dir)?;
    let mut entries = read_tree(dir, ignored)?;
    for entry in &mut entries {
        if let Some((sha256, size)) = tree.written.remove(&entry.path) {
            entry.sha256 = Some(sha256);
            entry.size = size;
        }
    }
    let bytes = entries.iter().map(|entry| entry.size).sum();
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

/// A tree while it is written.
struct Tree<'a> {
    dir: &'a Path,
    plan: &'a SeedPlan,
    /// SHA-256 and length of each file, by its path in the manifest.
    written: BTreeMap<String, (String, u64)>,
}

impl Tree<'_> {
    /// Three levels, files spread evenly, modes that differ. Bytes that do not divide go to the first files.
    fn write_nested(&mut self) -> Result<(), Fault> {
        let files = u64::from(self.plan.files);
        let shared = self.plan.bytes - self.plan.large_file_bytes;
        for number in 0..files {
            let folder = format!("nested/{}/{}", number % 3, number / 3 % 4);
            let place = self.dir.join(&folder);
            fs::create_dir_all(&place).map_err(Fault::io("create", &place))?;
            let mode = match number % 4 {
                0 => 0o644,
                1 => 0o600,
                2 => 0o755,
                _ => 0o444,
            };
            let bytes = shared / files + u64::from(number < shared % files);
            self.write_random(&format!("{folder}/{}", number / 12), bytes, mode)?;
        }
        Ok(())
    }

    /// Pseudo-random content that no other plan and no other file has: SHA-256 of nonce, seed, name and a counter.
    fn write_random(&mut self, name: &str, bytes: u64, mode: u32) -> Result<(), Fault> {
        let plan = self.plan;
        let mut left = usize::try_from(bytes).unwrap_or(usize::MAX);
        let mut blocks = (0_u64..).map(|counter| {
            let mut hash = Sha256::new();
            hash.update(plan.nonce.as_bytes());
            hash.update(plan.seed.to_le_bytes());
            hash.update(name.as_bytes());
            hash.update(counter.to_le_bytes());
            hash.finalize()
        });
        let pieces = std::iter::from_fn(|| {
            let length = left.min(PIECE_BYTES);
            left -= length;
            let mut piece: Vec<u8> = blocks.by_ref().take(length.div_ceil(32)).flatten().collect();
            piece.truncate(length);
            (length > 0).then_some(piece)
        });
        self.write_file(name, pieces, mode)
    }

    fn write_text(&mut self, name: &str, text: &str, mode: u32) -> Result<(), Fault> {
        self.write_file(name, std::iter::once(text.as_bytes()), mode)
    }

    /// Writes and syncs a file with this mode, whatever the umask says, and notes what it was given.
    fn write_file<P: AsRef<[u8]>>(
        &mut self,
        name: &str,
        pieces: impl Iterator<Item = P>,
        mode: u32,
    ) -> Result<(), Fault> {
        let path = self.dir.join(name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(mode | 0o200);
        let mut file = options.open(&path).map_err(Fault::io("create", &path))?;
        let (mut hash, mut size) = (Sha256::new(), 0);
        for piece in pieces {
            let piece = piece.as_ref();
            file.write_all(piece).map_err(Fault::io("write", &path))?;
            hash.update(piece);
            size += piece.len() as u64;
        }
        let mode = fs::Permissions::from_mode(mode);
        file.set_permissions(mode)
            .map_err(Fault::io("set the mode of", &path))?;
        file.sync_all().map_err(Fault::io("sync", &path))?;
        self.written
            .insert(printable(name.as_bytes()), (hex(&hash.finalize()), size));
        Ok(())
    }
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
