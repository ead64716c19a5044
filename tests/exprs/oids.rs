//! What CockroachDB reports is what the Rust types expect, by its recorded and documented types.

use std::collections::BTreeMap;

use crdb_tests::golden;

/// The types that CockroachDB widens.
const NARROW: [u32; 5] = [21, 23, 700, 1005, 1007];

/// CockroachDB's types: of a kind and a name the OID, or `None` where it is that of the argument.
struct Known(BTreeMap<(String, String), Option<u32>>);

impl Known {
    fn read() -> Self {
        let path = golden::path("../exprs/cockroachdb.txt");
        let text = std::fs::read_to_string(&path).expect("the types of CockroachDB");
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let known = lines.map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            let [kind, name, oid, ..] = words[..] else { panic!("{line:?}") };
            ((kind.to_owned(), name.to_owned()), oid.parse().ok())
        });
        Self(known.collect())
    }

    fn get(&self, kind: &str, name: &str, sql: &str) -> Option<u32> {
        let found = self.0.get(&(kind.to_owned(), name.to_owned()));
        *found.unwrap_or_else(|| panic!("no {kind} {name:?} is in exprs/cockroachdb.txt: {sql}"))
    }

    /// The type of an expression, `None` where it follows from those inside.
    fn of(&self, sql: &str) -> Option<u32> {
        let outermost: Vec<(usize, char)> = outermost(sql);
        let last =
            |text: &str| outermost.iter().rev().map(|(at, _)| *at).find(|at| sql[*at..].starts_with(text));
        if sql.starts_with("CASE ") || sql.starts_with('$') && !sql.contains(' ') && !sql.contains("::") {
            return None;
        }
        if sql == "FALSE" || ["IS TRUE", "IS NULL", "IS NOT NULL"].iter().any(|end| sql.ends_with(end)) {
            return self.get("type", "BOOL", sql);
        }
        if let Some(at) = last("::") {
            return self.get("type", &sql[at + 2..], sql);
        }
        for operator in ["->>", "->", "#>>", "#>", "#-"] {
            if last(&format!(" {operator} ")).is_some() {
                return self.get("operator", operator, sql);
            }
        }
        // Text, an array or a document with another: it stays what it is; so does what is taken out of a document.
        if last(" || ").is_some() || last(" - ").is_some() || last("[").is_some() {
            return None;
        }
        let name: String = sql.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        let kind = if sql[name.len()..].starts_with('(') { "function" } else { "column" };
        self.get(kind, &name, sql)
    }
}

/// What stands in no parentheses, no quotes and no brackets, by place.
fn outermost(sql: &str) -> Vec<(usize, char)> {
    let (mut depth, mut quoted) = (0, false);
    let mut found = Vec::new();
    for (at, c) in sql.char_indices() {
        if c == '\'' {
            quoted = !quoted;
        }
        if depth == 0 && !quoted {
            found.push((at, c));
        }
        match c {
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
    }
    found
}

/// Whether CockroachDB's type of a line of `kinds.sql` is told, and is the one that is read.
fn fits(known: &Known, line: &str) -> Result<bool, String> {
    let (statement, expected) = line.rsplit_once("; -- ").expect("an OID");
    let expected: u32 = expected.parse().expect("a number");
    let sql = statement.strip_prefix("SELECT ").and_then(|sql| sql.rsplit_once(" FROM things"));
    let (sql, _) = sql.unwrap_or_else(|| panic!("{line}"));
    match known.of(sql) {
        Some(oid) if oid == expected => Ok(true),
        Some(oid) => Err(format!("{sql} is {oid} on CockroachDB and {expected} here")),
        // Of what it is made of; that must not be a type that CockroachDB widens on the way.
        None if NARROW.contains(&expected)
            && !sql.starts_with("CASE ")
            && !sql.starts_with('$')
            && !sql.starts_with("nullif(") =>
        {
            Err(format!("{sql} is not cast to {expected}, and CockroachDB widens it"))
        }
        None => Ok(false),
    }
}

#[test]
fn what_is_read_has_the_same_type_on_cockroachdb() {
    let known = Known::read();
    let text = std::fs::read_to_string(golden::path("../exprs/kinds.sql")).expect("every kind of expression");
    let (mut told, mut wrong) = (0, Vec::new());
    for line in text.lines() {
        match fits(&known, line) {
            Ok(is_told) => told += usize::from(is_told),
            Err(why) => wrong.push(why),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(told > 150, "only {told} are told");
}

#[test]
fn a_type_that_differs_is_told() {
    let known = Known::read();
    let fits = |line| fits(&known, line);
    assert_eq!(fits("SELECT count(*) FROM things; -- 20"), Ok(true));
    let differs = "count(*) is 20 on CockroachDB and 23 here";
    assert_eq!(fits("SELECT count(*) FROM things; -- 23"), Err(differs.to_owned()));
    // What has the type of its argument, and a cast that hides it.
    assert_eq!(fits("SELECT lag(big) FROM things; -- 20"), Ok(false));
    let widened = "lag(small) is not cast to 21, and CockroachDB widens it";
    assert_eq!(fits("SELECT lag(small) FROM things; -- 21"), Err(widened.to_owned()));
    assert_eq!(fits("SELECT lag(small)::INT2 FROM things; -- 21"), Ok(true));
    let cast = "lag(small)::INT8 is 20 on CockroachDB and 21 here";
    assert_eq!(fits("SELECT lag(small)::INT8 FROM things; -- 21"), Err(cast.to_owned()));
}
