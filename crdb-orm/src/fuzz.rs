//! What the fuzzer of `fuzz/` calls: texts that others write, and what must hold for each of them. Only built for it.

use crate::conn::{fuzz_passfile, fuzz_url};
use crate::query::fuzz_cursor;

/// A URL: it is read or refused, and what is shown of it can be read again and holds no password.
pub fn url(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        fuzz_url(text);
    }
}

/// A password file: what libpq would find in a line is found.
pub fn passfile(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        fuzz_passfile(text);
    }
}

/// A cursor: any text is read or refused, what was written is read, and what was changed is refused.
pub fn cursor(data: &[u8]) {
    fuzz_cursor(data);
}
