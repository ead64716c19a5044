//! The `Idempotency-Key` header of HTTP.

use super::key::Key;
use crate::error::{Error, Kind, Result};

/// The most bytes of a header's key, as the services that have one allow.
const MAX_BYTES: usize = 255;

impl Key {
    /// A key from the value of an `Idempotency-Key` header.
    ///
    /// `draft-ietf-httpapi-idempotency-key-header` makes it a string of structured fields (RFC 9651), which stands in
    /// double quotes: `Idempotency-Key: "8e03978e-40d5-43dd-bc93-6894a57f9324"`. Many clients leave the quotes out, so
    /// that is accepted, too, and means the same key. Set a [`scope`](Self::scope) that names the user: the header is
    /// the client's to choose.
    ///
    /// Answer 400 to this error, 422 to [`is_key_reused`](Error::is_key_reused) and 409 to a deadline that passed
    /// while another request with the key was running.
    ///
    /// # Errors
    /// [`is_invalid_key`](Error::is_invalid_key): nothing, more than 255 bytes, an open quote, several values, or bytes
    /// that are not printable ASCII.
    pub fn from_idempotency_key(header: &str) -> Result<Self> {
        let text = header.trim_matches([' ', '\t']);
        let key = match text.strip_prefix('"') {
            Some(quoted) => quoted_string(quoted)?,
            None => bare(text)?,
        };
        match key.len() {
            0 => Err(refused("it is empty")),
            1..=MAX_BYTES => Ok(Self::from(key)),
            length => Err(refused(&format!("it has {length} bytes, and at most {MAX_BYTES} are allowed"))),
        }
    }
}

/// What follows the opening quote of an sf-string.
fn quoted_string(text: &str) -> Result<String> {
    let mut key = String::with_capacity(text.len());
    let mut chars = text.chars();
    loop {
        match chars.next() {
            None => return Err(refused("its closing quote is missing")),
            Some('"') => break,
            Some('\\') => match chars.next() {
                Some(c @ ('"' | '\\')) => key.push(c),
                _ => return Err(refused("a backslash may only stand before a quote or a backslash")),
            },
            Some(c @ ' '..='~') => key.push(c),
            Some(_) => return Err(refused("it holds more than printable ASCII")),
        }
    }
    if chars.next().is_some() {
        return Err(refused("something follows its closing quote; one value without parameters is wanted"));
    }
    Ok(key)
}

fn bare(text: &str) -> Result<String> {
    if text.chars().any(|c| !matches!(c, '!'..='~') || matches!(c, '"' | '\\' | ',' | ';')) {
        return Err(refused(
            "without quotes it may hold only printable ASCII, and no space, comma or semicolon",
        ));
    }
    Ok(text.to_owned())
}

/// The value itself is not repeated: it may be a secret, or hold anything.
fn refused(why: &str) -> Error {
    Error::of_kind(Kind::InvalidKey, format!("the Idempotency-Key header cannot be used: {why}"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn row(key: Key) -> [u8; 32] {
        key.seal("t", Duration::ZERO).expect("it is a good key").row
    }

    #[test]
    fn quoted_and_bare_mean_the_same_key() {
        let quoted = Key::from_idempotency_key(" \"8e03978e-40d5\"\t").expect("it is a string");
        let bare = Key::from_idempotency_key("8e03978e-40d5").expect("it is accepted");
        assert_eq!(row(quoted), row(bare));
        let escaped = Key::from_idempotency_key(r#""a\"b\\c d""#).expect("it is a string");
        assert_eq!(row(escaped), row(Key::new(r#"a"b\c d"#)));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let long = "k".repeat(256);
        for wrong in [
            "",
            "  ",
            "\"\"",
            "\"open",
            "\"a\\n\"",
            "\"a\" \"b\"",
            "\"a\", \"b\"",
            "\"a\";p=1",
            "a, b",
            "a b",
            "a;b",
            "é",
            "\"é\"",
            "\"a\nb\"",
            "a\0",
            "a\"",
            "a\\b",
            &long,
        ] {
            assert!(Key::from_idempotency_key(wrong).is_err_and(|error| error.is_invalid_key()), "{wrong:?}");
        }
        assert!(Key::from_idempotency_key(&long[1..]).is_ok());
    }
}
