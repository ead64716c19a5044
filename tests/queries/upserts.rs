//! Inserts that meet rows that are there already.

#![allow(clippy::duplicated_attributes, reason = "two indexes are unique")]

use crdb_orm::prelude::*;

use crate::tables::{Note, Seen, Status, tries, writes};

/// One of each kind of unique key.
#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "users")]
#[crdb(index(idx_users_handle, on(handle), unique, filter = "gone = false"))]
#[crdb(index(idx_users_lower, on("lower(handle)"), unique))]
#[crdb(index(idx_users_name, on(name)))]
#[crdb(unique(tenant, number), unique(by_number, on(tenant, name)))]
pub(crate) struct User {
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    #[crdb(unique)]
    pub(crate) email: String,
    pub(crate) handle: String,
    pub(crate) name: String,
    pub(crate) tenant: Uuid,
    pub(crate) number: i32,
    #[crdb(default = 1)]
    pub(crate) visits: i64,
    #[crdb(default = false)]
    pub(crate) gone: bool,
    #[crdb(version)]
    pub(crate) version: i64,
}

const USER: &str = "id, email, handle, name, tenant, number, visits, gone, version";
const INSERT: &str =
    "INSERT INTO users (id, email, handle, name, tenant, number) VALUES ($1, $2, $3, $4, $5, $6)";
const MANY: &str = "INSERT INTO users (id, email, handle, name, tenant, number) \
    SELECT given.id, given.email, given.handle, given.name, given.tenant, given.number \
    FROM unnest($1::UUID[], $2::TEXT[], $3::TEXT[], $4::TEXT[], $5::UUID[], $6::INT4[]) \
    AS given (id, email, handle, name, tenant, number)";

macro_rules! user {
    () => {
        User::insert().email("e").handle("h").name("n").tenant(Uuid::nil()).number(1)
    };
}

#[test]
fn a_unique_column_is_a_target() {
    writes!(user!().build().on_conflict(User::EMAIL).do_nothing() =>
        format!("{INSERT} ON CONFLICT (email) DO NOTHING RETURNING {USER}"));
    writes!(user!().build().on_conflict(User::EMAIL).do_update() =>
        format!("{INSERT} ON CONFLICT (email) DO UPDATE SET handle = excluded.handle, name = excluded.name, \
                 tenant = excluded.tenant, number = excluded.number, version = (users.version + 1)::INT8 \
                 RETURNING {USER}"));
}

#[test]
fn a_partial_index_brings_its_predicate() {
    for target in [User::IDX_USERS_HANDLE.columns(), &["handle"]] {
        assert_eq!(target, ["handle"]);
    }
    let text = format!("{INSERT} ON CONFLICT (handle) WHERE gone = false DO NOTHING RETURNING {USER}");
    writes!(user!().build().on_conflict(User::IDX_USERS_HANDLE).do_nothing() => text);
    writes!(user!().build().on_conflict(User::HANDLE).do_nothing() => text);
}

#[test]
fn several_columns_are_a_target_by_tuple_or_by_constant() {
    let text = format!("{INSERT} ON CONFLICT (tenant, number) DO NOTHING RETURNING {USER}");
    writes!(user!().build().on_conflict(User::UNIQUE_TENANT_NUMBER).do_nothing() => text);
    writes!(user!().build().on_conflict((User::TENANT, User::NUMBER)).do_nothing() => text);
    writes!(user!().build().on_conflict(User::BY_NUMBER).do_nothing() =>
        format!("{INSERT} ON CONFLICT (tenant, name) DO NOTHING RETURNING {USER}"));
}

#[test]
fn what_is_updated_can_be_said() {
    let upsert = user!().build().on_conflict(User::EMAIL).do_update_with(|row| {
        row.take(User::NAME)
            .add(User::VISITS, User::VISITS.excluded())
            .set(User::GONE, false)
            .filter(User::NUMBER.lt(User::NUMBER.excluded()).and(!User::GONE))
    });
    writes!(upsert =>
        format!("{INSERT} ON CONFLICT (email) DO UPDATE SET name = excluded.name, \
                 visits = (users.visits + excluded.visits)::INT8, gone = $7, version = (users.version + 1)::INT8 \
                 WHERE users.number < excluded.number AND NOT users.gone RETURNING {USER}"));
}

#[test]
fn many_rows_are_upserted_alike() {
    tries!(User::upsert_many([user!()]) =>
        format!("{MANY} ON CONFLICT (id) DO UPDATE SET email = excluded.email, handle = excluded.handle, \
                 name = excluded.name, tenant = excluded.tenant, number = excluded.number, \
                 version = (users.version + 1)::INT8 RETURNING {USER}"));
    tries!(User::insert_many([user!()]).or_ignore() => format!("{MANY} ON CONFLICT DO NOTHING RETURNING {USER}"));
    tries!(User::insert_many([user!()]).on_conflict(User::IDX_USERS_HANDLE).do_update_with(|row| row.add(User::VISITS, 2)) =>
        format!("{MANY} ON CONFLICT (handle) WHERE gone = false DO UPDATE SET visits = (users.visits + $7)::INT8, \
                 version = (users.version + 1)::INT8 RETURNING {USER}"));
    tries!(Seen::upsert_many([&Seen { status: Status::Done, who: "ann".into() }]) =>
        "INSERT INTO seen (status, who) SELECT given.status::status, given.who \
         FROM unnest($1::TEXT[], $2::TEXT[]) AS given (status, who) \
         ON CONFLICT (status, who) DO UPDATE SET status = excluded.status RETURNING status::TEXT, who");
}

#[test]
fn the_primary_key_is_a_target() {
    writes!(Note::insert().id(1).text("x").build().on_conflict(Note::ID).do_update() =>
        "INSERT INTO note (id, text) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET text = excluded.text RETURNING id, text");
    writes!(Seen::insert().status(Status::Done).who("x").build().on_conflict((Seen::WHO, Seen::STATUS)).do_nothing() =>
        "INSERT INTO seen (status, who) VALUES ($1::TEXT::status, $2) ON CONFLICT (who, status) DO NOTHING \
         RETURNING status::TEXT, who");
}
