//! The texts of the ledger.
//!
//! They go by the simple protocol, because BEGIN and COMMIT travel in the same message. So they hold no value of the
//! caller's: only hexadecimal digits and numbers, which are written here. `decode(.., 'hex')` is the one form of bytes
//! that both servers read alike, whatever their settings.

use std::fmt::Write as _;

use super::key::Sealed;

/// Inserts the row of a key: one row is answered if it was free.
///
/// `ON CONFLICT DO NOTHING` waits for another transaction that holds the key and has not ended.
pub(super) fn claim(key: &Sealed) -> String {
    insert(key, "claimed", "DO NOTHING")
}

/// Takes over the row of a key that was fenced: one row is answered if it still was.
pub(super) fn claim_again(key: &Sealed) -> String {
    format!(
        "UPDATE crdb_orm_ledger SET fingerprint = {}, state = 'claimed', expires_at = {} \
         WHERE key = {} AND state = 'fenced' RETURNING 1 AS claimed",
        fingerprint(key),
        expiry(key),
        bytes(&key.row),
    )
}

/// Reads the row of a key: state, fingerprint, result.
pub(super) fn look_up(key: &Sealed) -> String {
    format!(
        "SELECT state, encode(fingerprint, 'hex') AS fingerprint, encode(result, 'hex') AS result \
         FROM crdb_orm_ledger WHERE key = {}",
        bytes(&key.row)
    )
}

/// Stores the result, and fails unless the row is there and claimed: a transaction that lost its claim must not commit.
///
/// The cast of a text that is no number fails inside the statement. It depends on a count, so neither server can
/// evaluate it before the statement runs.
pub(super) fn finish(key: &Sealed, result: &[u8]) -> String {
    format!(
        "WITH stored AS (UPDATE crdb_orm_ledger SET state = 'done', result = {} \
         WHERE key = {} AND state = 'claimed' RETURNING 1) \
         SELECT CAST(CASE count(*) WHEN 1 THEN '1' ELSE '{LOST_CLAIM}' END AS INT8) AS stored FROM stored",
        bytes(result),
        bytes(&key.row),
    )
}

/// What the server complains of when the claim is gone; it is not a number.
pub(super) const LOST_CLAIM: &str = "the claim in crdb_orm_ledger is gone";

/// Makes sure that no earlier attempt under this key can commit any more: one row is answered if so, none if one has.
///
/// It waits for an attempt that has not ended. A row that is fenced already is written again, and not only looked at,
/// so that it waits also for one that is being claimed again.
pub(super) fn fence(key: &Sealed) -> String {
    insert(
        key,
        "fenced",
        "(key) DO UPDATE SET expires_at = excluded.expires_at WHERE crdb_orm_ledger.state = 'fenced'",
    )
}

/// Deletes up to 500 expired rows whose keys follow `$1`; answers their number, and the last key that was looked at, if
/// there may be more.
///
/// It goes by key and not by time: an index on time would be a hot range. The expiry is tested again where rows are
/// deleted, since a fenced one may have been claimed in between.
pub(super) const SWEEP: &str = "\
    WITH expired AS (SELECT key FROM crdb_orm_ledger WHERE key > $1 AND expires_at < now() ORDER BY key LIMIT 500), \
    gone AS (DELETE FROM crdb_orm_ledger WHERE key IN (SELECT key FROM expired) AND expires_at < now() RETURNING key) \
    SELECT (SELECT count(*) FROM gone) AS deleted, \
    (SELECT key FROM expired ORDER BY key DESC LIMIT 1) AS last";

fn insert(key: &Sealed, state: &str, conflict: &str) -> String {
    format!(
        "INSERT INTO crdb_orm_ledger (key, fingerprint, state, expires_at) VALUES ({}, {}, '{state}', {}) \
         ON CONFLICT {conflict} RETURNING 1 AS claimed",
        bytes(&key.row),
        fingerprint(key),
        expiry(key),
    )
}

fn fingerprint(key: &Sealed) -> String {
    key.fingerprint.map_or_else(|| "NULL".to_owned(), |fingerprint| bytes(&fingerprint))
}

fn expiry(key: &Sealed) -> String {
    // Both servers count months, days and seconds apart; seconds alone have one meaning.
    format!("now() + INTERVAL '{} seconds'", key.keep.as_secs().min(MOST_SECONDS))
}

/// A hundred years: what servers' timestamps and intervals hold without overflow.
const MOST_SECONDS: u64 = 100 * 365 * 24 * 3600;

fn bytes(bytes: &[u8]) -> String {
    format!("decode('{}', 'hex')", hex(bytes))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Bytes from the digits that `encode(.., 'hex')` answers.
pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    digits
        .chunks_exact(2)
        .map(|pair| {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Fixed, so that the file of expected texts is.
    fn key(fingerprint: Option<[u8; 32]>) -> Sealed {
        Sealed { row: [0xab; 32], fingerprint, keep: Duration::from_hours(24), max_result: 10 }
    }

    #[test]
    fn the_texts_are_those_of_the_file_that_the_grammar_and_servers_check() {
        let (plain, of_request) = (key(None), key(Some([0xcd; 32])));
        let texts = [
            ("claim", claim(&plain)),
            ("claim of a request", claim(&of_request)),
            ("look up", look_up(&plain)),
            ("claim again", claim_again(&of_request)),
            ("finish", finish(&plain, b"{\"a\":\"\\u0000'\"}")),
            ("finish with nothing", finish(&plain, b"")),
            ("fence", fence(&of_request)),
            ("sweep", SWEEP.to_owned()),
        ];
        let mut file =
            String::from("-- What `.once(key)` sends, with made-up keys. BLESS=1 writes it again.\n");
        for (name, text) in texts {
            let _ = write!(file, "\n-- {name}\n{text};\n");
        }
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/ledger.sql");
        if std::env::var_os("BLESS").is_some_and(|value| value == "1") {
            std::fs::write(&path, &file).expect("the file can be written");
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(file, expected, "if that is what it should be: `cargo xtask bless`");
    }

    #[test]
    fn nothing_but_digits_of_a_result_reaches_a_text() {
        let text = finish(&key(None), "'; DROP TABLE accounts; -- \\ \0 é".as_bytes());
        assert!(!text.contains("DROP") && !text.contains('\\') && text.is_ascii());
    }

    #[test]
    fn bytes_come_back_from_their_digits() {
        assert_eq!(unhex("00ffAb"), Some(vec![0, 255, 0xab]));
        assert_eq!(unhex(""), Some(Vec::new()));
        for wrong in ["0", "0g", "é0", "+1"] {
            assert_eq!(unhex(wrong), None, "{wrong}");
        }
    }
}
