//! The start-up parameter `options`.
//!
//! Words separated by blanks: `-c name=value`, `-cname=value` or `--name=value`; a `\` takes the next character as it
//! is. CockroachDB takes `--cluster=name`, too, to find a cluster behind a shared address
//! (<https://www.cockroachlabs.com/docs/stable/connection-parameters>).

use std::fmt;

use crate::error::{Error, Result};

/// Variables of the start-up packet, in their order.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Options(Vec<(String, String)>);

impl Options {
    /// Reads the text of the parameter.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let mut options = Self::default();
        let mut words = words(text)?.into_iter();
        while let Some(word) = words.next() {
            let pair = match word.strip_prefix("-c") {
                Some("") => words
                    .next()
                    .ok_or_else(|| Error::configuration("`options` ends with `-c` and no name=value"))?,
                Some(pair) => pair.to_owned(),
                None => {
                    match word.strip_prefix("--") {
                        Some(pair) => pair.to_owned(),
                        None => {
                            return Err(Error::configuration(
                            "`options` holds a word that begins neither with `-c` nor with `--`",
                        )
                        .with_advice("write options=-c%20name=value; a blank in a value is %5C%20 (a `\\` before it)"));
                        }
                    }
                }
            };
            let (name, value) = pair.split_once('=').ok_or_else(|| {
                Error::configuration("`options` holds a name without `=` and a value")
                    .with_advice("write options=-c%20name=value")
            })?;
            options.push(name, value)?;
        }
        Ok(options)
    }

    /// Adds one.
    pub(crate) fn push(&mut self, name: &str, value: &str) -> Result<()> {
        let fits = |c: char| c.is_ascii_alphanumeric() || "_-.:".contains(c);
        if name.is_empty() || !name.chars().all(fits) {
            return Err(Error::configuration("`options` holds a name that no variable can have"));
        }
        if value.contains('\0') {
            return Err(Error::configuration("`options` holds a NUL byte"));
        }
        self.0.push((name.to_owned(), value.to_owned()));
        Ok(())
    }

    pub(super) fn into_pairs(self) -> Vec<(String, String)> {
        self.0
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same, with the values that could be secrets hidden.
    pub(super) fn hidden(&self, hide: impl Fn(&str) -> bool) -> Self {
        let show = |name: &str, value: &str| if hide(name) { "hidden".to_owned() } else { value.to_owned() };
        Self(self.0.iter().map(|(name, value)| (name.clone(), show(name, value))).collect())
    }

    /// The text of the parameter; nothing where there are none.
    pub(crate) fn text(&self) -> Option<String> {
        let mut text = String::new();
        for (name, value) in &self.0 {
            if !text.is_empty() {
                text.push(' ');
            }
            // `cluster` and what begins with `crdb:` are known as long options alone.
            text.push_str(if name == "cluster" || name.contains(':') { "--" } else { "-c " });
            text.push_str(name);
            text.push('=');
            for c in value.chars() {
                if c.is_whitespace() || c == '\\' {
                    text.push('\\');
                }
                text.push(c);
            }
        }
        (!text.is_empty()).then_some(text)
    }
}

impl fmt::Debug for Options {
    /// Their names alone: a value may be a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

/// The words, without the escapes.
fn words(text: &str) -> Result<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c.is_whitespace() {
            words.extend(word.take());
            continue;
        }
        let c = if c == '\\' {
            chars
                .next()
                .ok_or_else(|| Error::configuration("`options` ends with a `\\` and nothing after it"))?
        } else {
            c
        };
        word.get_or_insert_default().push(c);
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_an_option_is_read() {
        let options =
            Options::parse(r" -c a=1  -cb=x\ y --c.d=\\  --cluster=blue-cow-123 -c e=").expect("options");
        let expected = [("a", "1"), ("b", "x y"), ("c.d", "\\"), ("cluster", "blue-cow-123"), ("e", "")];
        assert_eq!(options.0, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let text = options.text().expect("some");
        assert_eq!(text, r"-c a=1 -c b=x\ y -c c.d=\\ --cluster=blue-cow-123 -c e=");
        assert!(Options::parse(&text).expect("options") == options);
        assert_eq!(Options::parse("  ").expect("nothing").text(), None);
    }

    #[test]
    fn what_no_server_takes_is_refused() {
        for wrong in ["-c", "-c a", "a=1", "-d 5", "-c a=1\\", "--=1", "--a b=1", "-c a\0=1", "-c a=\0"] {
            assert!(Options::parse(wrong).expect_err(wrong).is_configuration());
        }
    }
}
