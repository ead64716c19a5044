//! Promise: everything works behind `PgBouncer` in transaction mode, and nothing is left in a session of the server that
//! another client gets next.
//!
//! Debian's `PgBouncer` is old enough to know nothing of prepared statements there.

#![cfg(unix)]

mod bouncer;
mod many;

use std::time::{Duration, Instant};

use crdb_orm::prelude::*;
use crdb_orm::testing::{FaultProxy, force_retries};
use crdb_orm::{FromRow, Prepared};

use self::bouncer::Bouncer;

/// An account.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "accounts")]
struct Account {
    #[crdb(primary_key)]
    id: Uuid,
    owner: String,
    #[crdb(default = 0)]
    balance: i64,
    mood: Option<Mood>,
    notes: Json<Vec<String>>,
}

/// How its owner feels.
#[derive(CrdbEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[crdb(name = "mood")]
enum Mood {
    Good,
    Bad,
}

const SCHEMA: Schema = Schema::new("bounced").tables(&[Account::TABLE, Ledger::TABLE]);

fn of(owner: &str) -> Account {
    Account { id: Uuid::new_v4(), owner: owner.to_owned(), balance: 10, mood: None, notes: Json(Vec::new()) }
}

async fn value<T>(executor: &impl Write, sql: &str) -> T
where
    (T,): FromRow,
    T: Send + 'static,
{
    Sql::trusted(sql.to_owned()).one::<(T,), _>(executor).await.expect("a value").0
}

/// Both what is found out and what is said.
async fn databases(bouncer: &Bouncer) -> [Database; 2] {
    let found = Database::builder(bouncer.url()).max_connections(8);
    let said = Database::builder(bouncer.url()).max_connections(8).prepared(Prepared::Never);
    [found.connect().await.expect("a database"), said.connect().await.expect("a database")]
}

#[tokio::test]
async fn every_statement_of_a_table_works() {
    let Some(bouncer) = Bouncer::start(2, "every_statement_of_a_table_works").await else { return };
    bouncer.direct().create_schema(&SCHEMA).await.expect("the schema");
    for db in databases(&bouncer).await {
        let made = Account::insert()
            .owner("Ada")
            .mood(Mood::Good)
            .notes(Json(vec!["first".to_owned()]))
            .one(&db)
            .await
            .unwrap();
        assert_eq!((made.mood, made.notes.0.len()), (Some(Mood::Good), 1));
        assert_eq!(Account::find(made.id).one(&db).await.unwrap(), made);
        let richer = Account::update(made.id).add(Account::BALANCE, 5).one(&db).await.unwrap();
        assert_eq!(richer.balance, 5);
        let all = Account::filter(Account::MOOD.eq(Mood::Good))
            .order_by(Account::OWNER.asc())
            .all(&db)
            .await
            .unwrap();
        assert_eq!(all.len(), 1);
        Account::upsert(&Account { mood: Some(Mood::Bad), ..made.clone() }).exec(&db).await.unwrap();
        assert_eq!(Account::query().count(&db).await.unwrap(), 1);
        let again = Account::insert_row(&made).exec(&db).await.unwrap_err();
        assert!(again.is_unique_violation(), "{again}");
        let wrong = Sql::trusted("SELECT $1::INT8").exec(&db).await.unwrap_err();
        assert!(!wrong.is_connection(), "{wrong}");
        let (one, both) =
            db.read_together((Account::find(made.id), Account::query().limit(9))).await.unwrap();
        assert_eq!((one.map(|one| one.mood), both.len()), (Some(Some(Mood::Bad)), 1));
        assert!(Account::delete(made.id).exec(&db).await.unwrap());
    }
}

#[tokio::test]
async fn transactions_with_all_that_belongs_to_them_work() {
    let Some(bouncer) = Bouncer::start(2, "transactions_with_all_that_belongs_to_them_work").await else {
        return;
    };
    bouncer.direct().create_schema(&SCHEMA).await.expect("the schema");
    for (number, db) in databases(&bouncer).await.into_iter().enumerate() {
        let (from, to) = (of("from"), of("to"));
        Account::insert_row(&from).exec(&db).await.unwrap();
        Account::insert_row(&to).exec(&db).await.unwrap();
        let _forced = force_retries(&db, 1);
        let key = Uuid::from_u128(1 + u128::try_from(number).unwrap());
        for _ in 0..2 {
            let done = db
                .transaction("transfer", async |tx| {
                    let (one, other) = try_join!(
                        Account::find(from.id).for_update().one(&tx),
                        Account::find(to.id).for_update().one(&tx)
                    )?;
                    let taken = tx.savepoint(async |sp| Account::insert_row(&one).exec(&sp).await).await;
                    assert!(taken.unwrap_err().is_unique_violation());
                    Account::update(from.id).sub(Account::BALANCE, 3).defer(&tx);
                    Account::update(to.id).add(Account::BALANCE, 3).defer(&tx);
                    Ok(one.balance + other.balance)
                })
                .once(key)
                .await
                .unwrap();
            assert_eq!(done.into_inner(), 20);
        }
        let balances =
            (Account::find(from.id).one(&db).await.unwrap(), Account::find(to.id).one(&db).await.unwrap());
        assert_eq!((balances.0.balance, balances.1.balance), (7, 13));
        Account::filter(Account::BALANCE.gt(0)).delete().exec(&db).await.unwrap();
    }
}

