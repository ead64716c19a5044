use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(table = "users")]
#[crdb(index(by_name, on(name)), index(by_email, on(email), unique))]
struct User {
    #[crdb(primary_key)]
    id: Uuid,
    email: String,
    name: String,
}

async fn insert(db: &Database) {
    let user = || User::insert().email("e").name("n").build();
    let _ = user().on_conflict(User::BY_EMAIL).do_nothing().exec(db).await;
    // An index that is not unique tells no row from another.
    let _ = user().on_conflict(User::BY_NAME).do_nothing().exec(db).await;
    // A target is a column, and no text.
    let _ = user().on_conflict("email").do_nothing().exec(db).await;
}

fn main() {}
