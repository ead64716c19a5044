use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(table = "employees", belongs_to(manager = manager), has_many(reports = Self::MANAGER, reports = Self::MANAGER))]
#[crdb(has_many(table = Self::MANAGER))]
struct Employee {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(references = Employee, index)]
    manager: Option<Uuid>,
}

fn main() {
    let _ = (Employee::ID, Employee::REPORTS);
}
