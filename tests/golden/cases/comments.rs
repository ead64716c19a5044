//! Comments.

use crdb_orm::schema::{ColumnDef, ColumnType, EnumDef, TableDef, TypeName};

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

pub(super) const CASES: &[Case] = &[case("comments", &[&SHIRTS])];
