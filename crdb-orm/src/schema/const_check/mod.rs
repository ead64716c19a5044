//! Checks that run when a crate is compiled, in free `const` items that the derive emits.
//!
//! [`fail`] joins its parts and panics, so the compiler shows one sentence at the field's span.

mod changefeeds;
mod columns;
mod defaults;
mod indexes;
mod keys;
mod red_lines;
mod relations;
mod sizes;
mod sql;
mod text;
mod types;

pub(super) use self::changefeeds::changefeeds;
pub use self::changefeeds::{changefeed, changefeed_filter, changefeed_options, changefeed_select};
pub use self::columns::{
    array_column, collated_column, composite_field, identity_column, key_column, no_default, patched_column,
    region_column, sequence_options, soft_delete_column, ttl_column, updated_at_column,
};
pub use self::defaults::{bool_default, integer_default, label_default, number_default, text_default};
pub use self::indexes::{inverted_index, vector_index};
pub(super) use self::keys::parts_eq;
pub use self::keys::{foreign_key, referenced_key, set_null};
pub use self::red_lines::{float_key, json_key, timestamp_led, unused_allow, unused_ttl_reference};
pub(crate) use self::relations::has_several_forms;
pub use self::relations::{has_many, has_one, relation_key};
pub use self::sizes::{
    bits_column, decimal_column, interval_column, precision_column, shape_column, string_column,
    vector_column,
};
pub use self::sql::{one_expression, zone};
pub(super) use self::text::list_eq;
pub(crate) use self::text::list_has;
pub use self::text::{fail, str_eq};
pub use self::types::{type_eq, type_name, type_of};
