//! What the ledger says about a key, and the results in it.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::key::Sealed;
use super::sql::unhex;
use crate::error::{CommitOutcome, Error, Kind, Result};

/// The row of a key.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stored {
    /// There is none: it was swept, or never there.
    Nothing,
    /// It was committed, with this result.
    Done(Vec<u8>),
    /// It is certain that nothing was committed.
    Fenced,
}

impl Stored {
    /// Reads what the look-up answered: state, fingerprint, result.
    pub(super) fn read(row: Option<&[Option<String>]>, key: &Sealed, name: &str) -> Result<Self> {
        let Some(row) = row else { return Ok(Self::Nothing) };
        let [Some(state), fingerprint, result] = row else {
            return Err(strange("three columns were wanted"));
        };
        let bytes = |text: &Option<String>| {
            let bytes = text.as_deref().map(unhex);
            bytes
                .map(|bytes| bytes.ok_or_else(|| strange("a column holds no hexadecimal digits")))
                .transpose()
        };
        match state.as_str() {
            // Whoever comes with another request finds the key as free as a new one.
            "fenced" => Ok(Self::Fenced),
            "done" => {
                let asked = key.fingerprint.as_ref().map(<[u8; 32]>::as_slice);
                let stored = bytes(fingerprint)?;
                if let (Some(asked), Some(stored)) = (asked, &stored)
                    && asked != stored
                {
                    return Err(reused(name));
                }
                bytes(result)?.map(Self::Done).ok_or_else(|| strange("it is done and has no result"))
            }
            other => Err(strange(&format!("its state is `{other}`"))),
        }
    }
}

fn reused(name: &str) -> Error {
    let message = format!("the key of `{name}` was used before, for another request");
    Error::of_kind(Kind::KeyReused, message)
}

/// A row that this library has not written.
fn strange(why: &str) -> Error {
    let message = format!("the row of the key in crdb_orm_ledger makes no sense: {why}");
    Error::of_kind(Kind::StoredResult, message)
        .with_advice("look at the row; was it changed by hand, or by a newer version of crdb-orm?")
}

/// The result as it is stored. That it can be read again is tried while it can still be rolled back.
pub(super) fn encode<T: Serialize + DeserializeOwned>(
    value: &T,
    key: &Sealed,
    name: &str,
) -> Result<Vec<u8>> {
    let refused = |why: serde_json::Error| {
        let message =
            format!("the result of `{name}` cannot be stored under its key: {why}; it was rolled back");
        Error::of_kind(Kind::ResultNotStorable, message).with_source(why)
    };
    let json = serde_json::to_vec(value).map_err(refused)?;
    if json.len() > key.max_result {
        let (length, most) = (json.len(), key.max_result);
        let message = format!(
            "the result of `{name}` has {length} bytes as JSON, and its key allows {most}; it was rolled back"
        );
        return Err(Error::of_kind(Kind::ResultTooLarge, message));
    }
    serde_json::from_slice::<T>(&json).map_err(refused)?;
    Ok(json)
}

/// A stored result as the type that is wanted now.
pub(super) fn decode<T: DeserializeOwned>(json: &[u8], name: &str) -> Result<T> {
    serde_json::from_slice(json).map_err(|why| {
        let message = format!(
            "`{name}` was committed under this key before, and what it returned cannot be read as {}: {why}",
            std::any::type_name::<T>()
        );
        let error = Error::of_kind(Kind::StoredResult, message).with_source(why);
        error.with_outcome(CommitOutcome::Committed).with_advice(ADVICE)
    })
}

