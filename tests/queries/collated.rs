//! What is compared with a column of a collation has that collation, since CockroachDB compares no others.

use std::fmt::Write as _;

use crdb_orm::prelude::*;
use crdb_orm::query::Filter;
use crdb_tests::golden;

#[derive(CrdbTable, Debug)]
#[crdb(table = "words")]
#[allow(dead_code, reason = "only the texts are looked at")]
struct Word {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(collate = "de")]
    german: String,
    #[crdb(collate = "en-US-u-ks-level2")]
    code: Option<String>,
    plain: String,
}

/// In `queries/collated.sql`, which CockroachDB's own grammar reads too.
#[test]
fn a_value_beside_a_collated_column_has_its_collation() {
    let filters: Vec<Filter<Word>> = vec![
        Word::GERMAN.eq("a"),
        Word::GERMAN.ne("a").and(Word::PLAIN.ne("a")),
        Word::CODE.lt("a").or(Word::CODE.ge("b")),
        Word::CODE.between("a", "b"),
        Word::CODE.is_distinct_from(None),
        Word::CODE.is_not_distinct_from(Some("a".to_owned())),
        Word::GERMAN.eq_any(["a", "b", "c"]),
        Word::GERMAN.eq_any(["a", "b"]).and(Word::PLAIN.eq_any(["a", "b"])),
        Word::GERMAN.eq_any(Vec::<String>::new()),
        Word::GERMAN.ne_all(["a", "b"]).or(Word::PLAIN.is_null()),
        Word::GERMAN.ne_all(Vec::<String>::new()),
        // Two columns have theirs.
        Word::GERMAN.same_as(Word::GERMAN),
        Word::CODE.is_null(),
    ];
    let mut list = String::new();
    for filter in filters {
        writeln!(list, "{};", Word::filter(filter).to_sql()).expect("a line");
    }
    golden::check(&golden::path("../queries/collated.sql"), &list);
}
