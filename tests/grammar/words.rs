//! Every word that the grammar knows can be a name.

use std::fmt::Write;

use crdb_orm::Target;
use crdb_orm::schema::{
    CheckDef, ColumnDef, ColumnType, DefaultValue, EnumDef, ForeignKeyDef, IndexDef, KeyPart, PrimaryKeyDef,
    TableDef, TypeName,
};

use crate::parser::Parser;

#[test]
fn every_keyword_can_be_a_name() {
    let Some(parser) = Parser::build("every_keyword_can_be_a_name") else { return };
    let words = parser.keywords();
    assert!(words.len() > 400, "too few words: {words:?}");
    let mut script = String::new();
    for word in words {
        let ddl = table(word.leak()).ddl(Target::COCKROACHDB).expect("a table of that name prints");
        writeln!(script, "{ddl}").expect("text");
    }
    parser.check_text(&script).unwrap_or_else(|error| panic!("{error}"));
}

/// A table whose names are all that word. It lives as long as the test, as a definition must.
fn table(word: &'static str) -> TableDef {
    let name = TypeName::new(word).in_schema(word);
    let def: &EnumDef = Box::leak(Box::new(EnumDef { name, labels: &["a"], comment: None }));
    let bare: &EnumDef =
        Box::leak(Box::new(EnumDef { name: TypeName::new(word), labels: &["a"], comment: None }));
    let columns = vec![
        ColumnDef::new(word, ColumnType::Enum(def)).default(DefaultValue::Text("a")).unique().comment("c"),
        ColumnDef::new("other", ColumnType::Enum(bare)).default(DefaultValue::Text("a")),
    ];
    let columns: &[ColumnDef] = columns.leak();
    let names: &[&str] = vec![word].leak();
    let parts: &[KeyPart] = vec![KeyPart::asc(word), KeyPart::desc("other")].leak();
    let indexes = vec![
        IndexDef::new(parts).name(word),
        IndexDef::new(parts).unique().hash_sharded(Some(8)).storing(names),
    ];
    TableDef::new(TypeName::new(word), columns, PrimaryKeyDef::new(parts))
        .indexes(indexes.leak())
        .checks(vec![CheckDef::new("true").name(word)].leak())
        .foreign_keys(vec![ForeignKeyDef::new(names, name, names)].leak())
        .comment("c")
}
