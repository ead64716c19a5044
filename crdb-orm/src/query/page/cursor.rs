//! A place in an order of rows, as an opaque text.
//!
//! ```text
//! 1 byte   3: plain, 4: signed
//! 8 bytes  which query it belongs to: the first of SHA-256 over its text
//! 12 bytes the time that is read: 8 of nanoseconds, 4 of its logical part; or 0
//! values   none for a place before the first row and behind the last one; else of each: 4 bytes of length + 1, and the value in the server's binary format; 0 for NULL
//! 16 bytes HMAC-SHA-256 under the caller's key; SHA-256 where it is plain
//! ```

use std::fmt;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::error::{Error, Kind};
use crate::exec::Label;
use crate::txn::Hlc;

// 1 and 2 were those of places without the logical part of their time.
const PLAIN: u8 = 3;
const SIGNED: u8 = 4;
const SHAPE: usize = 8;
const TAG: usize = 16;
/// What stands where no time is read.
const NO_TIME: Hlc = Hlc::new(0, 0);
/// A longer text is none of ours.
const LONGEST: usize = 1 << 20;

/// A place between two rows of a query: opaque, and safe in a URL. From [`Page::next`](super::Page::next) and
/// [`Page::prev`](super::Page::prev).
///
/// It holds the values of the row that it stands next to, in the columns of the order: who has it can read them. See
/// [`Paged::signed`](super::Paged::signed) for clients that must not make their own.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Cursor(String);

impl Cursor {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // It holds values of a row.
        f.debug_struct("Cursor").finish_non_exhaustive()
    }
}

impl AsRef<str> for Cursor {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.0
    }
}

impl From<String> for Cursor {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Cursor {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// Where a page begins: a cursor, its text, or an `Option` of one, where `None` is the first page.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the place of a page",
    label = "expected a cursor: `page.next`, or its text",
    note = "a page begins behind the cursor of another one (`page.next`, `page.prev`), which travels as a text; for the number of a \
            row there is `.offset(..)` of a query of values"
)]
pub trait IntoCursor {
    #[doc(hidden)]
    fn into_cursor(self) -> Option<Cursor>;
}

#[diagnostic::do_not_recommend]
impl<C: Into<Cursor>> IntoCursor for C {
    fn into_cursor(self) -> Option<Cursor> {
        Some(self.into())
    }
}

impl IntoCursor for &Cursor {
    fn into_cursor(self) -> Option<Cursor> {
        Some(self.clone())
    }
}

#[diagnostic::do_not_recommend]
impl<C: IntoCursor> IntoCursor for Option<C> {
    fn into_cursor(self) -> Option<Cursor> {
        self.and_then(IntoCursor::into_cursor)
    }
}

/// A secret under which cursors are signed. `Debug` shows nothing of it.
#[derive(Clone)]
pub(in crate::query) struct Secret(pub(super) Arc<[u8]>);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// What a cursor holds.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::query) struct Place {
    pub(in crate::query) as_of: Option<Hlc>,
    /// The values of the row; none for a place before the first row and behind the last one.
    pub(in crate::query) values: Option<Vec<Option<Vec<u8>>>>,
}

/// Which query a cursor belongs to.
pub(in crate::query) type Shape = [u8; SHAPE];

pub(in crate::query) fn shape(text: &str) -> Shape {
    first(&Sha256::digest(text.as_bytes()))
}

impl Place {
    pub(in crate::query) fn write(&self, shape: Shape, secret: Option<&Secret>) -> Cursor {
        let mut bytes = vec![if secret.is_some() { SIGNED } else { PLAIN }];
        bytes.extend(shape);
        let time = self.as_of.unwrap_or(NO_TIME);
        bytes.extend(time.nanoseconds().to_be_bytes());
        bytes.extend(time.logical().to_be_bytes());
        for value in self.values.iter().flatten() {
            // No value is longer than what the protocol counts in 31 bits.
            let length = value.as_ref().map_or(0, |value| u32::try_from(value.len()).unwrap_or(0) + 1);
            bytes.extend(length.to_be_bytes());
            bytes.extend(value.iter().flatten());
        }
        bytes.extend(tag(&bytes, secret));
        Cursor(base64(&bytes))
    }

