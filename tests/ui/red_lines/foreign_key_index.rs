use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(primary_key(city, id))]
struct User {
    city: String,
    id: Uuid,
}

// A partial index does not serve, nor one that begins with something else.
#[derive(CrdbTable)]
#[crdb(index(on(owner), filter = "size > 0"), index(on(size, owner)))]
#[crdb(foreign_key(city, rider, references = User))]
struct Ride {
    #[crdb(primary_key)]
    id: Uuid,
    city: String,
    rider: Uuid,
    size: i64,
    #[crdb(references = Ride)]
    owner: Uuid,
}

fn main() {}
