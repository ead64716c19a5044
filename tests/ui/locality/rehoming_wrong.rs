use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(locality = global, auto_rehoming)]
struct Global {
    #[crdb(primary_key)]
    id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(locality = regional_by_row(region), auto_rehoming)]
struct Computed {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(computed = "'us-east1'::crdb_internal_region")]
    region: Region,
}

#[derive(CrdbTable)]
#[crdb(locality = regional_by_row(region), auto_rehoming)]
struct Twice {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(on_update = sql("rehome_row()::crdb_internal_region"))]
    region: Region,
}

#[derive(CrdbTable)]
#[crdb(locality = regional_by_table(""))]
struct Nameless {
    #[crdb(primary_key)]
    id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(locality = regional_by_table(1))]
struct Number {
    #[crdb(primary_key)]
    id: Uuid,
}

fn main() {}
