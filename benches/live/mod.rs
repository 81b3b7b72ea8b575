//! What the benches on a live cluster share.

use std::{process::ExitCode, time::Duration};

use criterion::{BenchmarkGroup, Criterion, SamplingMode, measurement::WallTime};
use shall::bench::{Bench, BenchError, print_error};
use tokio::runtime::Runtime;

/// Criterion's smallest number of samples; each is one operation on the cluster.
const SAMPLES: usize = 10;

/// A bench and what drives it.
pub(crate) struct Driven {
    runtime: Runtime,
    bench: Bench,
}

impl Driven {
    /// Runs an operation. Criterion takes no error from within a sample, so a failed one ends the process, with what
    /// was made undone: a time of something that did not work is worse than none.
    pub(crate) fn must<T>(&mut self, operation: impl AsyncFnOnce(&mut Bench) -> Result<T, BenchError>) -> T {
        match self.runtime.block_on(operation(&mut self.bench)) {
            Ok(value) => value,
            Err(error) => {
                print_error(error.as_ref());
                if let Err(error) = self.runtime.block_on(self.bench.give_up()) {
                    print_error(error.as_ref());
                }
                std::process::exit(3);
            }
        }
    }
}

/// One operation for each sample, ten samples, and one operation before them.
pub(crate) fn one_operation_each(group: &mut BenchmarkGroup<'_, WallTime>) {
    group
        .sample_size(SAMPLES)
        .sampling_mode(SamplingMode::Flat)
        .warm_up_time(Duration::from_millis(1))
        .measurement_time(Duration::from_millis(1));
}

/// Brings the stack up, runs the bench and writes its times; does nothing without cargo's `--bench`.
pub(crate) fn on_cluster(name: &'static str, run: impl FnOnce(&mut Driven, &mut Criterion)) -> ExitCode {
    if !std::env::args().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    // A wrong argument ends the process here, before a cluster is touched.
    let mut criterion = Criterion::default().configure_from_args();
    let ended = Runtime::new().map_err(BenchError::from).and_then(|runtime| {
        let bench = runtime.block_on(Bench::begin(name))?;
        let mut driven = Driven { runtime, bench };
        run(&mut driven, &mut criterion);
        criterion.final_summary();
        driven.runtime.block_on(driven.bench.end())
    });
    match ended {
        Ok((path, table)) => {
            print(&format!("{table}{}", path.display()));
            ExitCode::SUCCESS
        }
        Err(error) => {
            print_error(error.as_ref());
            ExitCode::from(3)
        }
    }
}

#[expect(clippy::print_stdout, reason = "the result of the bench")]
fn print(text: &str) {
    println!("{text}");
}
