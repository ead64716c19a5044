use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(zone(copy_from_parent(replicas)))]
#[crdb(zone(index = t_name_idx, gc_ttl_seconds = 60))]
#[crdb(zone(index = t_nam_key, gc_ttl_seconds = 60))]
#[crdb(table = "t")]
struct Names {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(unique)]
    name: String,
}

#[derive(CrdbTable)]
#[crdb(zone(num_replicas = 3, copy_from_parent(num_replicas)))]
struct Both {
    #[crdb(primary_key)]
    id: Uuid,
}

fn main() {}
