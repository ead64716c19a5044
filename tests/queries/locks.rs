//! Promise: rows that are read to be locked say how, by key and by condition.

use crdb_orm::prelude::*;

use crate::tables::Item;

#[test]
fn a_lock_waits_fails_or_leaves_out_as_it_is_told() {
    let id = Uuid::nil();
    let key = "WHERE id = $1";
    for (lock, end) in [
        (Item::find(id).for_update(), " FOR UPDATE"),
        (Item::find(id).for_update().nowait(), " FOR UPDATE NOWAIT"),
        (Item::find(id).for_update().skip_locked(), " FOR UPDATE SKIP LOCKED"),
        (Item::find(id).for_share(), " FOR SHARE"),
        (Item::find(id).for_share().nowait(), " FOR SHARE NOWAIT"),
    ] {
        assert!(lock.to_sql().ends_with(&format!("{key}{end}")), "{}", lock.to_sql());
    }
    for (lock, end) in [
        (Item::filter(Item::HOT).for_update(), " FOR UPDATE"),
        (Item::filter(Item::HOT).limit(1).for_update().skip_locked(), " LIMIT $1 FOR UPDATE SKIP LOCKED"),
        (Item::filter(Item::HOT).for_share().nowait(), " FOR SHARE NOWAIT"),
    ] {
        assert!(lock.to_sql().ends_with(end), "{}", lock.to_sql());
    }
}
