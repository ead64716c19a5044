//! Zone configurations: how many replicas there are, where, and how long old versions of rows are kept.

/// The zone configuration of a database, a table, an index or a partition: a closed set of what can be set.
///
/// What is not set comes from the parent. In a database with regions, replicas and leases are the server's to place:
/// there, only sizes and the garbage collection can be set. Source: `CockroachDB`, "Replication controls",
/// "CONFIGURE ZONE".
///
/// ```
/// use crdb_orm::schema::{ZoneConfig, ZoneConstraints};
///
/// const FAR: ZoneConfig = ZoneConfig::new()
///     .num_replicas(5)
///     .gc_ttl_seconds(600)
///     .constraints(ZoneConstraints::PerReplica(&[(&["+region=us-east1"], 2), (&["+region=us-west1"], 1)]))
///     .lease_preferences(&[&["+region=us-east1"], &["+region=us-west1"]]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ZoneConfig {
    /// `range_min_bytes`: ranges smaller than this are merged.
    pub range_min_bytes: Option<u64>,
    /// `range_max_bytes`: ranges bigger than this are split.
    pub range_max_bytes: Option<u64>,
    /// `gc.ttlseconds`: how long old versions are kept, which bounds `AS OF SYSTEM TIME` and changefeeds that resume.
    pub gc_ttl_seconds: Option<u32>,
    /// `num_replicas`.
    pub num_replicas: Option<u16>,
    /// `num_voters`: how many of the replicas vote.
    pub num_voters: Option<u16>,
    /// `constraints`: where replicas are.
    pub constraints: Option<ZoneConstraints>,
    /// `voter_constraints`: where those are that vote.
    pub voter_constraints: Option<ZoneConstraints>,
    /// `lease_preferences`: where the leaseholder is, the first one first; each is a list of constraints.
    pub lease_preferences: &'static [&'static [&'static str]],
    /// What is taken from the parent as it is now, and kept when the parent changes.
    pub copy_from_parent: &'static [ZoneField],
}

/// What a zone configuration sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ZoneField {
    /// `range_min_bytes`.
    RangeMinBytes,
    /// `range_max_bytes`.
    RangeMaxBytes,
    /// `gc.ttlseconds`.
    GcTtlSeconds,
    /// `num_replicas`.
    NumReplicas,
    /// `num_voters`.
    NumVoters,
    /// `constraints`.
    Constraints,
    /// `voter_constraints`.
    VoterConstraints,
    /// `lease_preferences`.
    LeasePreferences,
}

impl ZoneField {
    /// Its name in SQL.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RangeMinBytes => "range_min_bytes",
            Self::RangeMaxBytes => "range_max_bytes",
            Self::GcTtlSeconds => "gc.ttlseconds",
            Self::NumReplicas => "num_replicas",
            Self::NumVoters => "num_voters",
            Self::Constraints => "constraints",
            Self::VoterConstraints => "voter_constraints",
            Self::LeasePreferences => "lease_preferences",
        }
    }
}

