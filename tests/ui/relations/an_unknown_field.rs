use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(table = "employees", belongs_to(boss = manager_id))]
struct Employee {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(references = Employee, index)]
    manager: Option<Uuid>,
}

#[derive(CrdbTable)]
#[crdb(table = "teams", has_many(members = Employee::TEAM_ID))]
struct Team {
    #[crdb(primary_key)]
    id: Uuid,
}

fn main() {
    let _ = Employee::ID;
}
