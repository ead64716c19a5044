//! Where rows live in a multi-region database.

/// Where the rows of a table live.
///
/// Source: CockroachDB, "Table localities".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locality {
    /// Read fast everywhere, written slowly: `LOCALITY GLOBAL`.
    Global,
    /// The whole table in one region (the primary one when `None`): `LOCALITY REGIONAL BY TABLE`.
    RegionalByTable(Option<&'static str>),
    /// Each row in its own region: `LOCALITY REGIONAL BY ROW`, `AS` the named column when given.
    RegionalByRow(Option<&'static str>),
}

/// What a multi-region database survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SurvivalGoal {
    /// The loss of a zone.
    #[default]
    Zone,
    /// The loss of a region; needs three regions.
    Region,
}
