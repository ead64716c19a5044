// What tests/ui/columns refuses of columns that the server fills, written right.
use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(allow(identity, reason = "customers read the number aloud"))]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(identity(always))]
    number: i64,
    #[crdb(default = now(), on_update = now())]
    changed_at: DateTime<Utc>,
    #[crdb(collate = "de", not_visible)]
    name: String,
}

#[derive(CrdbTable)]
struct Key {
    #[crdb(primary_key, identity, allow(identity, reason = "a table of ten rows"))]
    id: i64,
}

fn main() {
    // A number that only the sequence gives has no setter, and one that it may give can be left out.
    let sql = T::insert().name("a").build().to_sql();
    assert!(sql.starts_with("INSERT INTO t (id, name) VALUES"), "{sql}");
    assert!(!T::insert_row(&row()).to_sql().contains("number, changed_at)"));
    let _ = Key::insert().build();
}

fn row() -> T {
    T { id: Uuid::nil(), number: 1, changed_at: DateTime::UNIX_EPOCH, name: "a".to_owned() }
}
