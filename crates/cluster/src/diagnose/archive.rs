//! What Velero wrote into the bucket about a backup or restore: its log and results.

use std::io::Read as _;

/// The most that is kept of one unpacked file.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// Key in the bucket → file in the bundle, of what is kept about a backup.
pub(super) fn of_backup(name: &str) -> Vec<(String, String)> {
    [
        "logs.gz",
        "results.gz",
        "volumeinfo.json.gz",
        "podvolumebackups.json.gz",
    ]
    .map(|part| (format!("backups/{name}/{name}-{part}"), unpacked("backups", name, part)))
    .into()
}

/// Key in the bucket → file in the bundle, of what is kept about a restore.
pub(super) fn of_restore(name: &str) -> Vec<(String, String)> {
    ["logs.gz", "results.gz"]
        .map(|part| {
            (
                format!("restores/{name}/restore-{name}-{part}"),
                unpacked("restores", name, part),
            )
        })
        .into()
}

fn unpacked(kind: &str, name: &str, part: &str) -> String {
    format!("velero/{kind}/{name}-{}", part.trim_end_matches(".gz"))
}

/// The text of a gzip file, cut at [`MOST_BYTES`].
pub(super) fn unpack(bytes: &[u8]) -> std::io::Result<String> {
    let mut text = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes)
        .take(MOST_BYTES)
        .read_to_end(&mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn keys_are_those_of_veleros_bucket_layout() {
        let expected = ("backups/b/b-logs.gz".to_owned(), "velero/backups/b-logs".to_owned());
        assert_eq!(of_backup("b")[0], expected);
        let expected = (
            "restores/r/restore-r-results.gz".to_owned(),
            "velero/restores/r-results".to_owned(),
        );
        assert_eq!(of_restore("r")[1], expected);
    }

    #[test]
    fn a_packed_log_is_unpacked_and_anything_else_is_an_error() {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(b"level=error msg=why").unwrap();
        assert_eq!(unpack(&packed.finish().unwrap()).unwrap(), "level=error msg=why");
        assert!(unpack(b"no gzip").is_err());
    }
}
