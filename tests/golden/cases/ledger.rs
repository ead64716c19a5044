//! The ledger of keys.

use crdb_orm::Ledger;

use super::{Case, case, regions};

pub(super) const CASES: &[Case] =
    &[case("ledger", &[Ledger::TABLE]), regions("ledger_regional", &[Ledger::TABLE_IN_PRIMARY_REGION])];