/// Where replicas are: each constraint is `+key=value` or `-key=value`, or an attribute of a store such as `+ssd`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ZoneConstraints {
    /// All constraints hold for all replicas.
    All(&'static [&'static str]),
    /// Constraints hold for so many replicas each; the others are anywhere.
    PerReplica(&'static [(&'static [&'static str], u16)]),
}

impl ZoneConfig {
    /// A configuration that sets nothing yet.
    pub const fn new() -> Self {
        Self {
            range_min_bytes: None,
            range_max_bytes: None,
            gc_ttl_seconds: None,
            num_replicas: None,
            num_voters: None,
            constraints: None,
            voter_constraints: None,
            lease_preferences: &[],
            copy_from_parent: &[],
        }
    }

    /// Sets the size below which ranges are merged; [`range_max_bytes`](Self::range_max_bytes) goes with it.
    #[must_use]
    pub const fn range_min_bytes(mut self, bytes: u64) -> Self {
        self.range_min_bytes = Some(bytes);
        self
    }

    /// Sets the size above which ranges are split; [`range_min_bytes`](Self::range_min_bytes) goes with it.
    #[must_use]
    pub const fn range_max_bytes(mut self, bytes: u64) -> Self {
        self.range_max_bytes = Some(bytes);
        self
    }

    /// Sets how many seconds old versions of rows are kept.
    #[must_use]
    pub const fn gc_ttl_seconds(mut self, seconds: u32) -> Self {
        self.gc_ttl_seconds = Some(seconds);
        self
    }

    /// Sets the number of replicas: 1, or 3 and more.
    #[must_use]
    pub const fn num_replicas(mut self, number: u16) -> Self {
        self.num_replicas = Some(number);
        self
    }

    /// Sets how many of the replicas vote.
    #[must_use]
    pub const fn num_voters(mut self, number: u16) -> Self {
        self.num_voters = Some(number);
        self
    }

    /// Sets where replicas are.
    #[must_use]
    pub const fn constraints(mut self, constraints: ZoneConstraints) -> Self {
        self.constraints = Some(constraints);
        self
    }

    /// Sets where the replicas that vote are; [`num_voters`](Self::num_voters) goes with it.
    #[must_use]
    pub const fn voter_constraints(mut self, constraints: ZoneConstraints) -> Self {
        self.voter_constraints = Some(constraints);
        self
    }

    /// Sets where the leaseholder is, the first one first.
    #[must_use]
    pub const fn lease_preferences(mut self, preferences: &'static [&'static [&'static str]]) -> Self {
        self.lease_preferences = preferences;
        self
    }

    /// Copies from the parent what it has now: `num_replicas = COPY FROM PARENT`. What is not set follows the parent.
    #[must_use]
    pub const fn copy_from_parent(mut self, fields: &'static [ZoneField]) -> Self {
        self.copy_from_parent = fields;
        self
    }

    /// Whether a field is copied.
    const fn copies(&self, field: ZoneField) -> bool {
        let mut i = 0;
        while i < self.copy_from_parent.len() {
            if self.copy_from_parent[i] as u8 == field as u8 {
                return true;
            }
            i += 1;
        }
        false
    }

    /// Whether a field is set, and not copied.
    const fn sets(&self, field: ZoneField) -> bool {
        match field {
            ZoneField::RangeMinBytes => self.range_min_bytes.is_some(),
            ZoneField::RangeMaxBytes => self.range_max_bytes.is_some(),
            ZoneField::GcTtlSeconds => self.gc_ttl_seconds.is_some(),
            ZoneField::NumReplicas => self.num_replicas.is_some(),
            ZoneField::NumVoters => self.num_voters.is_some(),
            ZoneField::Constraints => self.constraints.is_some(),
            ZoneField::VoterConstraints => self.voter_constraints.is_some(),
            ZoneField::LeasePreferences => !self.lease_preferences.is_empty(),
        }
    }

    /// Whether it sets what the server manages itself in a database with regions.
    ///
    /// Source: `CockroachDB`, "Replication controls", multi-region databases.
    pub(crate) const fn is_managed(&self) -> bool {
        self.num_replicas.is_some()
            || self.num_voters.is_some()
            || self.constraints.is_some()
            || self.voter_constraints.is_some()
            || !self.lease_preferences.is_empty()
            || self.copies(ZoneField::NumReplicas)
            || self.copies(ZoneField::NumVoters)
            || self.copies(ZoneField::Constraints)
            || self.copies(ZoneField::VoterConstraints)
            || self.copies(ZoneField::LeasePreferences)
    }

    /// Why the server would refuse it.
    ///
    /// Source: `CockroachDB`, `pkg/config/zonepb`, `Validate` and `ValidateTandemFields`.
    pub(crate) const fn wrong(&self) -> Option<&'static str> {
        if let Some(why) = self.wrong_values() {
            return Some(why);
        }
        self.wrong_together()
    }

    /// Why the server would refuse it, whatever stands beside it.
    pub(crate) const fn wrong_values(&self) -> Option<&'static str> {
        let sizes = self.range_min_bytes.is_some() || self.range_max_bytes.is_some();
        if !sizes && self.gc_ttl_seconds.is_none() && !self.is_managed() && self.copy_from_parent.is_empty() {
            return Some("sets nothing: set something, or leave it out");
        }
        let mut i = 0;
        while i < self.copy_from_parent.len() {
            if self.sets(self.copy_from_parent[i]) {
                return Some("sets what it copies from its parent, too: leave one out");
            }
            let mut earlier = 0;
            while earlier < i {
                if self.copy_from_parent[i] as u8 == self.copy_from_parent[earlier] as u8 {
                    return Some("copies something from its parent twice");
                }
                earlier += 1;
            }
            i += 1;
        }
        let (min, max) = (self.copies(ZoneField::RangeMinBytes), self.copies(ZoneField::RangeMaxBytes));
        match (self.range_min_bytes, self.range_max_bytes) {
            (Some(min), Some(max)) if min >= max => {
                return Some("has a `range_min_bytes` that is not less than `range_max_bytes`");
            }
            (_, Some(max)) if max < 64 << 20 => {
                return Some("has a `range_max_bytes` of less than 64 MiB (67108864)");
            }
            (Some(_), None) if !max => {
                return Some("sets one of `range_min_bytes` and `range_max_bytes`: they are set together");
            }
            (None, Some(_)) if !min => {
                return Some("sets one of `range_min_bytes` and `range_max_bytes`: they are set together");
            }
            _ => {}
        }
        if let Some(0) = self.gc_ttl_seconds {
            return Some("has a `gc_ttl_seconds` of 0: it is at least 1");
        }
        match (self.num_replicas, self.num_voters) {
            (Some(0), _) => return Some("has no replicas: `num_replicas` is 1, or 3 and more"),
            (Some(2), _) => return Some("has two replicas, which lose their quorum with one: use 3"),
            (_, Some(0)) => return Some("has no replica that votes: `num_voters` is 1, or 3 and more"),
            (_, Some(2)) => {
                return Some("has two replicas that vote, which lose their quorum with one: use 3");
            }
            (Some(all), Some(voters)) if voters > all => {
                return Some("has more replicas that vote (`num_voters`) than replicas (`num_replicas`)");
            }
            _ => {}
        }
        let mut i = 0;
        while i < self.lease_preferences.len() {
            if self.lease_preferences[i].is_empty() {
                return Some("has a lease preference that says nothing");
            }
            if let Some(why) = constraint_list(self.lease_preferences[i]) {
                return Some(why);
            }
            i += 1;
        }
        None
    }

    /// Why the server would refuse its parts together. Source: `ValidateTandemFields`.
    const fn wrong_together(&self) -> Option<&'static str> {
        if let Some(constraints) = &self.constraints
            && let Some(why) = constraints.wrong(
                self.num_replicas,
                "when `constraints` are given per replica, `num_replicas` must be set",
                "has `constraints` for more replicas than `num_replicas`",
            )
        {
            return Some(why);
        }
        if let Some(constraints) = &self.voter_constraints {
            if self.num_voters.is_none() && !self.copies(ZoneField::NumVoters) {
                return Some("sets `voter_constraints`, so it must set `num_voters`");
            }
            if let Some(why) = constraints.wrong(
                self.num_voters,
                "",
                "has `voter_constraints` for more replicas than `num_voters`",
            ) {
                return Some(why);
            }
        }
        let leases = !self.lease_preferences.is_empty();
        let voters = self.voter_constraints.is_some() || self.copies(ZoneField::VoterConstraints);
        if leases && self.num_voters.is_some() && !voters {
            return Some("sets `lease_preferences` and `num_voters`, so it must set `voter_constraints`");
        }
        let constraints = self.constraints.is_some() || self.copies(ZoneField::Constraints);
        if leases && self.num_voters.is_none() && !constraints {
            return Some("sets `lease_preferences`, so it must set `constraints`");
        }
        None
    }
}

