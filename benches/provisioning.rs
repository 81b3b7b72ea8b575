//! `cargo bench --bench provisioning`: a claim created, bound and first written to, on the live cluster.

use std::{process::ExitCode, time::Duration};

mod live;

fn main() -> ExitCode {
    live::on_cluster("provisioning", |bench, criterion| {
        let mut group = criterion.benchmark_group("provisioning");
        live::one_operation_each(&mut group);
        group.bench_function("claim-bound", |bencher| {
            bencher.iter_custom(|count| {
                let times = (0..count).map(|_| bench.must(async |bench| bench.provision().await).0);
                times.sum::<Duration>()
            });
        });
        group.bench_function("first-write", |bencher| {
            bencher.iter_custom(|count| {
                let times = (0..count).map(|_| bench.must(async |bench| bench.provision().await).1);
                times.sum::<Duration>()
            });
        });
        group.finish();
    })
}
