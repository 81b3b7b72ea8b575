//! Time of what needs no cluster: documents to criteria, with features to a plan, evidence to reports, at four sizes.
//!
//! `cargo bench --bench pipeline`. Without cargo's `--bench` argument, as `cargo test --benches` runs it, only the
//! smallest size is run, once. Peak memory is measured by the example `pipeline`, a process for each figure. Where duvet is
//! installed, its report of the same documents is measured in the same run.
#![expect(clippy::expect_used, reason = "a bench that cannot set up has nothing to measure")]
#![expect(clippy::print_stderr, reason = "what is not measured is said")]

mod corpus;
mod peer;
mod stage;

use std::{hint::black_box, time::Duration};

use criterion::{BenchmarkId, Criterion, Throughput};
use jiff::Timestamp;

fn sizes() -> &'static [usize] {
    if std::env::args().any(|argument| argument == "--bench") {
        &[100, 1_000, 10_000, 100_000]
    } else {
        &[100]
    }
}

fn pipeline(criterion: &mut Criterion) {
    let beside_duvet = peer::is_installed();
    if !beside_duvet {
        eprintln!(
            "duvet is not installed, so nothing is measured beside: {}",
            peer::INSTALL
        );
    }
    for &size in sizes() {
        let project = tempfile::tempdir().expect("a temporary folder");
        corpus::write_project(project.path(), size).expect("a project");
        let reports = tempfile::tempdir().expect("a temporary folder");
        let root = project.path();
        let mut group = criterion.benchmark_group("pipeline");
        group
            .throughput(Throughput::Elements(u64::try_from(size).unwrap_or(u64::MAX)))
            .sample_size(10)
            .warm_up_time(Duration::from_millis(200))
            .measurement_time(Duration::from_secs(2));
        group.bench_function(BenchmarkId::new("parse", size), |bencher| {
            bencher.iter(|| black_box(stage::parse(root).expect("a specification")));
        });
        group.bench_function(BenchmarkId::new("check", size), |bencher| {
            bencher.iter(|| black_box(stage::check(root).expect("a plan")));
        });
        let records = stage::evidence(stage::check(root).expect("a plan"), Timestamp::UNIX_EPOCH);
        group.bench_function(BenchmarkId::new("report", size), |bencher| {
            bencher.iter(|| black_box(stage::report(&records, reports.path()).expect("reports")));
        });
        if beside_duvet {
            peer::write_citations(root, size).expect("citations");
            peer::report(root).expect("duvet's report");
            group.bench_function(BenchmarkId::new("duvet", size), |bencher| {
                bencher.iter(|| peer::report(root).expect("duvet's report"));
            });
        }
        group.finish();
    }
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    pipeline(&mut criterion);
    criterion.final_summary();
}