impl ZoneConstraints {
    const fn wrong(
        &self,
        number: Option<u16>,
        without_number: &'static str,
        too_many: &'static str,
    ) -> Option<&'static str> {
        match self {
            Self::All(all) => constraint_list(all),
            Self::PerReplica(several) => {
                let (mut i, mut sum) = (0, 0_u32);
                while i < several.len() {
                    if several[i].0.is_empty() || several[i].1 == 0 {
                        return Some("has constraints that are empty, or for no replica");
                    }
                    if let Some(why) = constraint_list(several[i].0) {
                        return Some(why);
                    }
                    sum += several[i].1 as u32;
                    i += 1;
                }
                match number {
                    None => Some(without_number),
                    Some(number) if sum > number as u32 => Some(too_many),
                    Some(_) => None,
                }
            }
        }
    }
}

const fn constraint_list(all: &[&str]) -> Option<&'static str> {
    let mut i = 0;
    while i < all.len() {
        if !is_constraint(all[i].as_bytes()) {
            return Some("has a constraint that is none: write `+key=value`, `-key=value` or `+attribute`");
        }
        i += 1;
    }
    None
}

/// Letters that mean something in the YAML of a zone configuration are in no constraint.
const fn is_constraint(text: &[u8]) -> bool {
    if text.len() < 2 || !matches!(text[0], b'+' | b'-') {
        return false;
    }
    let (mut i, mut equals) = (1, 0);
    while i < text.len() {
        match text[i] {
            b'=' => equals += 1,
            b'-' | b'_' | b'.' | b'/' => {}
            byte if byte.is_ascii_alphanumeric() => {}
            _ => return false,
        }
        i += 1;
    }
    equals <= 1 && text[1] != b'=' && text[text.len() - 1] != b'='
}

