//! Promise: a payment that is posted twice is paid once.

mod service;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use crdb_orm::prelude::*;
use crdb_orm::testing::TestDb;
use tower::ServiceExt as _;

use self::service::{Account, PAYMENTS, Payment, Receipt, router};

async fn bank() -> (TestDb, Router, Account) {
    let db = TestDb::new().await.expect("a database");
    db.create_schema(&PAYMENTS).await.expect("the schema");
    let account = Account::insert().cents(1000).one(&db).await.expect("an account");
    let router = router(db.db().clone());
    (db, router, account)
}

/// Posts a payment; returns the status, whether it was said to be a replay, and the body.
async fn post(router: &Router, account: Uuid, key: Option<&str>, cents: i64) -> (StatusCode, bool, Vec<u8>) {
    let body = serde_json::to_vec(&Payment { cents }).expect("JSON");
    let mut request =
        Request::post(format!("/accounts/{account}/payments")).header("content-type", "application/json");
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    let response = router.clone().oneshot(request.body(Body::from(body)).expect("a request")).await;
    let response = response.expect("a response");
    let (status, replayed) = (response.status(), response.headers().contains_key("idempotent-replayed"));
    let body = to_bytes(response.into_body(), 4096).await.expect("a body").to_vec();
    (status, replayed, body)
}

async fn cents(db: &TestDb, account: Uuid) -> i64 {
    Account::find(account).one(db).await.expect("the account").cents
}

#[tokio::test]
async fn a_payment_that_is_posted_twice_is_paid_once() {
    let (db, router, account) = bank().await;
    let (status, replayed, first) = post(&router, account.id, Some("\"k1\""), 250).await;
    assert_eq!((status, replayed), (StatusCode::CREATED, false));
    let (status, replayed, second) = post(&router, account.id, Some("k1"), 250).await;
    assert_eq!((status, replayed), (StatusCode::CREATED, true));
    let receipts: Vec<Receipt> =
        [first, second].iter().map(|body| serde_json::from_slice(body).expect("a receipt")).collect();
    assert_eq!((&receipts[0], receipts[0].left), (&receipts[1], 750));
    assert_eq!(cents(&db, account.id).await, 750);
    post(&router, account.id, Some("k2"), 250).await;
    assert_eq!(cents(&db, account.id).await, 500);
}

#[tokio::test]
async fn posted_many_times_at_once_it_is_paid_once_and_everybody_gets_the_receipt() {
    let (db, router, account) = bank().await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (router, id) = (router.clone(), account.id);
        tasks.spawn(async move { post(&router, id, Some("k"), 100).await });
    }
    let answers = tasks.join_all().await;
    assert!(answers.iter().all(|(status, _, body)| *status == StatusCode::CREATED && *body == answers[0].2));
    assert_eq!(answers.iter().filter(|(_, replayed, _)| !replayed).count(), 1);
    assert_eq!(cents(&db, account.id).await, 900);
}

#[tokio::test]
async fn without_a_key_with_a_wrong_one_and_with_one_of_another_payment_it_is_refused() {
    let (db, router, account) = bank().await;
    let status = async |key, cents| post(&router, account.id, key, cents).await.0;
    assert_eq!(status(None, 100).await, StatusCode::BAD_REQUEST);
    assert_eq!(status(Some("\"open"), 100).await, StatusCode::BAD_REQUEST);
    assert_eq!(status(Some("k"), 100).await, StatusCode::CREATED);
    assert_eq!(status(Some("k"), 200).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(status(Some("poor"), 100_000).await, StatusCode::PAYMENT_REQUIRED);
    // Nothing was stored under the key of what was refused.
    assert_eq!(status(Some("poor"), 100).await, StatusCode::CREATED);
    assert_eq!(cents(&db, account.id).await, 800);
}
