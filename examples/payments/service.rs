//! A service that takes payments by HTTP, each of them once, however often its client asks.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use crdb_orm::prelude::*;
use crdb_orm::{Error, Ledger};
use serde::{Deserialize, Serialize};

/// An account.
#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "accounts", check = "cents >= 0")]
pub(crate) struct Account {
    /// Its number.
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    /// What is on it.
    pub(crate) cents: i64,
}

/// The service's schema: its own table, and the ledger of the keys.
pub(crate) const PAYMENTS: Schema = Schema::new("payments").tables(&[Account::TABLE, Ledger::TABLE]);

/// What a client asks for.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Payment {
    /// How much is to be paid.
    pub(crate) cents: i64,
}

/// What a client gets.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Receipt {
    /// The number of the payment.
    pub(crate) number: Uuid,
    /// What is left on the account.
    pub(crate) left: i64,
}

/// `POST /accounts/{id}/payments`, with an `Idempotency-Key`.
pub(crate) fn router(db: Database) -> Router {
    Router::new().route("/accounts/{id}/payments", post(pay)).with_state(Arc::new(db))
}

async fn pay(
    State(db): State<Arc<Database>>,
    Path(account): Path<Uuid>,
    headers: HeaderMap,
    Json(payment): Json<Payment>,
) -> Result<Response, Refusal> {
    let header = headers.get("idempotency-key").and_then(|value| value.to_str().ok()).unwrap_or_default();
    // Keys are the clients' to choose: the scope keeps one account's apart from another's.
    let key = Key::from_idempotency_key(header)?.scope(format!("pay {account}")).of(&payment);
    let receipt = db
        .try_transaction("pay", async |tx| {
            let from = Account::find(account).for_update().one(&tx).await?;
            if from.cents < payment.cents {
                return Err(Refusal::Insufficient);
            }
            let left = from.cents - payment.cents;
            Account::update(account).set(Account::CENTS, left).exec(&tx).await?;
            Ok(Receipt { number: Uuid::new_v4(), left })
        })
        .once(key)
        .await?;
    let replayed = receipt.is_replayed();
    let mut response = (StatusCode::CREATED, Json(receipt.into_inner())).into_response();
    if replayed {
        response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// Why nothing was paid, as far as is known.
#[derive(Debug)]
enum Refusal {
    Insufficient,
    Database(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Insufficient => (StatusCode::PAYMENT_REQUIRED, "there is not enough on the account"),
            Self::Database(error) if error.is_invalid_key() => {
                (StatusCode::BAD_REQUEST, "an Idempotency-Key header of up to 255 characters is wanted")
            }
            Self::Database(error) if error.is_key_reused() => {
                (StatusCode::UNPROCESSABLE_ENTITY, "this Idempotency-Key was used for another payment")
            }
            Self::Database(error) if error.is_not_found() => {
                (StatusCode::NOT_FOUND, "there is no such account")
            }
            // Nothing is lost by asking again: the key finds out what became of it.
            Self::Database(_) => {
                (StatusCode::SERVICE_UNAVAILABLE, "ask again, with the same Idempotency-Key")
            }
        }
        .into_response()
    }
}
