use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(unique(city, name), index(on(code), unique, filter = "code != ''"), index(on("lower(name)"), unique))]
struct Club {
    #[crdb(primary_key)]
    id: i64,
    city: String,
    name: String,
    code: String,
    #[crdb(unique)]
    number: i64,
}

#[derive(CrdbTable)]
#[crdb(index(on(city, code)))]
#[crdb(foreign_key(city, code, references = Club, key = (Club::CITY, Club::CODE)))]
struct Member {
    #[crdb(primary_key)]
    id: i64,
    // Only together with the name it is unique.
    #[crdb(references(Club, key = Club::CITY))]
    city: String,
    // Some rows are not in the index.
    #[crdb(references(Club, key = Club::CODE), index)]
    code: String,
    #[crdb(references(Club, key = Club::NUMBER), index)]
    number: String,
}

// A relation goes by the primary key.
#[derive(CrdbTable)]
#[crdb(has_many(guests = Guest::HOST))]
struct Host {
    #[crdb(primary_key)]
    id: i64,
    #[crdb(unique)]
    name: String,
}

#[derive(CrdbTable)]
struct Guest {
    #[crdb(primary_key)]
    id: i64,
    #[crdb(references(Host, key = Host::NAME), index)]
    host: String,
}

fn main() {}
