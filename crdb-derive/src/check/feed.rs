//! Changefeeds: the fields that they name.

use super::Columns;
use crate::errors::Errors;
use crate::model::Feed;
use crate::parse::{FeedAttr, FeedOption, FeedSink};

pub(super) fn check(all: Vec<FeedAttr>, columns: &Columns, errors: &mut Errors) -> Vec<Feed> {
    all.into_iter().map(|feed| one(feed, columns, errors)).collect()
}

fn one(feed: FeedAttr, columns: &Columns, errors: &mut Errors) -> Feed {
    if let FeedSink::Uri(uri) = &feed.into
        && uri.value.contains('\0')
    {
        errors.add(uri.span, "a sink cannot hold a NUL");
    }
    let option = |option| match option {
        FeedOption::Column(variant, field) => {
            columns.find(&field, errors).map(|(_, column)| FeedOption::Text(variant, column))
        }
        other => Some(other),
    };
    let options = feed.options.into_iter().filter_map(option).collect();
    Feed { span: feed.span, into: feed.into, options, select: feed.select, filter: feed.filter }
}
