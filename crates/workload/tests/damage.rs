//! Every kind of damage to a seeded tree is found, and nothing else is.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, fs, os::unix::fs::PermissionsExt as _, os::unix::fs::symlink, path::Path};

use proptest::prelude::*;
use shall_workload::{Aspect, EntryKind, Manifest, SeedPlan, VerifyReport, flip, list, poison, seed, verify};

fn plan() -> SeedPlan {
    SeedPlan {
        nonce: "n-1".into(),
        seed: 7,
        files: 24,
        bytes: 60_000,
        large_file_bytes: 40_000,
    }
}

fn seeded() -> (tempfile::TempDir, Manifest) {
    let dir = tempfile::tempdir().unwrap();
    let manifest = seed(dir.path(), &plan(), &[]).unwrap();
    (dir, manifest)
}

fn after(damage: impl FnOnce(&Path)) -> VerifyReport {
    let (dir, manifest) = seeded();
    damage(dir.path());
    verify(dir.path(), &manifest, &[]).unwrap()
}

#[test]
fn a_seeded_tree_verifies_clean_and_counts_everything() {
    let report = after(|_| {});
    assert!(report.is_clean(), "{report}");
    assert!(report.examined > 40, "{report}");
    assert_eq!(report.bytes, seeded().1.bytes);
}

#[test]
fn the_reference_plan_holds_what_the_issue_of_trust_asks_for() {
    let dir = tempfile::tempdir().unwrap();
    let manifest = seed(dir.path(), &SeedPlan::reference("n"), &[]).unwrap();
    assert!(manifest.bytes >= 8 * 1024 * 1024);
    let paths: Vec<&str> = manifest.entries.iter().map(|entry| entry.path.as_str()).collect();
    for path in ["nonce", "empty-file", "empty-directory", "link-to-file", "nested/0/0/0"] {
        assert!(paths.contains(&path), "{path} is not among {paths:?}");
    }
    assert!(paths.iter().any(|path| !path.is_ascii()));
    let count = |kind| manifest.entries.iter().filter(|entry| entry.kind == kind).count();
    assert!(count(EntryKind::File) >= 40);
    assert!(
        paths.iter().any(|path| path.matches('/').count() >= 3),
        "three levels in {paths:?}"
    );
    let modes: BTreeSet<u32> = manifest.entries.iter().map(|entry| entry.mode).collect();
    assert!(modes.len() >= 5, "{modes:?}");
    assert_eq!(fs::read_to_string(dir.path().join("nonce")).unwrap(), manifest.nonce);
}

#[test]
fn equal_plans_write_equal_trees_and_another_nonce_another() {
    let (_one, first) = seeded();
    let (_two, second) = seeded();
    let hashes = |manifest: &Manifest| manifest.entries.iter().map(|e| e.sha256.clone()).collect::<Vec<_>>();
    assert_eq!(hashes(&first), hashes(&second));
    let dir = tempfile::tempdir().unwrap();
    let other = seed(
        dir.path(),
        &SeedPlan {
            nonce: "n-2".into(),
            ..plan()
        },
        &[],
    )
    .unwrap();
    assert_ne!(hashes(&first), hashes(&other));
}

#[test]
fn a_missing_file_is_found() {
    let report = after(|dir| fs::remove_file(dir.join("nested/1/2/0")).unwrap());
    assert_eq!(
        (report.missing.as_slice(), report.is_clean()),
        (["nested/1/2/0".to_owned()].as_slice(), false)
    );
}

#[test]
fn an_extra_file_is_found() {
    let report = after(|dir| fs::write(dir.join("nested/new"), "").unwrap());
    assert_eq!(
        (report.extra.as_slice(), report.is_clean()),
        (["nested/new".to_owned()].as_slice(), false)
    );
}

#[test]
fn a_mode_a_link_and_a_kind_that_changed_are_found() {
    let report = after(|dir| fs::set_permissions(dir.join("large"), fs::Permissions::from_mode(0o600)).unwrap());
    assert_eq!(report.different[0].what, Aspect::Mode);
    let report = after(|dir| {
        fs::remove_file(dir.join("link-to-file")).unwrap();
        symlink("elsewhere", dir.join("link-to-file")).unwrap();
    });
    assert!(
        report
            .different
            .iter()
            .any(|difference| difference.what == Aspect::Target),
        "{report}"
    );
    let report = after(|dir| {
        fs::remove_file(dir.join("empty-file")).unwrap();
        fs::create_dir(dir.join("empty-file")).unwrap();
    });
    assert_eq!(report.different[0].what, Aspect::Kind);
}

