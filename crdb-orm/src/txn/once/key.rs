//! The key under which a transaction happens once.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::fingerprint::fingerprint;
use super::ledger::Ledger;
use crate::error::{Error, Kind, Result};

/// The most bytes of a key, and of its scope.
pub(super) const MAX_BYTES: usize = 1024;

/// What starts every row key, so that a later way of making them cannot meet this one.
const DOMAIN: &[u8] = b"crdb-orm ledger key 1";

/// The key under which a transaction, or a single write, happens exactly once.
///
/// ```
/// use crdb_orm::{Key, Uuid};
/// # #[derive(serde::Serialize)] struct Transfer { amount: u32 }
/// # let transfer = Transfer { amount: 5 };
/// let request = Uuid::new_v4();               // sent by the client, the same at each of its retries
/// let key = Key::new(request).of(&transfer);  // another transfer under this key is an error
/// ```
///
/// Two transactions are the same one when key *and* scope are the same. The scope is the transaction's name unless
/// [`scope`](Self::scope) sets another; put the tenant or the user into it where clients choose their own keys, or one
/// client can read another's result.
///
/// Neither of them is stored: the ledger's row has their SHA-256, which spreads the rows whatever keys look like.
#[derive(Clone)]
pub struct Key {
    value: String,
    scope: Option<String>,
    fingerprint: Option<[u8; 32]>,
    keep: Duration,
    max_result: usize,
    /// Why it cannot be used; reported before BEGIN, where there is a `Result`.
    invalid: Option<String>,
}

impl Key {
    /// A key from a UUID or a string of at most 1,024 bytes.
    pub fn new(key: impl Into<Self>) -> Self {
        key.into()
    }

    fn from_string(value: String) -> Self {
        Self {
            value,
            scope: None,
            fingerprint: None,
            keep: Ledger::KEEP,
            max_result: Ledger::MAX_RESULT,
            invalid: None,
        }
    }

    /// Remembers what was asked for: the same key with another request is an error
    /// ([`is_key_reused`](Error::is_key_reused)).
    ///
    /// What is stored is a fingerprint: SHA-256 over the request as JSON with the names of every object sorted. So the
    /// order of a `HashMap` does not matter, nor that of a struct's fields; the order of lists does. Numbers are
    /// compared as JSON writes them: `1`, `1.0` and `-0.0` differ from each other and from `0.0`. NaN and the infinities
    /// are `null` in JSON, and of two fields with one name (`#[serde(flatten)]`) the last one counts.
    ///
    /// A caller who gives no request is not compared with anybody.
    #[must_use]
    pub fn of<R: Serialize + ?Sized>(mut self, request: &R) -> Self {
        match fingerprint(request) {
            Ok(fingerprint) => self.fingerprint = Some(fingerprint),
            Err(why) => {
                self.invalid = Some(format!("the request of the key cannot be written as JSON: {why}"));
            }
        }
        self
    }

    /// Sets the scope instead of the transaction's name; at most 1,024 bytes.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// Sets how long the result is kept at least. Seven days by default; an hour is the least.
    ///
    /// It must be longer than anybody may go on trying under this key, since after that the work is done again.
    #[must_use]
    pub fn keep_for(mut self, keep: Duration) -> Self {
        self.keep = keep;
        self
    }

    /// Sets the most bytes that the result may take as JSON. 64 KiB by default.
    ///
    /// A larger one is found before COMMIT, and the transaction is rolled back
    /// ([`is_result_too_large`](Error::is_result_too_large)). It travels as text twice that long in one message, which
    /// CockroachDB limits to 16 MiB.
    #[must_use]
    pub fn max_result(mut self, bytes: usize) -> Self {
        self.max_result = bytes;
        self
    }

    /// The key as it is used, if it can be.
    pub(crate) fn seal(self, name: &str, deadline: Duration) -> Result<Sealed> {
        let refuse = |why: String| Err(Error::of_kind(Kind::InvalidKey, why));
        if let Some(why) = self.invalid {
            return refuse(why);
        }
        let scope = self.scope.as_deref().unwrap_or(name);
        for (what, text) in [("key", self.value.as_str()), ("scope of the key", scope)] {
            if text.len() > MAX_BYTES {
                let length = text.len();
                return refuse(format!("the {what} has {length} bytes, and at most {MAX_BYTES} are allowed"));
            }
        }
        if self.value.is_empty() {
            return refuse("the key is empty, so it tells no request from another".to_owned());
        }
        let least = Ledger::LEAST_KEEP.max(deadline);
        if self.keep < least {
            let (keep, least) = (self.keep.as_secs(), least.as_secs());
            return refuse(format!(
                "its result would be kept for {keep} s, and must be for at least {least} s, the longest time for \
                 which an original may still arrive"
            ));
        }
        Ok(Sealed {
            row: row_key(scope, &self.value),
            fingerprint: self.fingerprint,
            keep: self.keep,
            max_result: self.max_result,
        })
    }
}