/// What is added to the zone configurations that the server itself makes in a database with regions, for all tables of
/// a locality: `ALTER DATABASE .. ALTER LOCALITY ..`.
///
/// ```
/// use crdb_orm::Schema;
/// use crdb_orm::schema::{LocalityZone, ZoneConfig};
///
/// const SHOP: Schema = Schema::new("shop").regions(&["us-east1", "us-west1"]).tables(&[]).locality_zones(&[
///     LocalityZone::regional_in("us-west1", ZoneConfig::new().num_replicas(7)),
///     LocalityZone::global(ZoneConfig::new().gc_ttl_seconds(600)),
/// ]);
/// ```
///
/// Source: `CockroachDB`, "Zone config extensions".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LocalityZone {
    /// The tables that it is for.
    pub locality: ZoneLocality,
    /// What is set.
    pub config: ZoneConfig,
}

/// Tables by where their rows live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ZoneLocality {
    /// `GLOBAL`: those that are read fast everywhere.
    Global,
    /// `REGIONAL`: those that are regional, by table or by row; in one region when it is given.
    Regional(Option<&'static str>),
}

impl LocalityZone {
    /// For global tables.
    pub const fn global(config: ZoneConfig) -> Self {
        Self { locality: ZoneLocality::Global, config }
    }

    /// For regional tables, in all regions.
    pub const fn regional(config: ZoneConfig) -> Self {
        Self { locality: ZoneLocality::Regional(None), config }
    }

    /// For regional tables, in one region.
    pub const fn regional_in(region: &'static str, config: ZoneConfig) -> Self {
        Self { locality: ZoneLocality::Regional(Some(region)), config }
    }
}

/// A zone configuration of a table, or of a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ZoneDef {
    /// The index, when it is not for the whole table.
    pub index: Option<&'static str>,
    /// The partition, when it is not for the whole table or index.
    pub partition: Option<&'static str>,
    /// What is set.
    pub config: ZoneConfig,
}