/// Not that of a schema change which failed after COMMIT.
const ADVICE: &str = "it is committed: do not run it again under another key; let the type read what older versions of \
     the program returned (`#[serde(default)]`)";

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::time::Duration;

    use serde::Deserialize;

    use super::*;
    use crate::txn::Key;
    use crate::txn::once::sql::hex;

    fn key(key: Key) -> Sealed {
        key.seal("t", Duration::ZERO).expect("it is a good key")
    }

    fn row(state: &str, fingerprint: Option<&str>, result: Option<&str>) -> [Option<String>; 3] {
        [Some(state.to_owned()), fingerprint.map(str::to_owned), result.map(str::to_owned)]
    }

    #[test]
    fn a_row_is_read_as_what_it_says() {
        let key = key(Key::new("k"));
        let read = |row: &[Option<String>]| Stored::read(Some(row), &key, "t");
        assert_eq!(Stored::read(None, &key, "t").unwrap(), Stored::Nothing);
        assert_eq!(read(&row("done", None, Some("7b7d"))).unwrap(), Stored::Done(b"{}".to_vec()));
        assert_eq!(read(&row("done", None, Some(""))).unwrap(), Stored::Done(Vec::new()));
        assert_eq!(read(&row("fenced", None, None)).unwrap(), Stored::Fenced);
        for wrong in [row("claimed", None, None), row("done", None, None), row("done", None, Some("7"))] {
            assert!(read(&wrong).is_err_and(|error| error.is_stored_result_undecodable()));
        }
    }

    #[test]
    fn another_request_under_a_key_that_is_done_is_an_error_and_one_without_request_is_not_compared() {
        let (mine, nobody) = (key(Key::new("k").of(&1)), key(Key::new("k")));
        let hex = hex(&mine.fingerprint.unwrap());
        let (same, other) = (row("done", Some(&hex), Some("31")), row("done", Some("00"), Some("31")));
        assert!(Stored::read(Some(&same), &mine, "t").is_ok());
        assert!(Stored::read(Some(&other), &mine, "t").is_err_and(|error| error.is_key_reused()));
        assert!(Stored::read(Some(&other), &nobody, "t").is_ok());
        assert!(Stored::read(Some(&row("done", None, Some("31"))), &mine, "t").is_ok());
        // Nothing was committed under it.
        assert_eq!(Stored::read(Some(&row("fenced", Some("00"), None)), &mine, "t").unwrap(), Stored::Fenced);
    }

    #[test]
    fn what_could_not_be_read_again_is_found_before_commit() {
        let key = key(Key::new("k").max_result(10));
        assert!(encode(&f64::NAN, &key, "t").is_err_and(|error| error.is_result_not_storable()));
        let by_pair = HashMap::from([((1, 2), 3)]);
        assert!(serde_json::to_vec(&by_pair).is_err());
        assert!(encode(&"x".repeat(9), &key, "t").is_err_and(|error| error.is_result_too_large()));
        assert_eq!(encode(&"x".repeat(8), &key, "t").unwrap().len(), 10);
    }

    #[test]
    fn a_result_comes_back_to_the_bit() {
        let key = key(Key::new("k"));
        for number in [-0.0, 0.1 + 0.2, f64::MIN_POSITIVE, 1.797_693_134_862_315_7e308, 5e-324] {
            let back: f64 = decode(&encode(&number, &key, "t").unwrap(), "t").unwrap();
            assert_eq!(back.to_bits(), number.to_bits(), "{number}");
        }
        let text = "a\0b\u{1F600}\\\"".to_owned();
        assert_eq!(decode::<String>(&encode(&text, &key, "t").unwrap(), "t").unwrap(), text);
    }

    #[test]
    fn a_result_of_an_older_type_is_an_error_that_says_committed() {
        #[derive(Debug, Deserialize)]
        struct Receipt {
            #[expect(dead_code, reason = "only read from JSON")]
            number: u32,
        }
        let error = decode::<Receipt>(b"{\"no\":1}", "transfer").expect_err("it lacks a field");
        assert_eq!(error.commit_outcome(), CommitOutcome::Committed);
        assert!(error.is_stored_result_undecodable());
        let text = error.to_string();
        assert!(text.contains("was committed") && text.contains("do not run it again"), "{text}");
    }
}
