//! Tables of projects that run on CockroachDB and have nothing to do with this one, as they have published them:
//! Omicron of Oxide (`schema/crdb/dbinit.sql`: sleds, disks, storage), `SpiceDB` (its CockroachDB datastore) and Ory Keto.
//!
//! What is written otherwise: the names of primary and foreign keys are the server's own; INT is INT8, and VARCHAR is
//! STRING.
#![allow(
    dead_code,
    clippy::struct_field_names,
    reason = "the tables are printed, and their names are others'"
)]
#![allow(clippy::duplicated_attributes, reason = "two indexes over one column are no duplicate")]

use crdb_orm::prelude::*;

use crate::cases::Case;

pub(crate) mod omicron {
    use std::net::IpAddr;

    use super::*;

    #[derive(CrdbEnum, Clone, Copy)]
    #[crdb(name = "sled_policy")]
    pub(crate) enum SledPolicy {
        InService,
        NoProvision,
        Expunged,
    }

    #[derive(CrdbEnum, Clone, Copy)]
    #[crdb(name = "sled_state")]
    pub(crate) enum SledState {
        Active,
        Decommissioned,
    }

    #[derive(CrdbTable)]
    #[crdb(check = "usable_hardware_threads BETWEEN 0 AND 4294967295")]
    #[crdb(check = "reservoir_size < usable_physical_ram", check = "port BETWEEN 0 AND 65535")]
    #[crdb(index(serial_part_revision_unique, on(serial_number, part_number, revision), unique))]
    #[crdb(index(lookup_sled_by_rack, on(rack_id, id), unique, filter = "time_deleted IS NULL"))]
    pub(crate) struct Sled {
        #[crdb(primary_key)]
        id: Uuid,
        time_created: DateTime<Utc>,
        time_modified: DateTime<Utc>,
        time_deleted: Option<DateTime<Utc>>,
        rcgen: i64,
        rack_id: Uuid,
        is_scrimlet: bool,
        #[crdb(string(63))]
        serial_number: String,
        #[crdb(string(63))]
        part_number: String,
        revision: i64,
        usable_hardware_threads: i64,
        usable_physical_ram: i64,
        reservoir_size: i64,
        ip: IpAddr,
        port: i32,
        last_used_address: IpAddr,
        sled_policy: SledPolicy,
        sled_state: SledState,
    }

    #[derive(CrdbEnum, Clone, Copy)]
    #[crdb(name = "physical_disk_kind")]
    pub(crate) enum PhysicalDiskKind {
        M2,
        U2,
    }

    #[derive(CrdbEnum, Clone, Copy)]
    #[crdb(name = "physical_disk_state")]
    pub(crate) enum PhysicalDiskState {
        Active,
        Decommissioned,
    }

    /// A disk in the rack.
    #[derive(CrdbTable)]
    #[crdb(index(
        vendor_serial_model_unique,
        on(vendor, serial, model),
        unique,
        filter = "time_deleted IS NULL AND disk_state != 'decommissioned'"
    ))]
    #[crdb(index(lookup_physical_disk_by_variant, on(variant, id), unique, filter = "time_deleted IS NULL"))]
    #[crdb(index(lookup_physical_disk_by_sled, on(sled_id, id), unique))]
    pub(crate) struct PhysicalDisk {
        #[crdb(primary_key)]
        id: Uuid,
        time_created: DateTime<Utc>,
        time_modified: DateTime<Utc>,
        time_deleted: Option<DateTime<Utc>>,
        rcgen: i64,
        #[crdb(string(63))]
        vendor: String,
        #[crdb(string(63))]
        serial: String,
        #[crdb(string(63))]
        model: String,
        variant: PhysicalDiskKind,
        sled_id: Uuid,
        disk_state: PhysicalDiskState,
    }

    #[derive(CrdbTable)]
    #[crdb(check = "port BETWEEN 0 AND 65535")]
    #[crdb(index(lookup_crucible_dataset_by_size_used, on(size_used), filter = "time_deleted IS NULL"))]
    #[crdb(index(lookup_crucible_dataset_by_zpool, on(pool_id, id), filter = "time_deleted IS NULL"))]
    #[crdb(index(lookup_crucible_dataset_by_ip, on(ip)))]
    pub(crate) struct CrucibleDataset {
        #[crdb(primary_key)]
        id: Uuid,
        time_created: DateTime<Utc>,
        time_modified: DateTime<Utc>,
        time_deleted: Option<DateTime<Utc>>,
        rcgen: i64,
        pool_id: Uuid,
        ip: IpAddr,
        port: i32,
        size_used: i64,
    }

    #[derive(CrdbTable)]
    #[crdb(primary_key(dataset_id, region_id, snapshot_id))]
    #[crdb(index(lookup_region_by_dataset, on(dataset_id, region_id)))]
    #[crdb(index(lookup_region_snapshot_by_region_id, on(region_id)))]
    #[crdb(index(lookup_region_snapshot_by_deleting, on(deleting)))]
    #[crdb(index(lookup_region_snapshot_by_snapshot_addr, on(snapshot_addr)))]
    pub(crate) struct RegionSnapshot {
        dataset_id: Uuid,
        region_id: Uuid,
        snapshot_id: Uuid,
        snapshot_addr: String,
        volume_references: i64,
        deleting: bool,
    }
}

