use crdb_orm::prelude::*;

#[derive(CrdbTable)]
struct Texts {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(varchar(0))]
    nothing: String,
    #[crdb(char(10485761))]
    endless: String,
    #[crdb(varchar(3), default = "long")]
    longer: String,
    #[crdb(varchar(3), string(4))]
    two: String,
    #[crdb(char(3), decimal(3, 1))]
    number: String,
    #[crdb(char(3))]
    list: Vec<String>,
    #[crdb(varchar)]
    bare: String,
}

#[derive(CrdbTable)]
struct Others {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(varchar(3))]
    number: i64,
    #[crdb(char(3))]
    other: Option<Uuid>,
}

fn main() {}
