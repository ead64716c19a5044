//! Promise: what makes no sense does not compile, and the compiler says why and what to write instead.
//!
//! `cargo xtask bless` writes the messages anew: read every line of the difference, since users will read it.

#[test]
fn mistakes_are_told_where_they_stand() {
    let cases = trybuild::TestCases::new();
    for topic in [
        "attributes",
        "changefeeds",
        "checks",
        "columns",
        "enums",
        "foreign_keys",
        "indexes",
        "keys",
        "locality",
        "newtypes",
        "queries",
        "rows",
        "schemas",
        "structs",
    ] {
        cases.compile_fail(format!("ui/{topic}/*.rs"));
    }
}

#[test]
fn what_makes_sense_compiles_whatever_the_names_and_the_lints() {
    trybuild::TestCases::new().pass("ui/pass/*.rs");
}
