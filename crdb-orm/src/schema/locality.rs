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

/// Where a multi-region database keeps the replicas that do not vote.
///
/// Source: CockroachDB, "ALTER DATABASE", `PLACEMENT`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Placement {
    /// In all regions, so that each can read without waiting, a little in the past.
    #[default]
    Default,
    /// Only in the home region of the data, as laws on data may want it. Tables that are GLOBAL are in all regions
    /// nevertheless. It does not go with [`SurvivalGoal::Region`].
    Restricted,
}

/// Regions that the data of each of them never leaves, not even for a replica.
///
/// Source: CockroachDB, "ALTER DATABASE", `ADD SUPER REGION` (a preview feature).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SuperRegionDef {
    /// Its name.
    pub name: &'static str,
    /// Its regions: each is in one super region at most.
    pub regions: &'static [&'static str],
}

impl SuperRegionDef {
    /// A super region of regions.
    pub const fn new(name: &'static str, regions: &'static [&'static str]) -> Self {
        Self { name, regions }
    }
}