    /// Reads a cursor of so many values.
    ///
    /// # Errors
    /// It is not one of this query, or was changed (`is_invalid_cursor`).
    pub(in crate::query) fn read(
        cursor: &Cursor,
        shape: Shape,
        values: usize,
        secret: Option<&Secret>,
        label: Label,
    ) -> Result<Self, Error> {
        let fail = |why: &str| {
            Error::of_kind(Kind::InvalidCursor, format!("this cursor cannot be used: {why}"))
                .with_label(label)
                .with_advice("begin at the first page again; a cursor goes with the very query that gave it")
        };
        let broken = || fail("it was cut or changed");
        let bytes = unbase64(&cursor.0).ok_or_else(broken)?;
        let (body, given) = bytes.split_last_chunk::<TAG>().ok_or_else(broken)?;
        let (kind, rest) = body.split_first().ok_or_else(broken)?;
        match (*kind, secret) {
            (PLAIN, None) | (SIGNED, Some(_)) => {}
            (PLAIN, Some(_)) => return Err(fail("it is not signed")),
            (SIGNED, None) => return Err(fail("it is signed, and this query has no key")),
            _ => return Err(broken()),
        }
        let differs = tag(body, secret).iter().zip(given).fold(0, |differs, (a, b)| differs | (a ^ b));
        if differs != 0 {
            return Err(broken());
        }
        let (theirs, rest) = rest.split_first_chunk::<SHAPE>().ok_or_else(broken)?;
        if *theirs != shape {
            return Err(fail("it comes from another query, another order or another filter"));
        }
        let (nanoseconds, rest) = rest.split_first_chunk::<8>().ok_or_else(broken)?;
        let (logical, mut rest) = rest.split_first_chunk::<4>().ok_or_else(broken)?;
        let time = Hlc::new(u64::from_be_bytes(*nanoseconds), u32::from_be_bytes(*logical));
        let as_of = Some(time).filter(|time| *time != NO_TIME);
        if rest.is_empty() {
            return Ok(Self { as_of, values: None });
        }
        let mut read = Vec::with_capacity(values);
        for _ in 0..values {
            let (length, left) = rest.split_first_chunk::<4>().ok_or_else(broken)?;
            let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| broken())?;
            rest = left;
            let value = match length.checked_sub(1) {
                None => None,
                Some(length) => {
                    let (value, left) = rest.split_at_checked(length).ok_or_else(broken)?;
                    rest = left;
                    Some(value.to_vec())
                }
            };
            read.push(value);
        }
        if !rest.is_empty() {
            return Err(broken());
        }
        Ok(Self { as_of, values: Some(read) })
    }
}

fn first<const N: usize>(digest: &[u8]) -> [u8; N] {
    std::array::from_fn(|i| digest.get(i).copied().unwrap_or_default())
}

fn tag(bytes: &[u8], secret: Option<&Secret>) -> [u8; TAG] {
    match secret {
        None => first(&Sha256::digest(bytes)),
        Some(secret) => first(&hmac(&secret.0, bytes)),
    }
}

/// HMAC-SHA-256 (RFC 2104).
fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    const BLOCK: usize = 64;
    let digest: [u8; 32];
    let key = if key.len() > BLOCK {
        digest = first(&Sha256::digest(key));
        &digest[..]
    } else {
        key
    };
    let padded =
        |with: u8| -> [u8; BLOCK] { std::array::from_fn(|i| key.get(i).copied().unwrap_or_default() ^ with) };
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(message).finalize();
    first(&Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize())
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Base64 for URLs, without padding (RFC 4648, section 5).
fn base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let all =
            chunk.iter().fold(0_u32, |all, byte| all << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for i in 0..=chunk.len() {
            let six = (all >> (18 - 6 * i) & 63) as usize;
            out.push(char::from(ALPHABET.get(six).copied().unwrap_or_default()));
        }
    }
    out
}

/// `None` for what [`base64`] does not write.
fn unbase64(text: &str) -> Option<Vec<u8>> {
    if text.len() > LONGEST {
        return None;
    }
    let mut out = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for chunk in text.as_bytes().chunks(4) {
        let mut all = 0_u32;
        for byte in chunk {
            let six = ALPHABET.iter().position(|known| known == byte)?;
            all = all << 6 | u32::try_from(six).ok()?;
        }
        all <<= 6 * (4 - chunk.len());
        let length = chunk.len().checked_sub(1).filter(|length| *length > 0)?;
        let [_, bytes @ ..] = all.to_be_bytes();
        // What is left over is zero: each value has one text.
        if bytes.iter().skip(length).any(|byte| *byte != 0) {
            return None;
        }
        out.extend(bytes.iter().take(length));
    }
    Some(out)
}

