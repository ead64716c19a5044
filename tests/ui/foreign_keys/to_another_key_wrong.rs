use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(unique(city, name), index(on(code), unique))]
struct Club {
    #[crdb(primary_key)]
    id: i64,
    city: String,
    name: String,
    code: String,
}

#[derive(CrdbTable)]
struct Other {
    #[crdb(primary_key)]
    id: i64,
    #[crdb(unique)]
    email: String,
}

#[derive(CrdbTable)]
#[crdb(index(on(city, name)))]
#[crdb(foreign_key(city, name, references = Club, key = Club::CITY))]
#[crdb(foreign_key(other, references = Other, key = Other::EMAIL, match_full), belongs_to(rival = other))]
struct Forms {
    #[crdb(primary_key)]
    id: i64,
    city: String,
    name: String,
    #[crdb(index)]
    other: String,
    #[crdb(references(Club, key = Other::EMAIL), index)]
    email: String,
    #[crdb(references(Club, keys = Club::CODE), index)]
    code: String,
    #[crdb(references(Club, key = CODE, name = ""), index)]
    bare: String,
}

fn main() {}
