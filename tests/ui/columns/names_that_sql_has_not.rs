use crdb_orm::prelude::*;

#[derive(CrdbTable, Clone)]
#[crdb(table = "")]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(column = "")]
    a: String,
    #[crdb(column = "\0")]
    b: String,
    a_name_that_is_much_longer_than_the_sixty_three_bytes_of_postgresql: String,
    #[crdb(column = "ctid")]
    c: i32,
}

fn main() {
    let _ = T::insert();
    let _ = T::find(Uuid::nil());
    let _ = T::query().to_sql();
    let _ = T::ID;
}
