//! The words of a text of the caller's own.

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'s> {
    /// A keyword, a name without quotes, or a number.
    Word(&'s str),
    /// A name in double quotes, as it stands between them.
    Quoted(&'s str),
    /// A text in quotes of any other kind.
    Text,
    /// Any other sign.
    Sign(char),
}

impl Token<'_> {
    /// Whether it is this keyword.
    pub(super) fn is(self, keyword: &str) -> bool {
        matches!(self, Self::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    /// Whether it names this function or schema, whose name is in lower case.
    pub(super) fn names(self, name: &str) -> bool {
        self.is(name) || self == Token::Quoted(name)
    }
}

/// The parts of a text, without blanks and comments.
pub(super) fn tokens(sql: &str) -> Tokens<'_> {
    Tokens { rest: sql }
}

/// See [`tokens`].
pub(super) struct Tokens<'s> {
    rest: &'s str,
}

impl<'s> Iterator for Tokens<'s> {
    type Item = Token<'s>;

    fn next(&mut self) -> Option<Token<'s>> {
        loop {
            self.rest = self.rest.trim_start();
            if let Some(comment) = self.rest.strip_prefix("--") {
                self.rest = comment.split_once('\n').map_or("", |(_, rest)| rest);
            } else if let Some(comment) = self.rest.strip_prefix("/*") {
                self.rest = after_comment(comment);
            } else {
                break;
            }
        }
        let first = self.rest.chars().next()?;
        match first {
            '\'' => {
                self.skip_text(false);
                Some(Token::Text)
            }
            '"' => {
                let inner = &self.rest[1..];
                let end = inner.find('"').unwrap_or(inner.len());
                self.rest = inner.get(end + 1..).unwrap_or("");
                Some(Token::Quoted(&inner[..end]))
            }
            '$' => Some(self.dollar()),
            _ if is_letter(first) => {
                let end = self.rest.find(|c| !is_letter(c) && c != '$').unwrap_or(self.rest.len());
                let word = &self.rest[..end];
                self.rest = &self.rest[end..];
                if self.rest.starts_with('\'') && word.eq_ignore_ascii_case("e") {
                    self.skip_text(true);
                    return Some(Token::Text);
                }
                Some(Token::Word(word))
            }
            _ => {
                self.rest = &self.rest[first.len_utf8()..];
                Some(Token::Sign(first))
            }
        }
    }
}

impl<'s> Tokens<'s> {
    /// Skips a text in single quotes. A quote that is doubled begins it anew, which comes to the same.
    fn skip_text(&mut self, escapes: bool) {
        let mut signs = self.rest.char_indices().skip(1);
        while let Some((at, sign)) = signs.next() {
            if escapes && sign == '\\' {
                signs.next();
            } else if sign == '\'' {
                self.rest = &self.rest[at + 1..];
                return;
            }
        }
        self.rest = "";
    }

    /// `$tag$ .. $tag$`, or a placeholder.
    fn dollar(&mut self) -> Token<'s> {
        let inner = &self.rest[1..];
        let end = inner.find(|c| !is_letter(c)).unwrap_or(inner.len());
        let tagged = inner[end..].starts_with('$') && !inner.starts_with(|c: char| c.is_ascii_digit());
        if !tagged {
            self.rest = inner;
            return Token::Sign('$');
        }
        let tag = &self.rest[..end + 2];
        let body = &self.rest[end + 2..];
        self.rest = body.find(tag).map_or("", |at| &body[at + tag.len()..]);
        Token::Text
    }
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii()
}

/// What follows a comment, which may hold others.
pub(super) fn after_comment(mut rest: &str) -> &str {
    let mut depth = 1;
    while depth > 0 {
        match (rest.find("*/"), rest.find("/*")) {
            (Some(end), Some(start)) if start < end => {
                depth += 1;
                rest = &rest[start + 2..];
            }
            (Some(end), _) => {
                depth -= 1;
                rest = &rest[end + 2..];
            }
            (None, _) => return "",
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::{Token, tokens};

    #[test]
    fn what_is_quoted_is_no_word() {
        for (sql, words) in [
            ("SELECT 'a b' c", &["SELECT", "c"][..]),
            ("SELECT E'it\\'s x' || e", &["SELECT", "e"]),
            ("a -- b\n/* c /* d */ */ e", &["a", "e"]),
            ("$$ a $$ b $t$ c $$ $t$ d $1", &["b", "d", "1"]),
            ("x$1 \"y\" 'z", &["x$1"]),
            ("größe \u{2003}é", &["größe", "é"]),
            ("$", &[]),
            ("\"", &[]),
            ("/* a", &[]),
        ] {
            let found: Vec<&str> = tokens(sql)
                .filter_map(|token| match token {
                    Token::Word(word) => Some(word),
                    _ => None,
                })
                .collect();
            assert_eq!(found, words, "{sql}");
        }
    }
}
