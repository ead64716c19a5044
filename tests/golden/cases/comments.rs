//! Comments.

use crdb_orm::schema::{CheckDef, ColumnDef, ColumnType, EnumDef, IndexDef, KeyPart, TableDef, TypeName};

use super::{Case, ID, KEY, case};

const SIZE: EnumDef =
    EnumDef { name: TypeName::new("size"), labels: &["s", "m"], comment: Some("How \"big\" it's.") };

const SHIRTS: TableDef = TableDef::new(
    TypeName::new("shirts"),
    &[
        ID.comment("The key."),
        ColumnDef::new("size", ColumnType::Enum(&SIZE)).comment("Two lines:\nthe second; it's 100\\%."),
        ColumnDef::new("order", ColumnType::Int4).comment("-- no comment /* here */"),
    ],
    KEY,
)
.comment("Shirts; what's worn.\n\nA second paragraph, with größe and \t a tab.");

const ORDERED: TableDef = TableDef::new(TypeName::new("shirts").in_schema("Sales"), SHIRTS.columns, KEY)
    .indexes(&[
        IndexDef::new(&[KeyPart::asc("order")]).name("By order").comment("It's for lists."),
        IndexDef::new(&[KeyPart::desc("order")]).comment("-- by size"),
    ])
    .checks(&[CheckDef::new("\"order\" > 0").comment("Counted from 1."), CheckDef::new("true").name("Yes")]);

pub(super) const CASES: &[Case] =
    &[case("comments", &[&SHIRTS]), case("comments_of_indexes_and_checks", &[&ORDERED])];
