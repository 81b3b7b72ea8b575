//! The program itself: exit codes, streams and signals.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    path::Path,
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde::de::DeserializeOwned;
use shall_workload::{Listing, Manifest, SeedPlan, VerifyReport, Written, read_beats};

fn program(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shall-workload"));
    command.args(args);
    command
}

fn answer<T: DeserializeOwned>(output: &Output) -> T {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn small() -> SeedPlan {
    SeedPlan {
        files: 12,
        bytes: 50_000,
        large_file_bytes: 20_000,
        ..SeedPlan::reference("program")
    }
}

fn seeded(dir: &Path) -> Manifest {
    let line = small().command(dir.to_str().unwrap());
    let args: Vec<&str> = line.iter().skip(1).map(String::as_str).collect();
    answer(&program(&args).output().unwrap())
}

/// Ends with the process: a test that fails leaves nothing running.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ended_already = self.0.kill();
        let _reaped = self.0.wait();
    }
}

#[test]
fn the_plan_s_command_line_seeds_what_the_plan_says() {
    let dir = tempfile::tempdir().unwrap();
    let manifest = seeded(dir.path());
    assert_eq!((manifest.nonce.as_str(), manifest.seed), ("program", 1));
    assert_eq!(
        manifest
            .entries
            .iter()
            .find(|entry| entry.path == "large")
            .unwrap()
            .size,
        20_000
    );
}

#[test]
fn a_manifest_on_a_stream_that_stays_open_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let manifest = seeded(dir.path());
    let mut verify = program(&["verify", "--manifest", "-", "--dir"]);
    let verify = verify.arg(dir.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut running = Running(verify.spawn().unwrap());
    let mut input = running.0.stdin.take().unwrap();
    input.write_all(&serde_json::to_vec(&manifest).unwrap()).unwrap();
    input.flush().unwrap();
    let mut text = String::new();
    running.0.stdout.take().unwrap().read_to_string(&mut text).unwrap();
    let report: VerifyReport = serde_json::from_str(&text).unwrap();
    assert!(report.is_clean(), "{report}");
    drop(input);
}

#[test]
fn damage_is_an_answer_and_exits_0() {
    let dir = tempfile::tempdir().unwrap();
    let manifest = dir.path().join("manifest.json");
    let volume = dir.path().join("volume");
    fs::write(&manifest, serde_json::to_vec(&seeded(&volume)).unwrap()).unwrap();
    fs::remove_file(volume.join("nonce")).unwrap();
    let output = program(&["verify", "--manifest"])
        .arg(&manifest)
        .arg("--dir")
        .arg(&volume)
        .output()
        .unwrap();
    assert_eq!(answer::<VerifyReport>(&output).missing, ["nonce"]);
}

#[test]
fn what_cannot_be_done_exits_3_and_says_why() {
    let dir = tempfile::tempdir().unwrap();
    let gone = dir.path().join("gone");
    let output = program(&["poison", "--dir"]).arg(&gone).output().unwrap();
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(
        complaint.contains("gone") && complaint.contains("No such file"),
        "{complaint}"
    );
    let output = program(&["verify", "--manifest", "-", "--dir"])
        .arg(dir.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(complaint.contains("observed nothing"), "{complaint}");
}

#[test]
fn wrong_usage_exits_2() {
    assert_eq!(program(&["seed"]).output().unwrap().status.code(), Some(2));
}

#[test]
fn a_file_is_written_read_and_listed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("hello");
    let written: Written = answer(
        &program(&["write", "--text", "hello", "--path"])
            .arg(&path)
            .output()
            .unwrap(),
    );
    assert_eq!(written.bytes, 5);
    assert_eq!(
        written.sha256,
        "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    );
    assert_eq!(
        program(&["read", "--path"]).arg(&path).output().unwrap().stdout,
        b"hello"
    );
    let listing: Listing = answer(&program(&["ls", "--dir"]).arg(dir.path()).output().unwrap());
    assert_eq!(
        listing
            .entries
            .iter()
            .map(|entry| entry.name.as_str())
            .collect::<Vec<_>>(),
        ["hello"]
    );
}

#[test]
fn holding_writes_beats_and_ends_at_once_when_told_to() {
    let dir = tempfile::tempdir().unwrap();
    let beats = dir.path().join("beats.jsonl");
    let mut hold = program(&["hold", "--every-ms", "5", "--to"]);
    let mut running = Running(hold.arg(&beats).spawn().unwrap());
    while read_beats(&beats).map_or(0, |beats| beats.len()) < 3 {
        thread::yield_now();
    }
    let began = Instant::now();
    let told = Command::new("kill")
        .args(["-TERM", &running.0.id().to_string()])
        .status()
        .unwrap();
    assert!(told.success());
    assert_eq!(running.0.wait().unwrap().code(), Some(0));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    let beats = read_beats(&beats).unwrap();
    assert!(
        beats.iter().zip(1..).all(|(beat, n)| beat.n == n && beat.lost == 0),
        "{beats:?}"
    );
    assert!(beats.is_sorted_by_key(|beat| beat.at_unix_ms), "{beats:?}");
}

#[test]
fn beats_that_could_not_be_written_are_counted_in_the_next() {
    let dir = tempfile::tempdir().unwrap();
    let (volume, away) = (dir.path().join("volume"), dir.path().join("away"));
    fs::create_dir(&volume).unwrap();
    let beats = volume.join("beats.jsonl");
    let mut hold = program(&["hold", "--every-ms", "5", "--to"]);
    let mut running = Running(hold.arg(&beats).stderr(Stdio::piped()).spawn().unwrap());
    while !beats.exists() {
        thread::yield_now();
    }
    fs::rename(&volume, &away).unwrap();
    let mut complaint = String::new();
    BufReader::new(running.0.stderr.take().unwrap())
        .read_line(&mut complaint)
        .unwrap();
    assert!(complaint.contains("beats.jsonl"), "{complaint}");
    fs::rename(&away, &volume).unwrap();
    while read_beats(&beats).unwrap_or_default().iter().all(|beat| beat.lost == 0) {
        thread::yield_now();
    }
}

#[test]
fn a_torn_beat_is_named_with_its_line() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("beats.jsonl");
    fs::write(&path, "{\"n\":1,\"at_unix_ms\":1,\"lost\":0}\n{\"n\":2,\"at_u").unwrap();
    let message = read_beats(&path).unwrap_err().to_string();
    assert!(message.contains("line 2"), "{message}");
}
