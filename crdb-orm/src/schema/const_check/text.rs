//! Texts and lists of them, and the sentence that a check ends with.

const MAX: usize = 512;

/// Panics at compile time with the joined parts.
///
/// # Panics
/// Always: that is how a const item refuses to compile.
#[track_caller]
pub const fn fail(parts: &[&str]) -> ! {
    let mut text = [0_u8; MAX];
    let mut length = 0;
    let mut part = 0;
    while part < parts.len() {
        let bytes = parts[part].as_bytes();
        let mut i = 0;
        while i < bytes.len() && length < MAX {
            text[length] = bytes[i];
            length += 1;
            i += 1;
        }
        part += 1;
    }
    let (joined, _) = text.split_at(length);
    match std::str::from_utf8(joined) {
        Ok(joined) => panic!("{}", joined),
        Err(_) => panic!("the schema is wrong here (the message was cut inside a character)"),
    }
}

/// Whether two texts are equal.
pub const fn str_eq(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// Names, to be put into one sentence.
pub(super) struct List {
    bytes: [u8; 256],
    length: usize,
}

impl List {
    pub(super) const fn text(&self) -> &str {
        let (text, _) = self.bytes.split_at(self.length);
        match std::str::from_utf8(text) {
            Ok(text) => text,
            Err(_) => "..",
        }
    }

    const fn push(&mut self, text: &str) {
        let mut i = 0;
        while i < text.len() && self.length < self.bytes.len() {
            self.bytes[self.length] = text.as_bytes()[i];
            self.length += 1;
            i += 1;
        }
    }
}

/// The names, with a text between each two of them.
pub(super) const fn joined(all: &[&str], between: &str) -> List {
    let mut list = List { bytes: [0; 256], length: 0 };
    let mut i = 0;
    while i < all.len() {
        if i > 0 {
            list.push(between);
        }
        list.push(all[i]);
        i += 1;
    }
    list
}

/// Whether a name is among others.
pub(crate) const fn list_has(names: &[&str], name: &str) -> bool {
    let mut i = 0;
    while i < names.len() {
        if str_eq(names[i], name) {
            return true;
        }
        i += 1;
    }
    false
}

pub(in crate::schema) const fn list_eq(a: &[&str], b: &[&str]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if !str_eq(a[i], b[i]) {
            return false;
        }
        i += 1;
    }
    true
}
