//! Rows that are inserted with those that belong to them are all of the tenant of the handle, those of a table between, too.

use crdb_orm::prelude::*;
use crdb_orm::testing::proxy::Fault;
use crdb_orm::testing::{FaultProxy, TestDb};
use crdb_orm::{Database, Result};

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "bands", primary_key(tenant_id, id))]
#[crdb(many_to_many(songs = Song, through((Played::TENANT_ID, Played::BAND), (Played::TENANT_ID, Played::SONG))))]
struct Band {
    #[crdb(tenant)]
    tenant_id: i64,
    id: i64,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "songs", primary_key(tenant_id, id), has_many(verses = (Verse::TENANT_ID, Verse::SONG)))]
struct Song {
    #[crdb(tenant)]
    tenant_id: i64,
    id: i64,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "verses", primary_key(tenant_id, id), index(on(tenant_id, song)))]
#[crdb(foreign_key(tenant_id, song, references = Song))]
struct Verse {
    #[crdb(tenant)]
    tenant_id: i64,
    id: i64,
    song: i64,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "played", primary_key(tenant_id, band, song), index(on(tenant_id, song)))]
#[crdb(foreign_key(tenant_id, band, references = Band), foreign_key(tenant_id, song, references = Song))]
struct Played {
    #[crdb(tenant)]
    tenant_id: i64,
    band: i64,
    song: i64,
}

const SCHEMA: Schema = Schema::new("bands").tables(&[Band::TABLE, Song::TABLE, Verse::TABLE, Played::TABLE]);

#[tokio::test]
async fn rows_below_new_rows_of_a_many_to_many_are_of_the_tenant_of_the_handle() -> Result<()> {
    let db = TestDb::new().await?;
    db.create_schema(&SCHEMA).await?;
    let proxy = FaultProxy::to(&db).await?;
    let through = Database::builder(&proxy.url()).max_connections(1).connect().await?;
    let songs = || {
        [7, 5].map(|song| {
            let verses = [2, 1].map(|n| Verse::insert().id(10 * song + n));
            Song::insert().id(song).with(Song::VERSES, verses)
        })
    };
    for tenant in [1_i64, 2] {
        // A key that was given may be another's: nobody can say what a lost answer was, and nothing is written twice.
        proxy.on("COMMIT").strike(Fault::CutAfterSend);
        let lost = Band::insert().id(0).with(Band::SONGS, [Song::insert().id(0)]);
        let error = lost.exec(&through.scoped(tenant)).await.expect_err("nobody knows");
        assert!(error.is_outcome_unknown(), "{error}");

        let (band, given) =
            Band::insert().id(3).with(Band::SONGS, songs()).one(&through.scoped(tenant)).await?;
        assert_eq!(band, Band { tenant_id: tenant, id: 3 });
        let ids: Vec<_> = given
            .iter()
            .map(|(song, verses): &(Song, Vec<Verse>)| {
                assert!(verses.iter().all(|verse| (verse.tenant_id, verse.song) == (tenant, song.id)));
                (song.tenant_id, song.id, verses.iter().map(|verse| verse.id).collect::<Vec<_>>())
            })
            .collect();
        assert_eq!(ids, [(tenant, 7, vec![72, 71]), (tenant, 5, vec![52, 51])]);
        let played = Played::query().order_by((Played::BAND, Played::SONG)).all(&db.scoped(tenant)).await?;
        let expected = [(0, 0), (3, 5), (3, 7)].map(|(band, song)| Played { tenant_id: tenant, band, song });
        assert_eq!(played, expected);
    }
    // A row of another tenant is none of theirs.
    let theirs = Song::insert().tenant_id(2).id(9).with(Song::VERSES, [Verse::insert().id(99)]);
    Band::insert()
        .id(4)
        .with(Band::SONGS, [theirs])
        .exec(&db.scoped(1))
        .await
        .expect_err("of another tenant");
    assert_eq!(Verse::filter(Verse::ID.eq(99)).count(&db.all_tenants("a test")).await?, 0);
    Ok(())
}
