//! The table that remembers which keys were used, and what came of them.

use std::time::Duration;

use crate::schema::{
    CheckDef, ColumnDef, ColumnType, DefaultValue, KeyPart, Locality, PrimaryKeyDef, TableDef, TtlDef,
    TypeName,
};

/// The ledger of transactions that happen exactly once.
///
/// Put [`Ledger::TABLE`] into the schema; [`Transaction::once`](crate::Transaction::once) does the rest.
///
/// ```
/// use crdb_orm::prelude::*;
/// use crdb_orm::Ledger;
///
/// const BANK: Schema = Schema::new("bank").tables(&[Ledger::TABLE]);
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Ledger;

impl Ledger {
    /// The table `crdb_orm_ledger`, of a database without regions.
    ///
    /// Its key is a hash, so its rows are spread whatever keys look like; it has no index on time, which would be a hot
    /// range.
    pub const TABLE: &'static TableDef = &TABLE;

    /// The same table in a database with regions: in the primary one, so that a key is accepted once in all of them.
    ///
    /// Put it into another region by `&Ledger::TABLE.locality(Locality::RegionalByTable(Some("us-west1")))`, but never
    /// make it regional by row: with the region in its key, one key is accepted once in every region.
    pub const TABLE_IN_PRIMARY_REGION: &'static TableDef = &TABLE.locality(Locality::RegionalByTable(None));

    /// How long a result is kept unless [`Key::keep_for`](crate::Key::keep_for) says otherwise: seven days.
    pub const KEEP: Duration = Duration::from_hours(7 * 24);

    /// The most bytes of a result unless [`Key::max_result`](crate::Key::max_result) says otherwise: 64 KiB.
    pub const MAX_RESULT: usize = 64 * 1024;

    /// The shortest time that a result may be kept.
    pub(super) const LEAST_KEEP: Duration = Duration::from_hours(1);
}

const TABLE: TableDef = TableDef::new(TypeName::new("crdb_orm_ledger"), COLUMNS, PRIMARY_KEY)
    .checks(CHECKS)
    .ttl(TtlDef::expiration("expires_at"))
    .comment("Which keys of crdb-orm transactions were used, and the results that replays return.");

const PRIMARY_KEY: PrimaryKeyDef = PrimaryKeyDef::new(&[KeyPart::asc("key")]);

const COLUMNS: &[ColumnDef] = &[
    ColumnDef::new("key", ColumnType::Bytes).comment("SHA-256 of scope and key."),
    ColumnDef::new("fingerprint", ColumnType::Bytes)
        .nullable(true)
        .comment("SHA-256 of the request; NULL where the caller gave none."),
    ColumnDef::new("state", ColumnType::String).comment(
        "claimed: its transaction has not ended, so nobody else sees it; done: committed with its result; \
         fenced: certainly not committed, and may be claimed again.",
    ),
    ColumnDef::new("result", ColumnType::Bytes)
        .nullable(true)
        .comment("What the transaction returned, as JSON."),
    ColumnDef::new("created_at", ColumnType::TimestampTz)
        .default(DefaultValue::Sql("now()"))
        .comment("When the key was first claimed."),
    ColumnDef::new("expires_at", ColumnType::TimestampTz)
        .comment("From when on the row may be deleted. Until it is, it counts."),
];

const CHECKS: &[CheckDef] = &[
    CheckDef::new("state IN ('claimed', 'done', 'fenced')").name("crdb_orm_ledger_state_check"),
    // A row that is done has a result, so nothing can be committed under a key and leave nothing to replay.
    CheckDef::new("(state = 'done') = (result IS NOT NULL)").name("crdb_orm_ledger_result_check"),
];
