use crdb_orm::Schema;
use crdb_orm::schema::{
    Allowed, ColumnDef, ColumnType, DefaultValue, ForeignKeyDef, Identity, IndexDef, KeyPart, PrimaryKeyDef, TableDef,
    TypeName,
};

const ID: ColumnDef = ColumnDef::new("id", ColumnType::Uuid);
const N: ColumnDef = ColumnDef::new("n", ColumnType::Int8);
const AT: ColumnDef = ColumnDef::new("at", ColumnType::TimestampTz);
const KEY: PrimaryKeyDef = PrimaryKeyDef::new(&[KeyPart::asc("id")]);
const BY_N: PrimaryKeyDef = PrimaryKeyDef::new(&[KeyPart::asc("n")]);
const T: TypeName = TypeName::new("t");

const FLOAT: Schema =
    Schema::new("app").tables(&[&TableDef::new(T, &[ColumnDef::new("n", ColumnType::Float8)], BY_N)]);
const JSON: Schema =
    Schema::new("app").tables(&[&TableDef::new(T, &[ColumnDef::new("n", ColumnType::Jsonb)], BY_N)]);
const COUNTER: Schema =
    Schema::new("app").tables(&[&TableDef::new(T, &[ID, N.identity(Identity::Always)], KEY)]);
const SEQUENTIAL: Schema = Schema::new("app")
    .tables(&[&TableDef::new(T, &[N.default(DefaultValue::Sql("unique_rowid()"))], BY_N)]);
const TIME: Schema = Schema::new("app")
    .tables(&[&TableDef::new(T, &[ID, AT], KEY).indexes(&[IndexDef::new(&[KeyPart::asc("at")])])]);
const UNSERVED: Schema = Schema::new("app")
    .tables(&[&TableDef::new(T, &[ID, N], KEY).foreign_keys(&[ForeignKeyDef::new(&["n"], T, &["id"])])]);
const REDUNDANT: Schema = Schema::new("app")
    .tables(&[&TableDef::new(T, &[ID], KEY).indexes(&[IndexDef::new(&[KeyPart::asc("id")])])]);
const LOOSE: Schema =
    Schema::new("app").tables(&[&TableDef::new(T, &[ID, N.default(DefaultValue::Sql("1, x INT8"))], KEY)]);

// Sharded, behind another column, or allowed, none of it is refused.
const FINE: Schema = Schema::new("app").tables(&[&TableDef::new(
    T,
    &[ID, N.default(DefaultValue::Sql("unique_rowid()")), AT],
    PrimaryKeyDef::new(&[KeyPart::asc("n")]).hash_sharded(None),
)
.indexes(&[
    IndexDef::new(&[KeyPart::asc("at")]).hash_sharded(Some(8)),
    IndexDef::new(&[KeyPart::asc("id"), KeyPart::asc("at")]),
])
.foreign_keys(&[ForeignKeyDef::new(&["at"], T, &["id"])])
.allowed(&[Allowed::new("foreign_key_index", "it is never deleted from")])]);

fn main() {
    let _ = (FLOAT, JSON, COUNTER, SEQUENTIAL, TIME, UNSERVED, REDUNDANT, LOOSE, FINE);
}
