//! Types beside the ordinary ones, said by derived structs.
#![allow(dead_code, reason = "only the tables are looked at")]
#![allow(clippy::duplicated_attributes, reason = "two indexes of one kind are no duplicate")]

use crdb_orm::prelude::*;
use crdb_orm::types::{
    Bits, Char, CiText, Geography, Geometry, Interval, LTree, Name, Oid, TimeTz, TsQuery, TsVector,
};

use pgvector::Vector;

use super::{Case, case};

pub(super) const CASES: &[Case] = &[
    case("types_of_time_and_bits", &[Times::TABLE]),
    case("types_of_search", &[Search::TABLE]),
    case("types_of_extensions", &[Extensions::TABLE]),
    case("types_of_vectors", &[Vectors::TABLE]),
    case("types_of_shapes", &[Shapes::TABLE]),
    case("types_of_other_crates", &[Crates::TABLE]),
    case("types_of_the_catalogue", &[Catalogue::TABLE]),
];

#[derive(CrdbTable)]
#[crdb(table = "times")]
struct Times {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(default = "1 day")]
    lasts: Interval,
    #[crdb(precision(3))]
    about: Option<Interval>,
    opens: TimeTz,
    #[crdb(precision(0))]
    seen_at: DateTime<Utc>,
    #[crdb(precision(6))]
    starts: NaiveTime,
    flags: Bits,
    #[crdb(bit(8), default = "00000000")]
    byte: Bits,
    #[crdb(varbit(64))]
    few: Vec<Bits>,
    spans: Vec<Interval>,
    shifts: Option<Vec<TimeTz>>,
}

#[derive(CrdbTable)]
#[crdb(table = "articles", index(on(words), inverted))]
struct Search {
    #[crdb(primary_key)]
    id: Uuid,
    body: String,
    #[crdb(computed = "to_tsvector('english', body)")]
    words: TsVector,
    subscription: Option<TsQuery>,
}

#[derive(CrdbTable)]
#[crdb(table = "people")]
struct Extensions {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(unique)]
    email: CiText,
    place: LTree,
    places: Vec<LTree>,
}

#[derive(CrdbTable)]
#[crdb(table = "relations")]
struct Catalogue {
    #[crdb(primary_key)]
    id: Uuid,
    name: Name,
    kind: Char,
    oid: Oid,
    oids: Vec<Oid>,
}

#[derive(CrdbTable)]
#[crdb(table = "pictures")]
#[crdb(index(on(embedding vector_cosine_ops), vector), index(on(owner, meaning), vector, storage(build_beam_size = 16)))]
struct Vectors {
    #[crdb(primary_key)]
    id: Uuid,
    owner: Uuid,
    #[crdb(vector(1536))]
    embedding: Vector,
    #[crdb(vector(3), default = "[1,2,3]")]
    meaning: Option<Vector>,
    any: Vector,
}

#[derive(CrdbTable)]
#[crdb(table = "places", index(on(at), inverted), index(on(kind, area), inverted))]
struct Shapes {
    #[crdb(primary_key)]
    id: Uuid,
    kind: i32,
    #[crdb(shape(point, 4326))]
    at: Geography,
    #[crdb(shape(multi_polygon))]
    area: Option<Geometry>,
    #[crdb(shape(geometry, 3857))]
    plan: Geometry,
    any: Geometry,
    route: Vec<Geometry>,
}

#[derive(CrdbTable)]
#[crdb(table = "crates")]
struct Crates {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(decimal(40, 10))]
    big: bigdecimal::BigDecimal,
    #[crdb(default = now())]
    moment: time::OffsetDateTime,
    local: Option<time::PrimitiveDateTime>,
    day: time::Date,
    hour: time::Time,
}
