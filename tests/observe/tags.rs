//! Tags of statements are seen by the server, and do not fill its prepared statements.

use crdb_orm::observe::Tags;
use crdb_orm::prelude::*;
use crdb_orm::testing::{FaultProxy, TestDb};

#[derive(CrdbTable, Debug)]
#[crdb(table = "orders")]
struct Order {
    #[crdb(primary_key)]
    id: Uuid,
    total: i64,
}

const SCHEMA: Schema = Schema::new("tags").tables(&[Order::TABLE]);
const ALWAYS: &str = "/*application='shop'*/";

async fn tagged() -> (TestDb, FaultProxy, Database) {
    let db = TestDb::new().await.expect("a database");
    db.create_schema(&SCHEMA).await.expect("the schema");
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let builder = Database::builder(&proxy.url()).max_connections(1);
    let tagged = builder.tag_statements(Tags::new().application("shop")).connect().await.expect("a pool");
    (db, proxy, tagged)
}

#[tokio::test]
async fn tags_that_are_always_the_same_are_prepared_with_their_text_once() {
    let (_db, proxy, tagged) = tagged().await;
    for total in 0..5 {
        Order::insert().total(total).exec(&tagged).await.expect("an insert");
    }
    assert_eq!(proxy.count_prepared(ALWAYS), 1);
    tagged
        .transaction("tagged", async |tx| {
            assert_eq!(Order::query().count(&tx).await?, 5);
            Ok(())
        })
        .await
        .expect("a transaction");
    assert_eq!(proxy.count_prepared(ALWAYS), 2, "statements of transactions bear them, too");
    // Without being asked for, nothing is tagged.
    let plain = Database::connect(&proxy.url()).await.expect("a pool");
    proxy.forget_statements();
    Tags::new().route("/x").scope(async { Order::query().count(&plain).await }).await.expect("a count");
    assert_eq!((proxy.count_prepared("/*"), proxy.count_prepared("count(")), (0, 1));
}

#[tokio::test]
async fn tags_of_a_request_are_sent_with_the_statement_and_nothing_is_prepared_for_them() {
    let (_db, proxy, tagged) = tagged().await;
    let one = Order::insert().total(7).one(&tagged).await.expect("a row");
    proxy.forget_statements();
    for request in 0..3 {
        let tags =
            Tags::new().route("/orders/{id}").tag("request", format!("'; DROP TABLE orders; --*/ {request}"));
        let found = tags
            .scope(async {
                let alone = Order::find(one.id).one(&tagged).await?;
                let within = tagged
                    .transaction("reads", async |tx| Order::filter(Order::TOTAL.eq(7)).one(&tx).await)
                    .await?;
                Ok::<_, crdb_orm::Error>((alone.total, within.total))
            })
            .await;
        assert_eq!(found.expect("both"), (7, 7));
    }
    let texts: Vec<String> = proxy.statements();
    let with = |what: &str| texts.iter().filter(|text| text.contains(what)).count();
    let route = "/*application='shop',request='%27%3B%20DROP%20TABLE%20orders%3B%20--%2A%2F%20";
    assert_eq!(with(route), 6, "{texts:#?}");
    assert_eq!(with("route='%2Forders%2F%7Bid%7D'*/"), 6, "{texts:#?}");
    // The next one without a request is prepared as ever.
    proxy.forget_statements();
    Order::find(one.id).one(&tagged).await.expect("the row");
    Order::find(one.id).one(&tagged).await.expect("the row");
    assert_eq!(proxy.count_prepared(ALWAYS), 1);
}
