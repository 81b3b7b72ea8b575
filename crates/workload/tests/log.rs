//! `log` as a program: what comes out of its standard output, and when it ends.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use shall_workload::{LogLine, LogPlan, LogReport, Shape};

fn program(plan: &LogPlan) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shall-workload"));
    command.args(plan.arguments());
    command
}

fn lines(plan: &LogPlan) -> Vec<LogLine> {
    let output = program(plan).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| LogLine::parse(line).unwrap()).collect()
}

#[test]
fn every_number_comes_once_and_in_order() {
    for shape in [Shape::Plain, Shape::Json] {
        let plan = LogPlan {
            shape,
            first: 5,
            ..LogPlan::plain("n-1", 2000)
        };
        let lines = lines(&plan);
        assert!(lines.iter().map(|line| line.n).eq(5..2005), "{shape}");
        assert!(lines.iter().all(|line| line.nonce == "n-1"), "{shape}");
    }
}

#[test]
fn an_event_of_many_lines_has_all_of_them() {
    let plan = LogPlan {
        shape: Shape::Multi,
        ..LogPlan::plain("n-2", 4)
    };
    let parts: Vec<(u64, u32, u32)> = lines(&plan)
        .iter()
        .map(|line| (line.n, line.part, line.parts))
        .collect();
    assert_eq!(parts.len(), 12);
    assert_eq!(parts[..4], [(1, 1, 3), (1, 2, 3), (1, 3, 3), (2, 1, 3)]);
}

#[test]
fn a_rate_is_kept_and_each_line_has_the_clock_of_its_moment() {
    let plan = LogPlan {
        per_second: 100,
        ..LogPlan::plain("n-3", 31)
    };
    let lines = lines(&plan);
    let took = lines[30].at_unix_ms - lines[0].at_unix_ms;
    assert!(took >= 290, "{took} ms for 30 periods of 10 ms");
    assert!(lines.is_sorted_by_key(|line| line.at_unix_ms));
}

#[test]
fn lines_for_another_file_leave_standard_output_to_the_answer() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("out");
    fs::write(&path, "").unwrap();
    let plan = LogPlan {
        bytes: 40_000,
        ..LogPlan::plain("n-4", 3)
    };
    let output = program(&plan).arg("--to").arg(&path).output().unwrap();
    let report: LogReport = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report.written, 3);
    let text = fs::read_to_string(&path).unwrap();
    assert!(
        text.lines()
            .all(|line| line.len() == 40_000 && LogLine::parse(line).is_some())
    );
    assert_eq!(text.lines().count(), 3);
}

#[test]
fn it_stays_after_the_last_line_and_ends_when_told_to() {
    let mut command = program(&LogPlan::plain("n-5", 2));
    let mut running = command.arg("--hold").stdout(Stdio::piped()).spawn().unwrap();
    let mut read = BufReader::new(running.stdout.take().unwrap()).lines();
    assert!(read.next().is_some() && read.next().is_some());
    assert!(running.try_wait().unwrap().is_none(), "it has ended by itself");
    let began = Instant::now();
    let told = Command::new("kill").args(["-TERM", &running.id().to_string()]).status();
    assert!(told.unwrap().success());
    assert_eq!(running.wait().unwrap().code(), Some(0));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert!(read.next().is_none(), "there are no lines but the plan's");
}

#[test]
fn a_nonce_that_cannot_be_told_from_its_line_is_refused() {
    let output = program(&LogPlan::plain("a b", 1)).output().unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(3), 0));
}
