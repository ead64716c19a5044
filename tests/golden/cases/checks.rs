//! CHECK constraints.

use crdb_orm::schema::{CheckDef, TableDef, TypeName};

use super::{Case, EMAIL, ID, KEY, STATUS, case};

const USERS: TableDef = TableDef::new(TypeName::new("users"), &[ID, EMAIL, STATUS], KEY);

pub(super) const CASES: &[Case] = &[
    case("check_named", &[&USERS.checks(&[CheckDef::new("email LIKE '%@%'").name("email has an at")])]),
    case(
        "check_unnamed",
        &[&USERS.checks(&[
            CheckDef::new("email != ''"),
            CheckDef::new("status != '' OR email != ''"),
            CheckDef::new("length(email) < 100").name("users_check1"),
        ])],
    ),
];
