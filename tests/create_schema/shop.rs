//! The schema that these tests create.

use crdb_orm::Schema;
use crdb_orm::schema::{
    Allowed, ChangefeedDef, CheckDef, ColumnDef, ColumnType, DefaultValue, Dialect, EnumDef, ForeignKeyDef,
    IndexDef, KeyPart, Locality, PolicyDef, PrimaryKeyDef, RowLevelSecurity, SequenceDef, SequenceOptions,
    SequenceType, SqlObject, SurvivalGoal, TableDef, TypeName,
};

const ID: ColumnDef = ColumnDef::new("id", ColumnType::Int8);
const KEY: PrimaryKeyDef = PrimaryKeyDef::new(&[KeyPart::asc("id")]);

const STATUS: EnumDef =
    EnumDef { name: TypeName::new("order_status"), labels: &["pending", "paid"], comment: None };

const CUSTOMERS: TableDef = TableDef::new(
    TypeName::new("customers"),
    &[ID, ColumnDef::new("email", ColumnType::String).unique(), ColumnDef::new("home", ColumnType::Region)],
    KEY,
)
.locality(Locality::RegionalByRow(Some("home")));

const ORDERS: TableDef = TableDef::new(
    TypeName::new("orders").in_schema("sales"),
    &[
        ID,
        ColumnDef::new("customer", ColumnType::Int8),
        ColumnDef::new("status", ColumnType::Enum(&STATUS)).default(DefaultValue::Text("pending")),
        ColumnDef::new("total", ColumnType::Int8),
    ],
    KEY,
)
.foreign_keys(&[ForeignKeyDef::new(&["customer"], TypeName::new("customers"), &["id"])])
.checks(&[CheckDef::new("total >= 0").name("total_not_negative")])
.indexes(&[IndexDef::new(&[KeyPart::asc("customer")]).name("orders_of_customer")])
.allowed(&[Allowed::new("missing_locality", "orders are taken in one region")])
.changefeeds(&[ChangefeedDef::new("kafka://user:Kn0bel@broker:9092", &[])]);

/// Nodes of a test server are in no such regions.
pub(crate) const SHOP: Schema = Schema::new("shop")
    .regions(&["us-test1", "us-test2", "eu-test1"])
    .survive(SurvivalGoal::Region)
    .tables(&[&ORDERS, &CUSTOMERS]);

const NOTES: TableDef = TableDef::new(TypeName::new("notes"), &[ID], KEY);

/// A schema that has nothing in common with the shop.
pub(crate) const NOTEBOOK: Schema = Schema::new("notebook").tables(&[&NOTES]);

/// Its second table cannot be made.
pub(crate) const BROKEN: Schema = Schema::new("broken").tables(&[
    &NOTES,
    &TableDef::new(TypeName::new("wrong"), &[ID], KEY).checks(&[CheckDef::new("no_such_column > 0")]),
]);

/// Its second table is not even SQL.
pub(crate) const GARBLED: Schema = Schema::new("garbled").tables(&[
    &NOTES,
    &TableDef::new(TypeName::new("wrong"), &[ID], KEY).checks(&[CheckDef::new("id > > 0")]),
]);

const LEDGERS: TableDef = TableDef::new(
    TypeName::new("ledgers"),
    &[ID, ColumnDef::new("number", ColumnType::Int8).default(DefaultValue::Sql("nextval('numbers')"))],
    KEY,
)
.row_level_security(RowLevelSecurity::Enabled)
.policies(&[PolicyDef::new("small").using("id < 100")]);

/// With what is no table: a sequence, a view, a function and a trigger.
pub(crate) const BOOKS: Schema = Schema::new("books")
    .sequences(&[SequenceDef::allowed(TypeName::new("numbers"), "books are numbered")
        .of_type(SequenceType::Int4)
        .options(SequenceOptions::new().start(7))])
    .tables(&[&LEDGERS])
    .objects(&[
        SqlObject::view("CREATE VIEW \"Numbers\" AS SELECT number FROM ledgers"),
        SqlObject::trigger(
            "CREATE TRIGGER doubled BEFORE INSERT ON ledgers FOR EACH ROW EXECUTE FUNCTION twice()",
        )
        .only_on(Dialect::PostgreSql),
        SqlObject::function(
            "CREATE FUNCTION twice() RETURNS TRIGGER LANGUAGE plpgsql AS $$
             BEGIN NEW.number := NEW.number * 2; RETURN NEW; END $$",
        )
        .only_on(Dialect::PostgreSql),
    ]);
