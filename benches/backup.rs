//! `cargo bench --bench backup`: a namespace with 12 MiB of data backed up and restored, on the live cluster.

use std::{process::ExitCode, time::Duration};

mod live;

fn main() -> ExitCode {
    live::on_cluster("backup", |bench, criterion| {
        let held = bench.must(async |bench| bench.hold().await);
        let mut group = criterion.benchmark_group("backup");
        live::one_operation_each(&mut group);
        let mut newest = String::new();
        group.bench_function("backup", |bencher| {
            bencher.iter_custom(|count| {
                let times = (0..count).map(|_| {
                    let (name, took) = bench.must(async |bench| bench.back_up(&held).await);
                    newest = name;
                    took
                });
                times.sum::<Duration>()
            });
        });
        if newest.is_empty() {
            // A filter left the backups out.
            newest = bench.must(async |bench| bench.back_up(&held).await).0;
        }
        group.bench_function("restore", |bencher| {
            bencher.iter_custom(|count| {
                let times = (0..count).map(|_| bench.must(async |bench| bench.restore(&held, &newest).await));
                times.sum::<Duration>()
            });
        });
        group.finish();
    })
}
