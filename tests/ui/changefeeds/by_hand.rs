use crdb_orm::Schema;
use crdb_orm::schema::{
    CdcQuery, ChangefeedDef, ChangefeedOption, ColumnDef, ColumnType, Envelope, KeyPart, PrimaryKeyDef, Sink,
    TableDef, TypeName,
};

const TABLE: TableDef = TableDef::new(
    TypeName::new("t"),
    &[ColumnDef::new("id", ColumnType::Uuid)],
    PrimaryKeyDef::new(&[KeyPart::asc("id")]),
);

const TWICE: ChangefeedDef<'static> =
    ChangefeedDef::new("kafka://b", &[ChangefeedOption::Updated, ChangefeedOption::Updated]);

const ENVELOPE: ChangefeedDef<'static> =
    ChangefeedDef::to(Sink::uri("s3://b"), &[ChangefeedOption::Envelope(Envelope::KeyOnly)]);

const QUERY: ChangefeedDef<'static> =
    ChangefeedDef::sinkless(&[]).query(CdcQuery::select("sum(total)"));

const NO_COLUMN: Schema = Schema::new("app").tables(&[&TABLE.changefeeds(&[
    ChangefeedDef::new("kafka://b", &[]).query(CdcQuery::select("total")),
])]);

fn main() {
    let _ = (TWICE, ENVELOPE, QUERY, NO_COLUMN);
}