pub(crate) mod spicedb {
    use super::*;

    #[derive(CrdbTable)]
    #[crdb(table = "namespace_config")]
    pub(crate) struct NamespaceConfig {
        #[crdb(primary_key)]
        namespace: String,
        serialized_config: Vec<u8>,
        #[crdb(default = now())]
        timestamp: NaiveDateTime,
    }

    #[derive(CrdbTable)]
    #[crdb(table = "relation_tuple")]
    #[crdb(primary_key(
        namespace,
        object_id,
        relation,
        userset_namespace,
        userset_object_id,
        userset_relation
    ))]
    #[crdb(index(
        ix_relation_tuple_by_subject,
        on(userset_object_id, userset_namespace, userset_relation, namespace, relation)
    ))]
    #[crdb(index(
        ix_relation_tuple_by_subject_relation,
        on(userset_namespace, userset_relation, namespace, relation)
    ))]
    pub(crate) struct RelationTuple {
        namespace: String,
        object_id: String,
        relation: String,
        userset_namespace: String,
        userset_object_id: String,
        userset_relation: String,
        #[crdb(default = now())]
        timestamp: NaiveDateTime,
        caveat_name: Option<String>,
        caveat_context: Option<Json<serde_json::Value>>,
    }
}

pub(crate) mod keto {
    use super::*;

    #[derive(CrdbTable)]
    #[crdb(table = "networks")]
    pub(crate) struct Network {
        #[crdb(primary_key)]
        id: Uuid,
        created_at: NaiveDateTime,
        updated_at: NaiveDateTime,
    }

    #[derive(CrdbTable)]
    #[crdb(table = "keto_relation_tuples_uuid", primary_key(shard_id, nid))]
    #[crdb(check(
        chk_keto_rt_uuid_subject_type,
        "(subject_id IS NULL AND subject_set_namespace IS NOT NULL AND subject_set_object IS NOT NULL AND \
         subject_set_relation IS NOT NULL) OR (subject_id IS NOT NULL AND subject_set_namespace IS NULL AND \
         subject_set_object IS NULL AND subject_set_relation IS NULL)"
    ))]
    #[crdb(index(
        keto_relation_tuples_uuid_subject_ids_idx,
        on(nid, namespace, object, relation, subject_id),
        filter = "subject_set_namespace IS NULL AND subject_set_object IS NULL AND subject_set_relation IS NULL"
    ))]
    #[crdb(index(
        keto_relation_tuples_uuid_subject_sets_idx,
        on(
            nid,
            namespace,
            object,
            relation,
            subject_set_namespace,
            subject_set_object,
            subject_set_relation
        ),
        filter = "subject_id IS NULL"
    ))]
    #[crdb(index(
        keto_relation_tuples_uuid_full_idx,
        on(
            nid,
            namespace,
            object,
            relation,
            subject_id,
            subject_set_namespace,
            subject_set_object,
            subject_set_relation,
            commit_time
        )
    ))]
    pub(crate) struct RelationTuple {
        shard_id: Uuid,
        #[crdb(references = Network)]
        nid: Uuid,
        #[crdb(string(200))]
        namespace: String,
        object: Uuid,
        #[crdb(string(64))]
        relation: String,
        subject_id: Option<Uuid>,
        #[crdb(string(200))]
        subject_set_namespace: Option<String>,
        subject_set_object: Option<Uuid>,
        #[crdb(string(64))]
        subject_set_relation: Option<String>,
        commit_time: NaiveDateTime,
    }
}

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "known_omicron",
        schema: Schema::new("omicron").tables(&[
            omicron::Sled::TABLE,
            omicron::PhysicalDisk::TABLE,
            omicron::CrucibleDataset::TABLE,
            omicron::RegionSnapshot::TABLE,
        ]),
    },
    Case {
        name: "known_spicedb",
        schema: Schema::new("spicedb")
            .tables(&[spicedb::NamespaceConfig::TABLE, spicedb::RelationTuple::TABLE]),
    },
    Case {
        name: "known_keto",
        schema: Schema::new("keto").tables(&[keto::Network::TABLE, keto::RelationTuple::TABLE]),
    },
];
