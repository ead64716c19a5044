//! What the server gives a column beside its default, and collations.

use super::red_lines::{Allows, unless};
use super::sql_name;
use crate::errors::Errors;
use crate::parse::{FieldAst, FieldAttrs};

/// Attributes that do not go together, or that need to be allowed.
pub(super) fn check(
    field: &FieldAst,
    attrs: &FieldAttrs,
    allows: &Allows<'_>,
    in_key: bool,
    errors: &mut Errors,
) {
    let name = &field.ident;
    if let Some(collate) = &attrs.collate {
        sql_name("a collation", Some(collate), errors);
        if in_key {
            errors.add(
                collate.span,
                format!(
                    "`{name}` is part of the primary key, and a row is found by a key without a collation"
                ),
            );
        }
    }
    if let Some(value) = &attrs.set_on_update {
        if attrs.computed.is_some() {
            errors.add(value.span, format!("`{name}` is computed, so an update cannot set it"));
        }
        if let Some((action, span)) = attrs.on_update
            && !matches!(action, "NoAction" | "Restrict")
        {
            errors
                .add(span, format!("`{name}` has an expression of its own for updates: only one can set it"));
        }
    }
    let Some(identity) = &attrs.identity else { return };
    if !allows.has("identity", &attrs.allows) {
        errors.add(
            identity.span,
            unless(
                "identity",
                "an identity is a counter that every insert waits for, and numbers that follow each other make a hot \
                 range: use a `Uuid`, or `default = unordered_unique_rowid()`",
            ),
        );
    }
    for (what, given) in [
        ("default", attrs.default.is_some()),
        ("computed", attrs.computed.is_some()),
        ("on_update", attrs.set_on_update.is_some()),
    ] {
        if given {
            errors.add(identity.span, format!("`{name}` is an identity, so it cannot have `{what}`, too"));
        }
    }
    if identity.always && in_key {
        errors.add(
            identity.span,
            format!(
                "`{name}` is part of the primary key: with `identity(always)` no row could be inserted under its own \
                 key; use `identity`"
            ),
        );
    }
}
