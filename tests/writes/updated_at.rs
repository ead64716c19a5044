//! `#[crdb(updated_at)]`: every update that the library makes sets it, and nothing else does unless it is asked to.

use crdb_orm::prelude::*;
use crdb_orm::{Result, Target};

use crate::tables::{Document, Plain, database};

#[derive(CrdbPatch, Default)]
#[crdb(table = Document)]
struct DocumentPatch {
    text: Option<String>,
}

/// Long ago: what is set by no update of today.
fn past() -> DateTime<Utc> {
    "2001-02-03T04:05:06Z".parse().expect("a time")
}

/// A document that was changed long ago.
async fn old(db: &Database, name: &str) -> Result<Document> {
    let old = Document::insert().name(name).updated_at(past()).one(db).await?;
    assert_eq!(old.updated_at, past(), "an insert may give the time");
    Ok(old)
}

macro_rules! stamps {
    ($db:expr, $name:expr, |$old:ident| $update:expr) => {{
        let $old = old(&$db, $name).await?;
        $update;
        let now = Document::find($old.id).one(&$db).await?;
        assert!(now.updated_at > past(), "{}: {now:?}", $name);
        assert_eq!(now.version, $old.version + 1, "{}", $name);
    }};
}

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "shared")]
#[allow(dead_code, reason = "only its DDL is looked at")]
struct Shared {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(updated_at, on_update = now())]
    updated_at: DateTime<Utc>,
}

#[test]
fn the_servers_do_not_set_it_unless_they_are_told_to() {
    let ddl = |schema: Schema, target| schema.ddl(target).expect("the schema").to_string();
    for target in [Target::COCKROACHDB, Target::POSTGRESQL] {
        let own = ddl(Schema::new("own").tables(&[Document::TABLE]), target);
        assert!(own.contains("updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),"), "{own}");
        assert!(!own.contains("ON UPDATE"), "{own}");
    }
    let shared = ddl(Schema::new("shared").tables(&[Shared::TABLE]), Target::COCKROACHDB);
    assert!(shared.contains("updated_at TIMESTAMPTZ NOT NULL DEFAULT now() ON UPDATE now()"), "{shared}");
}

#[tokio::test]
async fn an_insert_has_the_time_of_its_transaction() -> Result<()> {
    let db = database().await?;
    let before = Utc::now() - std::time::Duration::from_mins(1);
    assert!(Document::insert().name("new").one(&db).await?.updated_at > before);
    Document::insert_many([Document::insert().name("many")]).exec(&db).await?;
    assert!(Document::filter(Document::NAME.eq("many")).one(&db).await?.updated_at > before);
    Ok(())
}

#[tokio::test]
async fn every_update_sets_it() -> Result<()> {
    let db = database().await?;
    stamps!(db, "by key", |it| Document::update(it.id).set(Document::TEXT, "x").exec(&db).await?);
    stamps!(db, "returning", |it| Document::update(it.id).set(Document::TEXT, "x").one(&db).await?);
    stamps!(db, "at a version", |it| {
        Document::update(it.id).version(it.version).set(Document::TEXT, "x").exec(&db).await?;
    });
    let patch = DocumentPatch { text: Some("x".into()) };
    stamps!(db, "patch", |it| Document::update(it.id).patch(&patch).exec(&db).await?);
    stamps!(db, "filter", |it| {
        Document::filter(Document::ID.eq(it.id)).update().set(Document::TEXT, "x").exec(&db).await?;
    });
    stamps!(db, "batches", |it| {
        Document::filter(Document::ID.eq(it.id))
            .update()
            .set(Document::TEXT, "x")
            .in_batches()
            .exec(&db)
            .await?;
    });
    stamps!(db, "rows", |it| {
        // The row holds the old time, which nobody has asked to write.
        Document::update_many([&it]).exec(&db).await?.complete()?;
    });
    stamps!(db, "patches", |it| Document::update_many([(it.id, &patch)]).exec(&db).await?.complete()?);
    stamps!(db, "upsert", |it| Document::upsert(&it).one(&db).await?);
    stamps!(db, "upsert many", |it| Document::upsert_many([&it]).exec(&db).await?);
    stamps!(db, "do update", |it| {
        let again = Document::insert().name(&*it.name).text("x").build();
        again.on_conflict(Document::NAME).do_update().exec(&db).await?;
    });
    stamps!(db, "do update with", |it| {
        let again = Document::insert().name(&*it.name).build().on_conflict(Document::NAME);
        again.do_update_with(|row| row.set(Document::TEXT, "x")).exec(&db).await?;
    });
    stamps!(db, "deferred", |it| {
        db.transaction("defer", async |tx| {
            Document::update(it.id).set(Document::TEXT, "x").defer(&tx);
            Ok(())
        })
        .await?;
    });
    stamps!(db, "together", |it| {
        db.batch((Document::update(it.id).set(Document::TEXT, "x"), Document::find(it.id))).await?;
    });
    Ok(())
}

#[tokio::test]
async fn it_can_be_set_by_whoever_asks_for_it() -> Result<()> {
    let db = database().await?;
    let it = Document::insert().name("x").one(&db).await?;
    let set = Document::update(it.id).set(Document::UPDATED_AT, past()).one(&db).await?;
    assert_eq!(set.updated_at, past());
    let again = Document::insert().name("x").updated_at(past()).build().on_conflict(Document::NAME);
    let taken = again.do_update_with(|row| row.take(Document::UPDATED_AT)).one(&db).await?;
    assert_eq!((taken.id, taken.updated_at), (it.id, past()));
    // A whole row is inserted as it is: a copy is a copy.
    let copy = Document { id: Uuid::new_v4(), name: "copy".into(), ..taken };
    assert_eq!(Document::insert_row(&copy).one(&db).await?.updated_at, past());
    Ok(())
}

#[tokio::test]
async fn a_time_without_a_zone_is_set_as_well() -> Result<()> {
    let db = database().await?;
    let it = Plain::insert().id(1).n(1).changed(None).one(&db).await?;
    assert_eq!(it.changed, None);
    assert!(Plain::update(1).add(Plain::N, 1).one(&db).await?.changed.is_some());
    Plain::update_many([&Plain { n: 7, changed: None, ..it.clone() }]).exec(&db).await?.complete()?;
    let now = Plain::find(1).one(&db).await?;
    assert!(now.n == 7 && now.changed.is_some(), "{now:?}");
    Plain::upsert(&it).exec(&db).await?;
    assert!(Plain::find(1).one(&db).await?.changed.is_some());
    Ok(())
}