impl ZoneDef {
    /// A configuration of the whole table.
    pub const fn new(config: ZoneConfig) -> Self {
        Self { index: None, partition: None, config }
    }

    /// Makes it that of an index.
    #[must_use]
    pub const fn index(mut self, name: &'static str) -> Self {
        self.index = Some(name);
        self
    }

    /// Makes it that of a partition.
    #[must_use]
    pub const fn partition(mut self, name: &'static str) -> Self {
        self.partition = Some(name);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_takes_is_right() {
        let zone = ZoneConfig::new();
        for right in [
            zone.gc_ttl_seconds(1),
            zone.copy_from_parent(&[ZoneField::NumReplicas]),
            zone.range_min_bytes(1).copy_from_parent(&[ZoneField::RangeMaxBytes]),
            zone.lease_preferences(&[&["+region=a"]]).copy_from_parent(&[ZoneField::Constraints]),
            zone.range_min_bytes(1).range_max_bytes(64 << 20),
            zone.num_replicas(5).num_voters(3),
            zone.constraints(ZoneConstraints::All(&["+region=us-east1", "-ssd", "+a.b/c_d"])),
            zone.num_replicas(3).constraints(ZoneConstraints::PerReplica(&[
                (&["+region=a"], 1),
                (&["+region=b", "+ssd"], 2),
            ])),
            zone.num_voters(3)
                .voter_constraints(ZoneConstraints::All(&["+region=a"]))
                .lease_preferences(&[&["+region=a"]]),
            zone.constraints(ZoneConstraints::All(&["+region=a"]))
                .lease_preferences(&[&["+region=a", "+zone=b"]]),
        ] {
            assert_eq!(right.wrong(), None, "{right:?}");
        }
    }

    #[test]
    fn what_the_server_refuses_is_wrong() {
        let zone = ZoneConfig::new();
        for (wrong, why) in [
            (zone, "nothing"),
            (zone.range_min_bytes(1), "together"),
            (zone.range_max_bytes(1 << 30), "together"),
            (zone.range_min_bytes(1).range_max_bytes(64), "64 MiB"),
            (zone.range_min_bytes(1 << 30).range_max_bytes(1 << 29), "not less"),
            (zone.gc_ttl_seconds(0), "at least 1"),
            (zone.num_replicas(0), "no replicas"),
            (zone.num_replicas(2), "two replicas"),
            (zone.num_voters(2), "two replicas that vote"),
            (zone.num_replicas(3).num_voters(5), "more replicas that vote"),
            (zone.constraints(ZoneConstraints::PerReplica(&[(&["+a"], 1)])), "`num_replicas` must"),
            (
                zone.num_replicas(3).constraints(ZoneConstraints::PerReplica(&[(&["+a"], 2), (&["+b"], 2)])),
                "more replicas",
            ),
            (zone.num_replicas(3).constraints(ZoneConstraints::PerReplica(&[(&[], 2)])), "empty"),
            (zone.voter_constraints(ZoneConstraints::All(&["+a"])), "`num_voters`"),
            (zone.num_voters(3).copy_from_parent(&[ZoneField::NumVoters]), "leave one out"),
            (zone.copy_from_parent(&[ZoneField::NumVoters, ZoneField::NumVoters]), "twice"),
            (zone.range_min_bytes(1).copy_from_parent(&[ZoneField::GcTtlSeconds]), "together"),
            (zone.lease_preferences(&[&["+a"]]), "`constraints`"),
            (zone.num_voters(3).lease_preferences(&[&["+a"]]), "`voter_constraints`"),
            (zone.lease_preferences(&[&[]]), "says nothing"),
        ] {
            assert!(wrong.wrong().is_some_and(|text| text.contains(why)), "{why}: {:?}", wrong.wrong());
        }
        for text in ["", "+", "region=a", "+region=", "+=a", "+a=b=c", "+a,b", "+a: 1", "+a'", "+a]", "+é"] {
            assert!(!is_constraint(text.as_bytes()), "{text}");
        }
    }
}
