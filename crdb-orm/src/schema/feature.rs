//! What of a schema needs which version of `CockroachDB`, as data.

use super::{ChangefeedOption, ColumnType, Envelope, IndexMethod, TableDef, Target, TtlExpiry};

/// Something in a schema that not every supported version of `CockroachDB` has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Feature {
    /// Row-level TTL by an interval.
    Ttl,
    /// Row-level TTL by an expression.
    TtlExpression,
    /// Row-level TTL whose deletes are left out of changefeeds.
    TtlWithoutChangefeeds,
    /// A table whose schema is locked.
    SchemaLocked,
    /// A comment on a type.
    TypeComment,
    /// A changefeed in the enriched envelope.
    EnrichedEnvelope,
    /// An index that no query uses.
    IndexNotVisible,
    /// An index that a part of all queries uses.
    IndexVisibility,
    /// An index of vectors.
    VectorIndex,
    /// The types `TSVECTOR` and `TSQUERY`.
    FullTextSearch,
    /// A composite type.
    CompositeType,
    /// The type `VECTOR`.
    Vector,
    /// The type `CITEXT`.
    CiText,
    /// The type `LTREE`.
    LTree,
}

impl Feature {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Ttl,
        Self::TtlExpression,
        Self::TtlWithoutChangefeeds,
        Self::SchemaLocked,
        Self::TypeComment,
        Self::EnrichedEnvelope,
        Self::IndexNotVisible,
        Self::IndexVisibility,
        Self::VectorIndex,
        Self::FullTextSearch,
        Self::CompositeType,
        Self::Vector,
        Self::CiText,
        Self::LTree,
    ];

    /// The first version that has it, such as `(24, 2)`.
    ///
    /// Source: `CockroachDB`'s release notes and the pages of each statement.
    pub const fn since(self) -> (u16, u16) {
        match self {
            Self::Ttl | Self::TtlExpression | Self::IndexNotVisible => (22, 2),
            Self::SchemaLocked | Self::FullTextSearch | Self::CompositeType => (23, 1),
            Self::IndexVisibility => (23, 2),
            Self::TtlWithoutChangefeeds => (24, 1),
            Self::TypeComment | Self::Vector => (24, 2),
            Self::EnrichedEnvelope | Self::VectorIndex => (25, 2),
            Self::CiText => (25, 3),
            Self::LTree => (25, 4),
        }
    }

    /// What it is, in a sentence.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ttl => "row-level TTL",
            Self::TtlExpression => "row-level TTL by an expression",
            Self::TtlWithoutChangefeeds => "`disable_changefeed_replication` of a row-level TTL",
            Self::SchemaLocked => "`schema_locked`",
            Self::TypeComment => "a comment on a type",
            Self::IndexNotVisible => "an index that is not visible",
            Self::IndexVisibility => "the visibility of an index",
            Self::VectorIndex => "a vector index",
            Self::FullTextSearch => "full-text search (TSVECTOR, TSQUERY)",
            Self::CompositeType => "a composite type",
            Self::Vector => "the type VECTOR",
            Self::CiText => "the type CITEXT",
            Self::LTree => "the type LTREE",
            Self::EnrichedEnvelope => "a changefeed in the enriched envelope",
        }
    }
}

/// The features of a table without which it would be another one, in no order.
pub(super) fn of(table: &TableDef) -> Vec<Feature> {
    let mut features = Vec::new();
    if let Some(ttl) = &table.ttl {
        features.push(match ttl.expiry {
            TtlExpiry::After(_) => Feature::Ttl,
            TtlExpiry::At(_) => Feature::TtlExpression,
        });
        if ttl.disable_changefeed_replication {
            features.push(Feature::TtlWithoutChangefeeds);
        }
    }
    // A server without the lock has all tables open.
    if table.schema_locked == Some(true) {
        features.push(Feature::SchemaLocked);
    }
    features.extend(table.columns.iter().filter_map(|column| of_type(&column.ty)));
    for index in table.indexes {
        match index.visibility {
            Some(fraction) if fraction <= 0.0 => features.push(Feature::IndexNotVisible),
            Some(fraction) if fraction < 1.0 => features.push(Feature::IndexVisibility),
            _ => {}
        }
        if index.method == IndexMethod::Vector {
            features.push(Feature::VectorIndex);
        }
    }
    let mut options = table.changefeeds.iter().flat_map(|feed| feed.options);
    if options.any(|option| matches!(option, ChangefeedOption::Envelope(Envelope::Enriched))) {
        features.push(Feature::EnrichedEnvelope);
    }
    features
}

/// What a type needs.
fn of_type(ty: &ColumnType) -> Option<Feature> {
    match ty {
        ColumnType::TsVector | ColumnType::TsQuery => Some(Feature::FullTextSearch),
        ColumnType::Composite(_) => Some(Feature::CompositeType),
        ColumnType::Vector => Some(Feature::Vector),
        ColumnType::CiText => Some(Feature::CiText),
        ColumnType::LTree => Some(Feature::LTree),
        ColumnType::Array(element) => of_type(element),
        _ => None,
    }
}

impl Target {
    /// Whether the target has a feature. A `CockroachDB` whose version is not said has all of them but
    /// [`Feature::TypeComment`], which is left out until it is known to be there; a `PostgreSQL` has its own comments
    /// on types and nothing else of them.
    pub const fn has(self, feature: Feature) -> bool {
        if self.is_postgresql() {
            return matches!(feature, Feature::TypeComment);
        }
        let (major, minor) = feature.since();
        match self.server_version() {
            Some(version) => version.0 > major || (version.0 == major && version.1 >= minor),
            None => !matches!(feature, Feature::TypeComment),
        }
    }
}
