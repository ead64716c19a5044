//! What only some indexes have, said by derived structs, and what the servers' convention calls them.
#![allow(dead_code, reason = "only the tables are looked at")]
#![allow(clippy::duplicated_attributes, reason = "two indexes over one column are no duplicate")]

use crdb_orm::prelude::*;
use crdb_orm::types::Geometry;

use super::{Case, case, regions};

pub(super) const CASES: &[Case] = &[
    case("index_inverted", &[Documents::TABLE]),
    case("index_expressions", &[Expressions::TABLE]),
    case("index_visibility", &[Visibility::TABLE]),
    case("index_storage_parameters", &[Parameters::TABLE]),
    regions("index_skips_unique_checks", &[Placed::TABLE]),
    case("index_constraints", &[Constraints::TABLE]),
];

#[derive(CrdbTable)]
#[crdb(table = "documents")]
#[crdb(index(on(data), inverted), index(by_tags, on(tags array_ops), inverted, filter = "owner > 0"))]
#[crdb(index(on(owner, data jsonb_ops), inverted), index(on(title gin_trgm_ops), inverted))]
#[crdb(index(on("data->'a'"), inverted))]
struct Documents {
    #[crdb(primary_key)]
    id: Uuid,
    owner: i64,
    title: String,
    tags: Vec<String>,
    data: serde_json::Value,
}

#[derive(CrdbTable)]
#[crdb(table = "expressions")]
#[crdb(index(on("lower(email)")), index(on("lower(email)" desc, a desc, "a + b")))]
#[crdb(index(on("upper(email)"), unique, filter = "a > 0", storing(b)))]
#[crdb(index(on("a = 1 OR b = 2", b desc nulls last)), index(on(a asc nulls first)))]
#[crdb(index(on("data->>'k'")))]
struct Expressions {
    #[crdb(primary_key)]
    id: Uuid,
    email: String,
    a: i64,
    b: Option<i64>,
    data: serde_json::Value,
}

#[derive(CrdbTable)]
#[crdb(table = "seen")]
#[crdb(index(on(a), not_visible), index(on(b), visibility = 0.25), index(on(a, b), visibility = 1))]
#[crdb(index(on(b, a), unique, hash_sharded = 4, storing(c), filter = "a > 0", visibility = 0.0))]
struct Visibility {
    #[crdb(primary_key)]
    id: Uuid,
    a: i64,
    b: i64,
    c: i64,
}

// What CockroachDB has of an index: its cells and its bounds where it is over shapes, and `fillfactor`, which it ignores.
#[derive(CrdbTable)]
#[crdb(table = "tuned")]
#[crdb(index(on(area), inverted, storage(
    s2_max_level = 12,
    s2_max_cells = 8,
    geometry_min_x = -180,
    geometry_max_x = 180,
    geometry_min_y = "-90.5",
    geometry_max_y = "90.5"
)))]
#[crdb(index(on(at), hash_sharded = 8, storage(fillfactor = 80)), index(on(n), storage(fillfactor = 70)))]
struct Parameters {
    #[crdb(primary_key)]
    id: Uuid,
    at: DateTime<Utc>,
    n: i64,
    area: Geometry,
}

#[derive(CrdbTable)]
#[crdb(table = "placed", locality = regional_by_row(region))]
#[crdb(index(on(code), unique, storage(skip_unique_checks = true, fillfactor = 70)))]
struct Placed {
    #[crdb(primary_key)]
    id: Uuid,
    code: i64,
    region: Region,
}

#[derive(CrdbTable)]
#[crdb(table = "constrained")]
#[crdb(unique(a, b), unique(by_b, on(b), storing(c)), unique(on(c), name = "Odd Name"))]
#[crdb(index(on(a, b), unique), index(on(a, b)), index(on(a desc, b)))]
#[crdb(allow(redundant_index, reason = "names of indexes over the same columns are shown"))]
struct Constraints {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(unique)]
    a: i64,
    b: i64,
    c: Option<i64>,
}
