//! Names in the text of a picture: whatever they hold, they stay names.

use std::fmt::Write;

/// The longest text of a picture, in places.
const LONGEST: usize = 64;

/// A text as it is shown: one line, without what would hide or turn around other text, and not too long.
pub(super) fn shown(text: &str) -> String {
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        if used + width_of(c) > LONGEST - 1 {
            out.push('…');
            break;
        }
        let c = match c {
            '\n' | '\t' | '\r' => ' ',
            c if is_unsafe(c) => '\u{FFFD}',
            c => c,
        };
        used += width_of(c);
        out.push(c);
    }
    out
}

/// Control characters, marks of direction, and what is no character of XML.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
        || matches!(c, '\u{FFF9}'..='\u{FFFB}' | '\u{FFFE}' | '\u{FFFF}')
        || matches!(c, '\u{E0000}'..='\u{E0FFF}')
}

/// How many places a text takes in letters of one width. What is wide in East Asia takes two.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(width_of).sum()
}

fn width_of(c: char) -> usize {
    if matches!(c, '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE6F}' | '\u{FF00}'..='\u{FF60}' | '\u{FFE0}'..='\u{FFE6}' | '\u{1F000}'..='\u{3FFFD}')
    {
        2
    } else {
        1
    }
}

/// Writes a text into XML.
pub(super) fn push_xml(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
}

/// Writes a text between double quotes of Mermaid, where `#60;` is a character by its number.
pub(super) fn push_mermaid(out: &mut String, text: &str) {
    for c in text.chars() {
        if c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | ',' | ':' | '(' | ')' | '[' | ']' | '…')
        {
            out.push(c);
        } else {
            let _ = write!(out, "#{};", u32::from(c));
        }
    }
}
