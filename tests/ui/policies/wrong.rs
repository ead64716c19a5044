use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(policy(a, using = "true"), policy(a, check = "true"))]
struct NotApplied {
    #[crdb(primary_key)]
    id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(row_level_security = on)]
#[crdb(policy(none))]
#[crdb(policy(insert, for = insert, using = "true"))]
#[crdb(policy(select, for = select, using = "true", check = "true"))]
#[crdb(policy(upsert, for = upsert, using = "true"))]
#[crdb(policy(to, to(), usnig = "true"))]
#[crdb(policy())]
struct Wrong {
    #[crdb(primary_key)]
    id: Uuid,
}

fn main() {}
