use crdb_orm::prelude::*;

#[derive(CrdbTable, Clone)]
#[crdb(changefeed(into = "kafka://b", select = "id, b"))]
#[crdb(changefeed(into = "kafka://b", select = "id FROM t, u"))]
#[crdb(changefeed(into = "kafka://b", select = "t.id, u.id"))]
#[crdb(changefeed(into = "kafka://b", select = "(SELECT 1)"))]
#[crdb(changefeed(into = "kafka://b", select = "count(*)"))]
#[crdb(changefeed(into = "kafka://b", select = "DISTINCT id"))]
#[crdb(changefeed(into = "kafka://b", select = "now()"))]
#[crdb(changefeed(into = "kafka://b", select = "gen_random_uuid()"))]
#[crdb(changefeed(into = "kafka://b", select = "unnest(list)"))]
#[crdb(changefeed(into = "kafka://b", select = "rank() OVER ()"))]
#[crdb(changefeed(into = "kafka://b", select = "f(id)"))]
#[crdb(changefeed(into = "kafka://b", select = "cdc_prev.a"))]
#[crdb(changefeed(into = "kafka://b", select = "(cdc_prev).b"))]
#[crdb(changefeed(into = "kafka://b", select = "id; DROP TABLE t"))]
#[crdb(changefeed(into = "kafka://b", select = "id -- x"))]
#[crdb(changefeed(into = "kafka://b", select = "'"))]
#[crdb(changefeed(into = "kafka://b", select = "id AS \"x"))]
#[crdb(changefeed(into = "kafka://b", select = "(id"))]
#[crdb(changefeed(into = "kafka://b", select = ""))]
#[crdb(changefeed(into = "kafka://b", select = "$1"))]
#[crdb(changefeed(into = "kafka://b", select = "*", filter = "a > 1 ORDER BY a"))]
#[crdb(changefeed(into = "kafka://b", select = "*", filter = "a > 1, a < 3"))]
#[crdb(changefeed(into = "kafka://b", select = "*", filter = "EXISTS (SELECT 1)"))]
#[crdb(changefeed(into = "kafka://b", select = "*", filter = "current_timestamp > a"))]
#[crdb(changefeed(into = "kafka://b", select = "*", filter = "note = 'x"))]
#[crdb(changefeed(into = "kafka://b", select = "*", filter = "a IN (SELECT 1)"))]
#[crdb(changefeed(into = "kafka://b", select = "*", filter = "true UNION SELECT 1"))]
#[crdb(changefeed(into = "kafka://b", select = "*", filter = "crdb_internal.node_id() = 1"))]
#[crdb(changefeed(into = "kafka://b", select = "*", filter = "Capital = 1"))]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    a: i32,
    #[crdb(column = "Capital")]
    capital: i32,
    note: String,
    list: Vec<i64>,
}

fn main() {
    let _ = T::insert();
    let _ = T::find(Uuid::nil());
    let _ = T::query().to_sql();
    let _ = T::ID;
}