#[test]
fn an_empty_tree_is_never_clean() {
    let dir = tempfile::tempdir().unwrap();
    let manifest = seeded().1;
    let report = verify(dir.path(), &manifest, &[]).unwrap();
    assert_eq!((report.examined, report.missing.len()), (0, manifest.entries.len()));
    let nothing = Manifest {
        entries: Vec::new(),
        ..manifest
    };
    assert!(!verify(dir.path(), &nothing, &[]).unwrap().is_clean());
}

#[test]
fn a_poisoned_tree_differs_in_every_way() {
    let (dir, manifest) = seeded();
    let poisoned = poison(dir.path(), &[]).unwrap();
    let report = verify(dir.path(), &manifest, &[]).unwrap();
    assert!(!report.is_clean());
    assert_eq!(report.missing, poisoned.deleted);
    assert_eq!(report.extra, poisoned.added);
    assert!(!poisoned.changed.is_empty());
    for path in &poisoned.changed {
        assert!(
            report
                .different
                .iter()
                .any(|d| &d.path == path && d.what == Aspect::Content),
            "{path}"
        );
    }
}

#[test]
fn what_is_to_be_ignored_is_ignored_and_said() {
    let (dir, manifest) = seeded();
    fs::create_dir(dir.path().join(".velero")).unwrap();
    fs::write(dir.path().join(".velero/uid"), "").unwrap();
    let report = verify(dir.path(), &manifest, &[".velero".into()]).unwrap();
    assert!(report.is_clean(), "{report}");
    assert_eq!(report.ignored, [".velero"]);
    assert!(!verify(dir.path(), &manifest, &[]).unwrap().is_clean());
}

#[test]
fn a_filled_directory_is_not_seeded() {
    let (dir, _manifest) = seeded();
    assert!(
        seed(dir.path(), &plan(), &[])
            .unwrap_err()
            .to_string()
            .contains("expected to be empty")
    );
}

#[test]
fn a_directory_that_is_not_there_is_an_answer() {
    let dir = tempfile::tempdir().unwrap();
    assert!(!list(&dir.path().join("gone")).unwrap().exists);
    assert!(list(dir.path()).unwrap().exists);
}

#[test]
fn a_path_out_of_the_tree_is_refused() {
    let (dir, _manifest) = seeded();
    assert!(
        flip(dir.path(), "../x", 0)
            .unwrap_err()
            .to_string()
            .contains("without `..`")
    );
}

#[test]
fn an_offset_beyond_the_end_is_refused() {
    let (dir, _manifest) = seeded();
    let message = flip(dir.path(), "nonce", 3).unwrap_err().to_string();
    assert!(message.contains("expected below its 3 bytes, observed 3"), "{message}");
}

#[test]
fn a_plan_that_cannot_be_carried_out_writes_nothing() {
    let faulty = [
        SeedPlan {
            nonce: " ".into(),
            ..plan()
        },
        SeedPlan { files: 0, ..plan() },
        SeedPlan {
            large_file_bytes: 60_001,
            ..plan()
        },
    ];
    for faulty in faulty {
        let dir = tempfile::tempdir().unwrap();
        let message = seed(dir.path(), &faulty, &[]).unwrap_err().to_string();
        assert!(message.contains("of the plan: expected"), "{message}");
        assert_eq!(list(dir.path()).unwrap().entries, []);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_plan_is_written_in_full_and_verifies_clean(
        nonce in "[a-z0-9-]{1,12}", seed_number: u64, files in 1_u32..40, bytes in 0_u64..200_000, share in 0_u64..=100,
    ) {
        let plan = SeedPlan { nonce, seed: seed_number, files, bytes, large_file_bytes: bytes * share / 100 };
        let dir = tempfile::tempdir().unwrap();
        let manifest = seed(dir.path(), &plan, &[]).unwrap();
        let random = |path: &str| path == "large" || path.starts_with("nested/");
        let written: u64 = manifest.entries.iter().filter(|entry| random(&entry.path)).map(|entry| entry.size).sum();
        prop_assert_eq!(written, bytes);
        let report = verify(dir.path(), &manifest, &[]).unwrap();
        prop_assert!(report.is_clean(), "{}", report);
        prop_assert_eq!(report.examined, manifest.entries.len() as u64);
    }

    #[test]
    fn any_flipped_byte_is_found(file in 0_u32..24, offset in 0_u64..800) {
        let (dir, manifest) = seeded();
        let path = format!("nested/{}/{}/{}", file % 3, file / 3 % 4, file / 12);
        fs::set_permissions(dir.path().join(&path), fs::Permissions::from_mode(0o644)).unwrap();
        let flipped = flip(dir.path(), &path, offset).unwrap();
        prop_assert_ne!(flipped.before, flipped.after);
        let report = verify(dir.path(), &manifest, &[]).unwrap();
        let found = report.different.iter().any(|d| d.path == path && d.what == Aspect::Content);
        prop_assert!(found, "{}", report);
    }
}
