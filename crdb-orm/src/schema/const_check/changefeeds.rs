//! Changefeeds of a table.

use crate::schema::{ChangefeedDef, TableDef};

/// Refuses a changefeed that the server would refuse on this table.
#[track_caller]
pub const fn changefeed(feed: &ChangefeedDef<'static>, table: &'static TableDef) {
    if let Some(mistake) = feed.mistake_on(table) {
        mistake.fail();
    }
}

/// Refuses the options and the sink of a changefeed.
#[track_caller]
pub const fn changefeed_options(feed: &ChangefeedDef<'static>, table: &'static TableDef) {
    if let Some(mistake) = feed.mistake_of_options(table) {
        mistake.fail();
    }
}

/// Refuses the projection of a CDC query.
#[track_caller]
pub const fn changefeed_select(feed: &ChangefeedDef<'static>, table: &'static TableDef) {
    if let Some(query) = &feed.query
        && let Some(mistake) = query.mistake_of_projection(table)
    {
        mistake.fail();
    }
}

/// Refuses the filter of a CDC query.
#[track_caller]
pub const fn changefeed_filter(feed: &ChangefeedDef<'static>, table: &'static TableDef) {
    if let Some(query) = &feed.query
        && let Some(mistake) = query.mistake_of_filter(table)
    {
        mistake.fail();
    }
}

/// The same for all changefeeds of a table.
#[track_caller]
pub(in crate::schema) const fn changefeeds(table: &'static TableDef) {
    let mut i = 0;
    while i < table.changefeeds.len() {
        changefeed(&table.changefeeds[i], table);
        i += 1;
    }
}
