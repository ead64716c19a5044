//! The fingerprint of a request: whether two callers under one key ask for the same.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

const DOMAIN: &[u8] = b"crdb-orm fingerprint 1\n";

/// SHA-256 over the request as JSON with sorted names.
pub(super) fn fingerprint<R: Serialize + ?Sized>(request: &R) -> serde_json::Result<[u8; 32]> {
    let value = serde_json::to_value(request)?;
    let mut text = String::new();
    canonical(&value, &mut text);
    Ok(Sha256::new().chain_update(DOMAIN).chain_update(text).finalize().into())
}

/// Names are sorted here: whether `serde_json` keeps its maps in order is a feature that any crate may switch.
fn canonical(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for item in items {
                canonical(item, out);
                out.push(',');
            }
            out.push(']');
        }
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| *name);
            out.push('{');
            for (name, value) in fields {
                let _ = write!(out, "{}:", Value::from(name.as_str()));
                canonical(value, out);
                out.push(',');
            }
            out.push('}');
        }
        leaf => {
            let _ = write!(out, "{leaf}");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use serde_json::json;

    use super::*;
    use crate::txn::once::sql::hex;

    fn of<R: Serialize>(request: R) -> [u8; 32] {
        fingerprint(&request).expect("it is JSON")
    }

    #[test]
    fn the_order_of_names_does_not_matter_and_that_of_lists_does() {
        let sorted: BTreeMap<String, u32> = (0..50).map(|n| (format!("name{n}"), n)).collect();
        let hashed: HashMap<String, u32> = sorted.clone().into_iter().collect();
        assert_eq!(of(&sorted), of(&hashed));
        assert_ne!(of([1, 2]), of([2, 1]));
        assert_ne!(of(json!([[1], [2]])), of(json!([[1, 2]])));
    }

    #[test]
    fn numbers_are_compared_as_json_writes_them() {
        let all = [of(0), of(0.0), of(-0.0), of(1), of(1.0), of(0.1 + 0.2), of(0.3), of("0"), of(u64::MAX)];
        for (i, one) in all.iter().enumerate() {
            assert!(all.iter().skip(i + 1).all(|other| one != other), "number {i}");
        }
        assert_eq!(of(1_i64), of(1_u8));
    }

    #[test]
    fn a_text_cannot_pass_for_structure() {
        assert_ne!(of(json!({"a": "1,\"b\":2"})), of(json!({"a": "1", "b": 2})));
        assert_ne!(of("null"), of(()));
    }

    #[test]
    fn what_is_not_json_is_refused() {
        let by_pair = HashMap::from([((1, 2), 3)]);
        assert!(fingerprint(&by_pair).is_err());
        assert!(fingerprint(&u128::MAX).is_err());
    }

    #[test]
    fn a_fingerprint_stays_what_it_was_in_earlier_versions() {
        let hex = hex(&of(json!({"b": [1.5, null], "a": "\u{1}é"})));
        assert_eq!(hex, "581f272ba13d06c9b23c059487b4987d2789a6e703aa1d0614a75ef697cfe4dd");
    }
}
