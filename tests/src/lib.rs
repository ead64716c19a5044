//! Shared helpers of the integration tests.

pub mod golden;
pub mod shown;
pub mod wire;
pub mod words;

use crdb_orm::schema::Allowed;

/// For tables that show how something is printed, and need not be good ones: built by hand, a table crosses no red line
/// unless it says so.
pub const SHOWN: &[Allowed] = &[
    Allowed::new("float_key", "the text is shown"),
    Allowed::new("foreign_key_index", "the text is shown"),
    Allowed::new("identity", "the text is shown"),
    Allowed::new("json_key", "the text is shown"),
    Allowed::new("missing_locality", "the text is shown"),
    Allowed::new("redundant_index", "the text is shown"),
    Allowed::new("sequential_key", "the text is shown"),
    Allowed::new("time_ordered_key", "the text is shown"),
    Allowed::new("timestamp_led", "the text is shown"),
];
