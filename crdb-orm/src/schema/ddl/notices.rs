//! What was left out, said once a kind.

use std::collections::BTreeMap;

use super::super::Target;

/// A kind of notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Notice {
    Regions,
    RegionsStay,
    RegionType,
    Locality,
    HashSharding,
    KeyOrder,
    UniqueWithoutIndex,
    VirtualColumn,
    VectorIndex,
    InvertedPrefix,
    IndexVisibility,
    Extension,
    OnUpdate,
    Collation,
    NotVisible,
    TypeComment,
    Ttl,
    Families,
    Storage,
    Partitions,
    Zone,
    ZoneStays,
    NodeCache,
    SequenceOwner,
    VirtualSequence,
    Objects,
    Changefeed,
    SinklessChangefeed,
    ChangefeedJobs,
    Schedules,
}

impl Notice {
    fn text(self) -> &'static str {
        match self {
            Self::Regions => "the regions and the survival goal of the database are left out",
            Self::RegionsStay => "the regions of the database stay",
            Self::RegionType => {
                "the enum type crdb_internal_region is not made by the DDL of one table, only by that of the schema"
            }
            Self::Locality => "localities are left out",
            Self::HashSharding => "hash sharding is left out",
            Self::KeyOrder => "primary keys are ascending in all columns",
            Self::UniqueWithoutIndex => "unique constraints without an index have one",
            Self::VirtualColumn => "virtual computed columns are stored",
            Self::VectorIndex => "vector indexes are left out",
            Self::InvertedPrefix => "inverted indexes have their last column only",
            Self::IndexVisibility => "indexes that queries do not see are seen",
            Self::Extension => "what is built into CockroachDB is an extension, which must be installed",
            Self::OnUpdate => "ON UPDATE expressions are left out, so an update changes only what it sets",
            Self::Collation => "collations are those of the library ICU, which the server must be built with",
            Self::NotVisible => "columns that are not visible are visible to `SELECT *`",
            Self::TypeComment => "comments on types are left out, since they need 24.2 or later",
            Self::Ttl => "row-level TTL is left out, so nothing deletes expired rows",
            Self::Families => "column families are left out",
            Self::Storage => "storage parameters are left out",
            Self::Partitions => "partitions are left out",
            Self::Zone => "zone configurations are left out",
            Self::ZoneStays => "the zone configuration of the database stays",
            Self::NodeCache => "the cache of a sequence's numbers is left out",
            Self::SequenceOwner => {
                "sequences are not owned by columns of another SQL schema, and stay without them"
            }
            Self::VirtualSequence => "the numbers of virtual sequences follow each other",
            Self::Objects => "what is for another kind of server is left out",
            Self::Changefeed => "changefeeds are left out",
            Self::SinklessChangefeed => {
                "changefeeds without a sink are left out, since each streams to the session that starts it"
            }
            Self::ChangefeedJobs => {
                "changefeeds are jobs without a name: they fail when their table goes, or end by CANCEL JOB"
            }
            Self::Schedules => "schedules without a name stay until DROP SCHEDULE",
        }
    }
}

/// The notices so far, each with the places that it is about.
#[derive(Debug, Default)]
pub(super) struct Notices(BTreeMap<Notice, Vec<String>>);

impl Notices {
    pub(super) fn add(&mut self, notice: Notice, place: String) {
        let places = self.0.entry(notice).or_default();
        if !places.contains(&place) {
            places.push(place);
        }
    }

    pub(super) fn texts(self, target: Target) -> Vec<String> {
        let text = |(notice, places): (Notice, Vec<String>)| {
            let text = format!("on {target}, {}: {}", notice.text(), places.join(", "));
            // A line of a script's comments: nothing in a name may end it.
            text.chars()
                .map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c })
                .collect()
        };
        self.0.into_iter().map(text).collect()
    }
}