/// A key that can be used: what of it goes to the server.
#[derive(Debug, Clone)]
pub(crate) struct Sealed {
    pub(super) row: [u8; 32],
    pub(super) fingerprint: Option<[u8; 32]>,
    pub(super) keep: Duration,
    pub(super) max_result: usize,
}

/// The lengths stand before the texts, so that no two pairs give one input.
fn row_key(scope: &str, key: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in [DOMAIN, scope.as_bytes(), key.as_bytes()] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

impl From<Uuid> for Key {
    fn from(key: Uuid) -> Self {
        Self::from_string(key.hyphenated().to_string())
    }
}

impl From<&Uuid> for Key {
    fn from(key: &Uuid) -> Self {
        Self::from(*key)
    }
}

impl From<String> for Key {
    fn from(key: String) -> Self {
        Self::from_string(key)
    }
}

impl From<&String> for Key {
    fn from(key: &String) -> Self {
        Self::from_string(key.clone())
    }
}

impl From<&str> for Key {
    fn from(key: &str) -> Self {
        Self::from_string(key.to_owned())
    }
}

/// Without the key itself: whoever knows a key can read the result.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("scope", &self.scope)
            .field("of_request", &self.fingerprint.is_some())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::txn::once::sql::hex;

    const DEADLINE: Duration = Duration::from_secs(30);

    fn row(key: Key, name: &str) -> [u8; 32] {
        key.seal(name, DEADLINE).expect("it is a good key").row
    }

    #[test]
    fn no_two_pairs_of_scope_and_key_share_a_row() {
        let pairs =
            [("a", "bc"), ("ab", "c"), ("abc", ""), ("", "abc"), ("b", "ac"), ("a\0", "bc"), ("a", "\0bc")];
        let mut rows: Vec<_> = pairs.iter().map(|(scope, key)| row_key(scope, key)).collect();
        rows.sort_unstable();
        rows.dedup();
        assert_eq!(rows.len(), pairs.len());
    }

    #[test]
    fn the_row_of_a_key_stays_what_it_was_in_earlier_versions() {
        let row = row_key("transfer", "8e03978e-40d5-43dd-bc93-6894a57f9324");
        let hex = hex(&row);
        assert_eq!(hex, "0eb8947952bdb165c622186fbd86897345302555fabe199d258884704f1b2ed4");
    }

    #[test]
    fn the_scope_is_the_name_unless_another_is_set() {
        assert_eq!(row(Key::new("k"), "transfer"), row(Key::new("k").scope("transfer"), "other"));
        assert_ne!(row(Key::new("k"), "transfer"), row(Key::new("k"), "other"));
    }

    #[test]
    fn a_uuid_and_its_text_are_one_key() {
        let id = Uuid::from_u128(7);
        assert_eq!(row(Key::new(id), "t"), row(Key::new(id.to_string()), "t"));
    }

    #[test]
    fn a_key_that_is_empty_too_long_or_kept_too_shortly_is_refused() {
        let refused = |key: Key| key.seal("t", DEADLINE).expect_err("it is refused");
        for key in [
            Key::new(""),
            Key::new("k".repeat(MAX_BYTES + 1)),
            Key::new("k").scope("s".repeat(MAX_BYTES + 1)),
            Key::new("k").keep_for(Duration::from_secs(3599)),
        ] {
            assert!(refused(key).is_invalid_key());
        }
        assert!(Key::new("k").keep_for(Duration::from_hours(2)).seal("t", Duration::from_hours(3)).is_err());
        assert!(Key::new("k".repeat(MAX_BYTES)).seal("t", DEADLINE).is_ok());
    }

    #[test]
    fn debug_shows_no_key() {
        assert!(!format!("{:?}", Key::new("top-secret")).contains("top-secret"));
    }
}
