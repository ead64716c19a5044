//! A row costs no more allocations than one that is decoded by hand.

use std::alloc::System;

use crdb_orm::prelude::*;
use crdb_orm::testing::{DevServer, TestDb};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use tokio::sync::Mutex;
use tokio_postgres::{Client, NoTls, Row, Statement};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "things")]
struct Thing {
    #[crdb(primary_key)]
    id: Uuid,
    number: i64,
    name: String,
    price: f64,
    seen: bool,
    note: Option<String>,
}

const SCHEMA: Schema = Schema::new("counts").tables(&[Thing::TABLE]);
/// The allocator counts for the whole process, so that one test runs at a time.
static ALONE: Mutex<()> = Mutex::const_new(());
const COLUMNS: &str = "id, number, name, price, seen, note";

fn by_hand(row: &Row) -> Result<Thing, tokio_postgres::Error> {
    Ok(Thing {
        id: row.try_get(0)?,
        number: row.try_get(1)?,
        name: row.try_get(2)?,
        price: row.try_get(3)?,
        seen: row.try_get(4)?,
        note: row.try_get(5)?,
    })
}

/// Allocations, and how often one was made larger, which copies as well.
async fn allocations<T>(work: impl Future<Output = T>) -> (usize, T) {
    let region = Region::new(ALLOCATOR);
    let result = work.await;
    let change = region.change();
    (change.allocations + change.reallocations, result)
}

async fn read_by_hand(client: &Client, statement: &Statement, below: i64) -> Vec<Thing> {
    let rows = client.query(statement, &[&below]).await.unwrap();
    let mut things = Vec::with_capacity(rows.len());
    for row in &rows {
        things.push(by_hand(row).unwrap());
    }
    things
}

#[tokio::test]
async fn a_row_costs_no_more_allocations_than_one_that_is_decoded_by_hand() {
    let _alone = ALONE.lock().await;
    let test = TestDb::new().await.unwrap();
    test.create_schema(&SCHEMA).await.unwrap();
    let things = (0..4_000_i64).map(|number| {
        // Of lengths that no allocation is spared for.
        let thing =
            Thing::insert().number(number).name(format!("thing {number}")).price(1.5).seen(number % 2 == 0);
        thing.note((number % 3 == 0).then(|| format!("note {number}")))
    });
    Thing::insert_many(things).exec(&*test).await.unwrap();
    let db = Database::builder(test.url()).max_connections(1).connect().await.unwrap();
    let url = test.url().replacen("cockroachdb", "postgresql", 1);
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    tokio::spawn(connection);
    let statement = client.prepare(&format!("SELECT {COLUMNS} FROM things WHERE number < $1")).await.unwrap();

    let ours = async |below: i64| Thing::filter(Thing::NUMBER.lt(below)).all(&db).await.unwrap();
    let hand = async |below: i64| read_by_hand(&client, &statement, below).await;
    // Texts are prepared, and buffers have grown.
    let (mut one, mut other) = (ours(4_000).await, hand(4_000).await);
    one.sort_unstable_by_key(|thing| thing.id);
    other.sort_unstable_by_key(|thing| thing.id);
    assert_eq!(one, other);
    drop((one, other));

    // Of 3,000 rows.
    let (mut of_rows, mut of_rows_by_hand) = (usize::MAX, usize::MAX);
    for _ in 0..3 {
        let (few, _) = allocations(ours(1_000)).await;
        let (many, _) = allocations(ours(4_000)).await;
        let (few_by_hand, _) = allocations(hand(1_000)).await;
        let (many_by_hand, _) = allocations(hand(4_000)).await;
        // What else runs in this process only adds to it.
        of_rows = of_rows.min(many.saturating_sub(few));
        of_rows_by_hand = of_rows_by_hand.min(many_by_hand.saturating_sub(few_by_hand));
    }
    println!("{}", DevServer::shared().unwrap().describe());
    println!("allocations for 3,000 rows: {of_rows}, by hand {of_rows_by_hand}");
    // The row's own, its name, and in every third row a note.
    assert!(of_rows_by_hand > 6_000, "{of_rows_by_hand}");
    // Buffers of the connection grow when they like.
    assert!(of_rows <= of_rows_by_hand + 30, "{of_rows} and not {of_rows_by_hand}");
}

#[tokio::test]
async fn a_statement_by_key_costs_few_allocations() {
    let _alone = ALONE.lock().await;
    let test = TestDb::new().await.unwrap();
    test.create_schema(&SCHEMA).await.unwrap();
    let db = Database::builder(test.url()).max_connections(1).connect().await.unwrap();
    let thing = Thing::insert().number(1).name("thing").price(1.5).seen(true).one(&db).await.unwrap();
    let url = test.url().replacen("cockroachdb", "postgresql", 1);
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    tokio::spawn(connection);
    let statement = client.prepare(&format!("SELECT {COLUMNS} FROM things WHERE id = $1")).await.unwrap();

    let (mut find, mut update, mut hand) = (usize::MAX, usize::MAX, usize::MAX);
    for number in 0..20 {
        let (count, found) = allocations(Thing::find(thing.id).one(&db)).await;
        find = find.min(count);
        assert_eq!(found.unwrap().id, thing.id);
        let (count, done) = allocations(Thing::update(thing.id).set(Thing::NUMBER, number).exec(&db)).await;
        update = update.min(count);
        done.unwrap();
        let (count, row) = allocations(client.query_one(&statement, &[&thing.id])).await;
        hand = hand.min(count);
        by_hand(&row.unwrap()).unwrap();
    }
    println!("allocations: find {find}, update {update}; a find by hand {hand}");
    let sizes = [
        size_of_val(&*Thing::find(thing.id).one(&db)),
        size_of_val(&*Thing::find(thing.id).optional(&db)),
        size_of_val(&*Thing::insert().number(1).name("a").price(1.5).seen(true).one(&db)),
        size_of_val(&*Thing::update(thing.id).set(Thing::NUMBER, 1).exec(&db)),
        size_of_val(&*Thing::delete(thing.id).exec(&db)),
    ];
    println!("bytes of the futures of find (one, optional), insert, update, delete: {sizes:?}");
    assert!(sizes.iter().all(|size| *size <= AT_HAND), "{sizes:?}");
    assert!(find <= hand + MORE, "{find} and not {hand}");
    assert!(update <= hand + MORE, "{update} and not {hand}");
}

/// What a statement of the library may allocate beyond one by hand: its values, its future, with `metrics` its numbers.
const MORE: usize = 4;
/// What glibc has at hand for a thread (`TCACHE_MAX_BYTES`): for more it looks through its heap each time.
const AT_HAND: usize = 1_032;
