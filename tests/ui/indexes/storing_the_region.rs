use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(locality = regional_by_row(region), index(on(mailbox), storing(region)))]
struct Message {
    #[crdb(primary_key)]
    id: Uuid,
    region: Region,
    mailbox: Uuid,
}

fn main() {}
