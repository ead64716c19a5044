//! A name that tries to break out stays a name in every statement: two structs of one shape, one with plain names, send
//! statements whose syntax trees are the same but for the names.

use std::collections::BTreeMap;

use crdb_orm::prelude::*;

use crate::parser::{Parsed, Parser};

/// A module with the tables, and the statements about them.
macro_rules! tables {
    ($module:ident, $schema:literal, $table:literal, $key:literal, $text:literal, $number:literal, $mood:literal,
     $moods:literal, $label:literal, $others:literal, $reference:literal) => {
        mod $module {
            use super::*;

            #[derive(CrdbEnum, Debug, Clone, Copy, PartialEq)]
            #[crdb(name = $moods, schema = $schema)]
            pub(super) enum Mood {
                #[crdb(rename = $label)]
                Good,
                Bad,
            }

            #[derive(CrdbTable, Debug, Clone)]
            #[crdb(table = $table, schema = $schema, has_many(others = Other::THING_ID))]
            pub(super) struct Thing {
                #[crdb(primary_key, column = $key)]
                pub(super) id: Uuid,
                #[crdb(column = $text, unique)]
                pub(super) text: String,
                #[crdb(column = $number)]
                pub(super) number: Option<i64>,
                #[crdb(column = $mood, default = Mood::Good)]
                pub(super) mood: Mood,
            }

            #[derive(CrdbTable, Debug, Clone)]
            #[crdb(table = $others, index(on(thing_id)))]
            pub(super) struct Other {
                #[crdb(primary_key, column = $key)]
                pub(super) id: Uuid,
                #[crdb(references = Thing, column = $reference)]
                pub(super) thing_id: Uuid,
            }

            pub(super) const NAMES: [&str; 10] =
                [$schema, $table, $key, $text, $number, $mood, $moods, $label, $others, $reference];

            pub(super) fn statements() -> Vec<String> {
                let id = Uuid::nil();
                let row = || Thing::insert().text("t").number(1).mood(Mood::Bad);
                let thing = Thing { id, text: "t".into(), number: None, mood: Mood::Good };
                vec![
                    Thing::filter(Thing::TEXT.eq("x").and(Thing::MOOD.eq(Mood::Good))).to_sql(),
                    Thing::filter(Thing::NUMBER.is_null().or(Thing::NUMBER.gt(1)))
                        .order_by(Thing::TEXT.desc())
                        .limit(5)
                        .to_sql(),
                    row().build().to_sql(),
                    row().build().on_conflict(Thing::TEXT).do_update().to_sql(),
                    Thing::insert_many([row(), row()]).to_sql().expect("rows"),
                    Thing::update(id)
                        .set(Thing::TEXT, "y")
                        .set(Thing::MOOD, Mood::Good)
                        .to_sql()
                        .expect("a change"),
                    Thing::update_many([&thing]).to_sql().expect("a row"),
                    Thing::delete(id).to_sql(),
                    Thing::filter(Thing::MOOD.eq(Mood::Bad)).delete().to_sql().expect("a filter"),
                    Other::filter(Other::THING_ID.eq(id)).to_sql(),
                ]
            }
        }
    };
}

tables!(plain, "wsw", "wtw", "wkw", "wxw", "wnw", "wmw", "wew", "wlw", "wow", "wrw");
tables!(hostile, "s\"; --", "T'\\", "k\"\"", "x) $1", "n/*", "m\n", "e$$'", "l'\\\"", "select", "r\u{fc} AS");

#[test]
fn a_name_stays_a_name_in_every_statement() {
    let Some(parser) = Parser::build("a_name_stays_a_name_in_every_statement") else { return };
    let names: BTreeMap<&str, &str> = plain::NAMES.into_iter().zip(hostile::NAMES).collect();
    let read = |sql: &str| {
        let mut all = parser.read(sql).unwrap_or_else(|error| panic!("{error}: {sql}"));
        assert_eq!(all.len(), 1, "{sql}");
        all.remove(0)
    };
    let mut seen = 0;
    for (plain, hostile) in plain::statements().iter().zip(hostile::statements()) {
        let (expected, found): (Parsed, Parsed) = (read(plain), read(&hostile));
        assert_eq!((&found.kind, found.placeholders), (&expected.kind, expected.placeholders), "{hostile}");
        assert_eq!(found.leaves.len(), expected.leaves.len(), "{hostile}\n{plain}");
        for ((place, text), (other, word)) in found.leaves.iter().zip(&expected.leaves) {
            let name = names.get(word.as_str());
            seen += usize::from(name.is_some());
            assert_eq!((place, text.as_str()), (other, name.copied().unwrap_or(word)), "{hostile}\n{plain}");
        }
    }
    assert!(seen > 60, "only {seen} names were seen");
}
