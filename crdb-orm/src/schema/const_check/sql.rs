//! SQL and zone configurations.

use super::text::fail;
use crate::schema::{ZoneConfig, sql_text};

/// Refuses a zone configuration that the server would refuse.
#[track_caller]
pub const fn zone(config: &ZoneConfig) {
    if let Some(why) = config.wrong() {
        fail(&["this zone configuration ", why]);
    }
}

/// Refuses SQL that is more or less than one expression.
#[track_caller]
pub const fn one_expression(sql: &str) {
    if let Some(why) = sql_text::not_expression(sql) {
        fail(&["this SQL ", why]);
    }
}