#[tokio::test]
async fn settings_travel_with_begin_and_are_left_in_no_session() {
    let test = "settings_travel_with_begin_and_are_left_in_no_session";
    let Some(bouncer) = Bouncer::start(1, test).await else { return };
    for prepared in [Prepared::Auto, Prepared::Never] {
        let db = Database::builder(bouncer.url())
            .prepared(prepared)
            .statement_timeout(Duration::from_millis(12_345))
            .session_variable("search_path", "pg_catalog,public")
            .connect()
            .await
            .unwrap();
        let inside: (String, String, String) = db
            .transaction("look", async |tx| {
                Ok((
                    value(&tx, "SHOW statement_timeout").await,
                    value(&tx, "SHOW transaction_isolation").await,
                    value(&tx, "SELECT array_to_string(current_schemas(false), '|')").await,
                ))
            })
            .await
            .unwrap();
        assert!(inside.0.starts_with("12345"), "{inside:?}");
        assert_eq!((&*inside.1, &*inside.2), ("serializable", "pg_catalog|public"));
        // The one connection of the server is lent to whoever comes next.
        let outside: String = value(&db, "SHOW statement_timeout").await;
        assert!(!outside.starts_with("12345"), "{prepared:?}: {outside}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_clients_share_two_connections_of_the_server() {
    let test = "many_clients_share_two_connections_of_the_server";
    let Some(bouncer) = Bouncer::start(2, test).await else { return };
    bouncer.direct().create_schema(&SCHEMA).await.expect("the schema");
    let account = of("shared");
    Account::insert_row(&account).exec(bouncer.direct()).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..4 {
        for db in databases(&bouncer).await {
            let id = account.id;
            tasks.spawn(async move {
                for _ in 0..25 {
                    Account::find(id).one(&db).await?;
                    db.transaction("add", async |tx| {
                        let now = Account::find(id).one(&tx).await?;
                        Account::update(id).set(Account::BALANCE, now.balance + 1).exec(&tx).await
                    })
                    .attempts(u32::MAX)
                    .deadline(Duration::from_mins(2))
                    .await?;
                }
                Ok::<(), crdb_orm::Error>(())
            });
        }
    }
    for done in tasks.join_all().await {
        done.expect("every one of them");
    }
    assert_eq!(Account::find(account.id).one(bouncer.direct()).await.unwrap().balance, 210);
    assert!(bouncer.server_connections().await <= 3, "two, and one of this question");
}

/// The first connection found no proxy, since it led to the server itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proxy_that_is_met_late_is_found_by_what_it_does_and_nothing_fails() {
    let test = "a_proxy_that_is_met_late_is_found_by_what_it_does_and_nothing_fails";
    let Some(bouncer) = Bouncer::start(2, test).await else { return };
    bouncer.direct().create_schema(&SCHEMA).await.expect("the schema");
    let account = of("shared");
    Account::insert_row(&account).exec(bouncer.direct()).await.unwrap();
    let direct = FaultProxy::to(bouncer.test_db()).await.expect("the server itself");
    let url = bouncer.url().replace("127.0.0.1", &format!("{},127.0.0.1", direct.node()));
    let url = format!("{url}&load_balance_hosts=disable");
    let db = Database::builder(&url).max_connections(8).connect().await.expect("a database");
    direct.die();
    // Generated reads are run again, so this one finds out that its connection is gone, if nothing else did.
    assert_eq!(Account::find(account.id).one(&db).await.unwrap(), account);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let (db, id) = (db.clone(), account.id);
        tasks.spawn(async move {
            for n in 0..40 {
                let sql = format!("SELECT {n}::INT8, $1::INT8 FROM (SELECT pg_sleep(0.001)) AS s");
                let two: (i64, i64) = Sql::trusted(sql).bind(n).one(&db).await?;
                assert_eq!(two, (n, n));
                assert_eq!(Account::find(id).one(&db).await?.id, id);
                Account::update(id).add(Account::BALANCE, 1).exec(&db).await?;
            }
            Ok::<(), crdb_orm::Error>(())
        });
    }
    for done in tasks.join_all().await {
        done.expect("a right answer to every one");
    }
    assert_eq!(Account::find(account.id).one(bouncer.direct()).await.unwrap().balance, 10 + 6 * 40);
}

