# Short names for the commands that .ci/run calls.

# Format, lints, tests, licences.
check:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets --locked -- -D warnings
    cargo clippy --test acceptance --locked -- -D warnings
    cargo test
    cargo deny check licenses bans sources

# The scenarios on a real cluster.
acceptance *flags:
    SHALL_INSTALL=yes cargo test --test acceptance -- {{flags}}
