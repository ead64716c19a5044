use crdb_orm::prelude::*;

// Nobody calls it, and it is told all the same.
pub fn renamed(id: Uuid) -> Sql {
    sql!("UPDATE venues SET name = $2 WHERE id = $1", id)
}

pub fn too_many(id: Uuid) -> Sql {
    sql!("DELETE FROM venues WHERE id = $1", id, 5)
}

pub fn made(table: &str) -> Sql {
    sql!(format!("DELETE FROM {table}"))
}

fn main() {}
