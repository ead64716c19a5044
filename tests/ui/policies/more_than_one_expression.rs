use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(row_level_security, policy(open, using = "(true"), policy(two, using = "true); DROP TABLE users; --"))]
struct Wrong {
    #[crdb(primary_key)]
    id: Uuid,
}

fn main() {}
