//! Composite types. They travel as the text of their row, `(1,"a b",)`: their OIDs differ from server to server.
//!
//! Source: PostgreSQL, "Composite Type Input and Output Syntax".

use bytes::BytesMut;
use postgres_types::IsNull;

use super::{BoxError, Field, plain};

/// Writes the fields of a composite value, one after the other.
#[doc(hidden)]
#[derive(Debug)]
pub struct CompositeWriter {
    text: String,
    first: bool,
}

impl CompositeWriter {
    /// A value without fields so far.
    #[expect(clippy::new_without_default, reason = "only the derive makes one")]
    pub fn new() -> Self {
        Self { text: String::from("("), first: true }
    }

    /// Appends a field.
    ///
    /// # Errors
    /// The value cannot be encoded.
    pub fn field<F: Field>(&mut self, value: &F) -> Result<(), BoxError> {
        // The first field may be empty, so the text does not show whether there is one.
        if !std::mem::take(&mut self.first) {
            self.text.push(',');
        }
        let mut raw = BytesMut::new();
        if let IsNull::Yes = value.to_value().append(&mut raw)? {
            return Ok(());
        }
        push_quoted(&mut self.text, &plain::write(F::TYPE, &raw)?);
        Ok(())
    }

    /// The bytes of the value.
    pub fn finish(mut self, out: &mut BytesMut) {
        self.text.push(')');
        out.extend_from_slice(self.text.as_bytes());
    }
}

/// Writes a field that is not NULL: in quotes, unless nothing in it could be read otherwise.
fn push_quoted(out: &mut String, text: &str) {
    let plain = |c: char| !matches!(c, '"' | '\\' | '(' | ')' | ',') && !c.is_whitespace();
    if !text.is_empty() && text.chars().all(plain) {
        out.push_str(text);
        return;
    }
    out.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.push(c);
        }
        out.push(c);
    }
    out.push('"');
}

/// Reads the fields of a composite value, one after the other.
#[doc(hidden)]
#[derive(Debug)]
pub struct CompositeReader {
    fields: std::vec::IntoIter<Option<String>>,
}

impl CompositeReader {
    /// The fields of a value that must have so many.
    ///
    /// # Errors
    /// It is no row, or one of another number of fields.
    pub fn new(raw: &[u8], count: usize) -> Result<Self, BoxError> {
        let fields = split(std::str::from_utf8(raw)?)?;
        if fields.len() != count {
            return Err(
                format!("a composite value of {} fields, but the struct has {count}", fields.len()).into()
            );
        }
        Ok(Self { fields: fields.into_iter() })
    }

    /// The next field.
    ///
    /// # Errors
    /// It is NULL and the Rust type is not an `Option`, or it has no place in the type.
    pub fn field<F: Field>(&mut self, name: &str) -> Result<F, BoxError> {
        let fail = |why: BoxError| BoxError::from(format!("field `{name}`: {why}"));
        let text = self.fields.next().flatten();
        let raw = text.map(|text| plain::read(F::TYPE, &text)).transpose().map_err(fail)?;
        F::from_raw(raw.as_deref()).map_err(fail)
    }
}

/// The fields of `(1,"a b",)`, `None` for NULL.
fn split(text: &str) -> Result<Vec<Option<String>>, BoxError> {
    let wrong = || BoxError::from("a composite value that is no row");
    let inner = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).ok_or_else(wrong)?;
    let mut fields = Vec::new();
    let mut field: Option<String> = None;
    let mut quoted = false;
    let mut chars = inner.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.get_or_insert_default().push('"');
            }
            '"' => {
                quoted = !quoted;
                field.get_or_insert_default();
            }
            '\\' => field.get_or_insert_default().push(chars.next().ok_or_else(wrong)?),
            ',' if !quoted => fields.push(field.take()),
            c => field.get_or_insert_default().push(c),
        }
    }
    if quoted {
        return Err(wrong());
    }
    fields.push(field);
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(fields: &[Option<String>]) -> String {
        let mut writer = CompositeWriter::new();
        for field in fields {
            writer.field(field).unwrap();
        }
        let mut out = BytesMut::new();
        writer.finish(&mut out);
        String::from_utf8(out.to_vec()).unwrap()
    }

    #[test]
    fn the_text_is_that_of_the_servers() {
        let fields = |all: &[Option<&str>]| -> Vec<Option<String>> {
            all.iter().map(|field| field.map(str::to_owned)).collect()
        };
        for (values, text) in [
            (fields(&[Some("a"), None, Some("")]), r#"(a,,"")"#),
            (fields(&[None, Some("x")]), "(,x)"),
            (fields(&[None, None, None]), "(,,)"),
            (
                fields(&[Some("a b"), Some("say \"hi\""), Some("a\\b,(c)")]),
                r#"("a b","say ""hi""","a\\b,(c)")"#,
            ),
        ] {
            assert_eq!(written(&values), text);
            assert_eq!(split(text).unwrap(), values);
        }
        for wrong in ["", "(", "a,b", r#"("a)"#, r"(\)"] {
            split(wrong).unwrap_err();
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_what_is_read(
            fields in proptest::collection::vec(proptest::option::of(any::<String>()), 1..5)
        ) {
            prop_assert_eq!(split(&written(&fields)).unwrap(), fields);
        }

        #[test]
        fn no_text_makes_it_panic(text in "[(),\"\\\\a ]{0,20}") {
            let _ = split(&text);
        }
    }
}
