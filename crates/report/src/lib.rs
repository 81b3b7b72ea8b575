//! One file per report format, all from one judged run.
