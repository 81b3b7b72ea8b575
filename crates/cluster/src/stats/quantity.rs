//! Kubernetes quantities as bytes.

/// Bytes of a quantity such as `128Mi`, `1G`, `1e3` or `500m`; `None` where it is none. Parts of a byte are cut.
pub(crate) fn bytes(quantity: &str) -> Option<u64> {
    let split = quantity.find(|c: char| !(c.is_ascii_digit() || c == '.'));
    let (number, suffix) = quantity.split_at(split.unwrap_or(quantity.len()));
    let factor = match suffix {
        "" => 1.0,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "Ki" => 1024.0,
        "Mi" => 1024.0 * 1024.0,
        "Gi" => 1024.0 * 1024.0 * 1024.0,
        "Ti" => 1024.0 * 1024.0 * 1024.0 * 1024.0,
        exponent => 10_f64.powi(exponent.strip_prefix(['e', 'E'])?.parse().ok()?),
    };
    let value = number.parse::<f64>().ok()? * factor;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be within u64"
    )]
    (value.is_finite() && (0.0..1.8e19).contains(&value)).then_some(value as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes_are_powers_of_two_or_ten() {
        let cases = [
            ("128Mi", 134_217_728),
            ("1G", 1_000_000_000),
            ("1.5Ki", 1536),
            ("2e3", 2000),
            ("1500m", 1),
            ("7", 7),
        ];
        for (quantity, expected) in cases {
            assert_eq!(bytes(quantity), Some(expected), "{quantity}");
        }
        for wrong in ["", "Mi", "-1", "1Zi", "x"] {
            assert_eq!(bytes(wrong), None, "{wrong}");
        }
    }
}