/// It gives up on a statement, and the server goes on with it: what it says then (08P01, "query timeout") is not what became of
/// the statement.
#[tokio::test]
async fn what_it_gave_up_on_may_have_been_committed() {
    let test = "what_it_gave_up_on_may_have_been_committed";
    let Some(bouncer) = Bouncer::start_with(4, test, "query_timeout = 2").await else { return };
    bouncer.direct().create_schema(&SCHEMA).await.expect("the schema");
    for db in databases(&bouncer).await {
        let slow = Sql::trusted(
            "INSERT INTO accounts (id, owner, balance, notes) \
             SELECT gen_random_uuid(), 'slow', 0, '[]'::JSONB FROM (SELECT pg_sleep(4)::TEXT) AS late (late)",
        );
        let error = slow.exec(&db).await.unwrap_err();
        assert!(error.is_outcome_unknown() && error.is_connection(), "{error}");
        assert!(error.to_string().contains("query timeout"), "{error}");
        let there = async || {
            let slow = Account::filter(Account::OWNER.eq("slow"));
            slow.count(bouncer.direct()).await.expect("a count")
        };
        let began = Instant::now();
        while there().await == 0 {
            assert!(began.elapsed() < Duration::from_secs(20), "it was not committed");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Account::filter(Account::OWNER.eq("slow")).delete().exec(bouncer.direct()).await.expect("a delete");
    }
}

/// What the others are there for.
#[tokio::test]
async fn named_statements_would_fail_there() {
    let Some(bouncer) = Bouncer::start(2, "named_statements_would_fail_there").await else { return };
    let db = Database::builder(bouncer.url())
        .max_connections(4)
        .prepared(Prepared::Always)
        .connect()
        .await
        .unwrap();
    let ask = || Sql::trusted("SELECT 1::INT8, pg_sleep(0.01)::TEXT").exec(&db);
    for _ in 0..50 {
        if let Err(error) = tokio::try_join!(ask(), ask(), ask()) {
            assert!(error.to_string().contains("prepared=never"), "{error}");
            return;
        }
    }
    panic!("this PgBouncer takes named statements: then this test is to be thought over");
}

#[tokio::test]
async fn sql_of_ones_own_works_there_and_leaves_no_setting() {
    const TENANT: &str = "SELECT coalesce(current_setting('app.tenant', true), '')";
    let test = "sql_of_ones_own_works_there_and_leaves_no_setting";
    let Some(bouncer) = Bouncer::start(1, test).await else { return };
    bouncer.direct().create_schema(&SCHEMA).await.expect("the schema");
    for db in databases(&bouncer).await {
        let made =
            Account::insert_row(&Account { mood: Some(Mood::Good), ..of("Ada") }).one(&db).await.unwrap();
        for text in [
            "SELECT owner FROM accounts WHERE mood = $1",
            "SELECT owner FROM accounts WHERE mood = $1::TEXT::mood",
        ] {
            let good = Sql::trusted(text).bind(Mood::Good);
            assert_eq!(good.clone().one::<(String,), _>(&db).await.unwrap().0, "Ada");
            assert_eq!(good.read_only().one::<(String,), _>(&db).await.unwrap().0, "Ada");
        }
        let write = Sql::trusted("DELETE FROM accounts").read_only().all::<(String,), _>(&db).await;
        assert_eq!(write.unwrap_err().sqlstate(), Some("25006"));
        for text in ["SET app.tenant = 'acme'", "SELECT set_config('app.tenant', 'acme', false)"] {
            assert!(Sql::trusted(text).exec(&db).await.unwrap_err().is_invalid_statement(), "{text}");
        }
        let inside = db
            .transaction("tenant", async |tx| {
                Sql::trusted("SET LOCAL app.tenant = 'acme'").exec(&tx).await?;
                Ok(value::<String>(&tx, TENANT).await)
            })
            .await
            .unwrap();
        assert_eq!((inside, value::<String>(&db, TENANT).await), ("acme".to_owned(), String::new()));
        assert!(Account::delete(made.id).exec(&db).await.unwrap());
    }
}
