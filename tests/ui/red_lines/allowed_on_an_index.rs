use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(index(on(mailbox), allow(float_key, timestamp_lead, reason = "no index has these")))]
#[crdb(index(on(other), allow(sequential_key)))]
struct Message {
    #[crdb(primary_key)]
    id: Uuid,
    mailbox: Uuid,
    #[crdb(index, default = unique_rowid(), allow(sequential_key, reason = "ten rows a day"))]
    number: i64,
    // The other index of it is allowed, and this one is not.
    #[crdb(unique, default = unique_rowid())]
    other: i64,
}

fn main() {}
