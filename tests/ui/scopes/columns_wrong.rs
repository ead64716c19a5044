use crdb_orm::prelude::*;

#[derive(CrdbTable)]
struct Twice {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(tenant)]
    tenant_id: Uuid,
    #[crdb(tenant)]
    other_id: Uuid,
    #[crdb(soft_delete)]
    deleted_at: Option<DateTime<Utc>>,
    #[crdb(soft_delete)]
    removed_at: Option<DateTime<Utc>>,
}

#[derive(CrdbTable)]
struct Nobodys {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(tenant)]
    tenant_id: Option<Uuid>,
    #[crdb(soft_delete)]
    deleted_at: DateTime<Utc>,
}

#[derive(CrdbTable)]
struct Made {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(tenant, default = 1)]
    tenant_id: i64,
    #[crdb(soft_delete, default = now())]
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(CrdbTable)]
struct Both {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(tenant, soft_delete)]
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(CrdbTable)]
struct Valued {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(tenant = "id")]
    tenant_id: Uuid,
    #[crdb(soft_deleted)]
    deleted_at: Option<DateTime<Utc>>,
}

fn main() {}
