//! How the Secrets of the stack are kept, and what is said of those that are not kept so; without a cluster.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use super::{
    fixtures::root,
    profile::Profile,
    secrets::{Keeping, secret_manifests},
    sops::{Opened, Sops, SopsError, check_encrypted},
};

const SECRET: &str = "stack/versitygw/velero-s3-secret.sops.yaml";
const PROFILE: &str = "name = \"p\"\ndescription = \"d\"\n[s3]\nnamespace = \"s3\"\nservice = \"s3\"\nport = 1\nbucket = \"b\"\n\
    [[component]]\nname = \"a\"\nversion = \"1\"\nsource = \"s\"\nimages = []\nmanifests = \"a\"\ndeadline = \"1s\"\n\
    [component.parameters]\nuser = \"admin\"\n";

/// The encrypted Secret of the reference stack.
fn encrypted() -> String {
    fs::read_to_string(root().join("fixtures").join(SECRET)).unwrap()
}

/// How the only Secret of a component with this file is kept.
fn keeping(file: &str, text: &str) -> Keeping {
    let fixtures = tempfile::tempdir().unwrap();
    let folder = fixtures.path().join("stack/a");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(file), text).unwrap();
    let profile: Profile = toml::from_str(PROFILE).unwrap();
    let mut found = secret_manifests(&profile, fixtures.path()).unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].file, format!("a/{file}"));
    found.remove(0).keeping
}

/// What a program that writes this and ends with this code makes of the Secret.
async fn decrypted_by(script: &str) -> Result<String, SopsError> {
    let folder = tempfile::tempdir().unwrap();
    let (program, key_file) = (folder.path().join("sops"), folder.path().join("keys.txt"));
    fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(&key_file, "AGE-SECRET-KEY-1").unwrap();
    let sops = Sops { program, key_file };
    sops.decrypt(&root().join("fixtures").join(SECRET)).await
}

#[test]
fn every_secret_of_every_profile_is_encrypted_or_made_with_the_cluster() {
    let fixtures = root().join("fixtures");
    for name in ["reference", "upstream", "operators"] {
        let profile = Profile::load(&fixtures, name).unwrap();
        let found = secret_manifests(&profile, &fixtures).unwrap();
        let plain = found
            .iter()
            .find(|manifest| matches!(manifest.keeping, Keeping::Plain(_)));
        assert_eq!(plain, None, "{name}");
        let is_encrypted =
            |keeping: &Keeping| matches!(keeping, Keeping::Encrypted(recipients) if recipients.len() == 1);
        let encrypted = found.iter().filter(|manifest| is_encrypted(&manifest.keeping));
        let names: Vec<&str> = encrypted.map(|manifest| manifest.secret.as_str()).collect();
        assert_eq!(names, ["velero/cloud-credentials"], "{name}");
    }
}

#[test]
fn a_secret_in_plain_text_is_named_with_its_key_and_not_with_its_value() {
    let text = "{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: apps}, stringData: {password: hidden}}";
    let Keeping::Plain(faults) = keeping("x.yaml", text) else {
        panic!("kept");
    };
    assert!(
        faults[0].starts_with("`stringData.password`: expected an encrypted value"),
        "{faults:?}"
    );
    assert!(!faults[0].contains("hidden"));
}

#[test]
fn a_value_that_is_the_same_for_every_cluster_stands_in_git_unless_it_is_declared() {
    let head = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n";
    let data = "data:\n  user: {{ parameters.user | base64 }}\n  key: {{ identity.secret_key | base64 }}\n";
    let Keeping::Plain(faults) = keeping("x.template.yaml", &format!("{head}{data}")) else {
        panic!("kept");
    };
    assert_eq!(faults.len(), 1);
    assert!(faults[0].starts_with("`data.user`"), "{faults:?}");
    let declared = format!("{head}  annotations: {{shall.dev/no-secret: user other}}\n{data}");
    assert_eq!(
        keeping("x.template.yaml", &declared),
        Keeping::Made(vec!["data.user".into()])
    );
}

#[test]
fn a_patch_of_a_secret_is_plain_text() {
    let patch = "- {note: n, target: {kind: Secret, name: s}, operations: [{op: add, path: /data/a, value: YQ==}]}";
    assert!(matches!(keeping("patch.yaml", patch), Keeping::Plain(_)));
}

#[test]
fn each_part_that_sops_did_not_encrypt_is_named() {
    let text = encrypted();
    let path = Path::new("x.sops.yaml");
    assert_eq!(check_encrypted(path, &text).unwrap().len(), 1);
    let bucket = text.lines().find(|line| line.trim().starts_with("S3_BUCKET:")).unwrap();
    let faulty = text
        .replace(bucket, "    S3_BUCKET: b3BlbmVicy1iYWNrdXBz")
        .replace("recipient: age1", "recipient: pgp1")
        .replace("mac: ENC[", "mac: [");
    let said = check_encrypted(path, &faulty).unwrap_err().to_string();
    for expected in [
        "`data.S3_BUCKET`: expected `ENC[AES256_GCM,…]`, observed plain text",
        "expected an age recipient",
        "`sops.mac`",
        "(hint: `sops encrypt",
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    assert!(
        !said.contains("b3BlbmVicy1iYWNrdXBz") && !said.contains("S3_ENDPOINT"),
        "{said}"
    );
    assert!(keeping("x.sops.yaml", &faulty) != keeping("x.sops.yaml", &text));
}

#[tokio::test]
async fn what_the_program_prints_is_the_text() {
    let text = decrypted_by("test \"$1\" = decrypt && test -s \"$SOPS_AGE_KEY_FILE\" && echo opened").await;
    assert_eq!(text.unwrap(), "opened\n");
}

#[tokio::test]
async fn a_refusal_of_the_program_says_what_to_do() {
    // As sops 3.13.3 writes them.
    let cases = [
        (
            "echo 'MAC mismatch. File has 4B, computed 5C' >&2; exit 51",
            "its MAC does not fit",
        ),
        (
            "echo 'Error decrypting tree: Could not decrypt value: cipher: message authentication failed' >&2; exit 25",
            "an encrypted value is not authentic",
        ),
        (
            "echo 'Failed to get the data key required to decrypt the SOPS file.' >&2; exit 128",
            "is among its recipients age1",
        ),
        ("echo 'no such command' >&2; exit 1", "could not be decrypted"),
    ];
    for (script, expected) in cases {
        let said = decrypted_by(script).await.unwrap_err().to_string();
        assert!(
            said.contains(expected) && said.contains("velero-s3-secret.sops.yaml"),
            "{said}"
        );
    }
}

#[tokio::test]
async fn an_encrypted_stack_without_the_program_or_its_key_is_refused() {
    let path = root().join("fixtures").join(SECRET);
    let said = Opened::open(None, vec![path.clone()]).await.unwrap_err().to_string();
    assert!(said.contains("no program to decrypt it"), "{said}");
    let sops = Sops {
        program: "true".into(),
        key_file: "missing.txt".into(),
    };
    let said = Opened::open(Some(&sops), vec![path]).await.unwrap_err().to_string();
    assert!(
        said.contains("`missing.txt` cannot be read") && said.contains("SHALL_AGE_KEY_FILE"),
        "{said}"
    );
}