/// See `crate::__fuzz::cursor`.
#[cfg(any(fuzzing, test))]
pub(crate) fn fuzz_cursor(data: &[u8]) {
    let label = Label { verb: "select", table: None };
    let shape = shape("SELECT");
    let Some((choice, data)) = data.split_first() else { return };
    let secret = (choice & 1 == 1).then(|| Secret(data.iter().copied().take(8).collect()));
    // Whatever a client sends.
    let text = Cursor(String::from_utf8_lossy(data).into_owned());
    assert!(
        Place::read(&text, shape, usize::from(choice >> 4), secret.as_ref(), label).is_err()
            || data.len() > 20
    );
    // What was written: values cut out of the data by its own bytes.
    let mut values = Vec::new();
    let mut rest = data;
    while let Some((length, left)) = rest.split_first() {
        let value = usize::from(*length).min(left.len());
        values.push((*length != 0).then(|| left[..value].to_vec()));
        rest = &left[value..];
    }
    let count = values.len();
    // An end of the rows has no values.
    let values = (count > 0).then_some(values);
    let place = Place { as_of: (choice & 2 == 2).then_some(Hlc::new(7, 3)), values };
    let written = place.write(shape, secret.as_ref());
    let read = |cursor: &Cursor| Place::read(cursor, shape, count, secret.as_ref(), label);
    assert_eq!(read(&written).ok().as_ref(), Some(&place));
    // What was changed in one place.
    let mut bytes = unbase64(written.as_str()).unwrap_or_default();
    let at = data
        .iter()
        .fold(usize::from(*choice), |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(*byte)));
    let at = at % bytes.len();
    bytes[at] ^= (choice >> 2).max(1);
    assert!(read(&Cursor(base64(&bytes))).is_err(), "byte {at} was changed");
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LABEL: Label = Label { verb: "select", table: None };

    fn secret(text: &str) -> Secret {
        Secret(text.as_bytes().into())
    }

    #[test]
    fn hmac_is_that_of_rfc_4231() {
        let hex =
            |bytes: &[u8; 32]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
        assert_eq!(
            hex(&hmac(b"Jefe", b"what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            hex(&hmac(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn base64_is_that_of_rfc_4648() {
        for (bytes, text) in [
            (&b""[..], ""),
            (b"f", "Zg"),
            (b"fo", "Zm8"),
            (b"foo", "Zm9v"),
            (b"foob", "Zm9vYg"),
            (&[0xfb, 0xff], "-_8"),
        ] {
            assert_eq!(base64(bytes), text);
            assert_eq!(unbase64(text).as_deref(), Some(bytes));
        }
        for none in ["Zg==", "Z", "Zh", "Zm9", "Zm+v", "\u{e9}Zm9v"] {
            assert_eq!(unbase64(none).filter(|bytes| base64(bytes) == none), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn a_cursor_comes_back_and_a_changed_one_does_not(
            values in proptest::collection::vec(proptest::option::of(proptest::collection::vec(any::<u8>(), 0..40)), 0..5),
            as_of in proptest::option::of((1_u64.., any::<u32>()).prop_map(|(time, logical)| Hlc::new(time, logical))),
            signed in any::<bool>(),
            at in any::<prop::sample::Index>(),
            with in 0_usize..64,
        ) {
            let key = signed.then(|| secret("a key of sixteen bytes or more"));
            let count = values.len();
            let place = Place { as_of, values: Some(values).filter(|values| !values.is_empty()) };
            let cursor = place.write(shape("q"), key.as_ref());
            let read = |cursor: &Cursor, q, key: Option<&Secret>| Place::read(cursor, shape(q), count, key, LABEL);
            prop_assert_eq!(read(&cursor, "q", key.as_ref()).unwrap(), place);
            prop_assert!(read(&cursor, "r", key.as_ref()).unwrap_err().is_invalid_cursor());
            prop_assert!(read(&cursor, "q", Some(&secret("another key, as long as it has to be"))).is_err());
            let mut text = cursor.0.clone().into_bytes();
            let at = at.index(text.len());
            let old = std::mem::replace(&mut text[at], ALPHABET[with]);
            if old != ALPHABET[with] {
                let changed = Cursor(String::from_utf8(text).unwrap());
                prop_assert!(read(&changed, "q", key.as_ref()).unwrap_err().is_invalid_cursor());
            }
        }

        #[test]
        fn any_text_is_a_cursor_or_an_error(text in ".{0,80}") {
            let _ = Place::read(&Cursor(text), shape("q"), 2, None, LABEL);
        }
    }
}
