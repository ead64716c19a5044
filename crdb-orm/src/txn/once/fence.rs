//! Keeping out what may still arrive.

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};

use super::key::Sealed;
use super::sql;
use super::stored::Stored;
use crate::error::{Error, Kind, Result};
use crate::txn::classify::{Outcome, Where, classify};
use crate::txn::run::{Context, NotBegun, acquire};

/// The pauses between tries.
const PAUSES_MS: std::ops::RangeInclusive<u64> = 5..=50;

/// Makes certain that no earlier attempt under the key can be committed any more, or returns the result of one that was.
///
/// It may be done twice as well as once, so it is tried until the deadline.
///
/// # Errors
/// It could not be done in time.
pub(super) async fn fence(context: &Context<'_>, deadline: Instant, key: &Sealed) -> Result<Option<Vec<u8>>> {
    loop {
        match timeout_at(deadline, once(context, deadline, key)).await {
            Err(_) => {
                let message = "the deadline passed while an earlier attempt was being kept out";
                return Err(Error::of_kind(Kind::Deadline, message));
            }
            Ok(Ok(Fenced::Yes)) => return Ok(None),
            Ok(Ok(Fenced::Done(json))) => return Ok(Some(json)),
            Ok(Ok(Fenced::Again)) => {}
            Ok(Err(error)) => return Err(error),
        }
        let pause = Duration::from_millis(fastrand::u64(PAUSES_MS));
        if Instant::now() + pause < deadline {
            sleep(pause).await;
        }
    }
}

enum Fenced {
    Yes,
    Done(Vec<u8>),
    Again,
}

async fn once(context: &Context<'_>, deadline: Instant, key: &Sealed) -> Result<Fenced> {
    // It is not the first attempt of anything, so a node that is not there may come back.
    let mut lease = match acquire(context, deadline, 2).await {
        Ok(lease) => lease,
        Err(NotBegun::Again(_)) => return Ok(Fenced::Again),
        Err(NotBegun::Failed(error)) => return Err(error),
    };
    let conn = lease.conn().clone();
    lease.busy();
    let rows = match conn.texts(&sql::fence(key)).await {
        Ok(rows) if rows.is_empty() => conn.texts(&sql::look_up(key)).await,
        Ok(_) => {
            lease.idle();
            return Ok(Fenced::Yes);
        }
        Err(driver) => Err(driver),
    };
    match rows {
        Ok(rows) => {
            lease.idle();
            Ok(match Stored::read(rows.first().map(Vec::as_slice), key, context.name)? {
                Stored::Done(json) => Fenced::Done(json),
                Stored::Fenced | Stored::Nothing => Fenced::Again,
            })
        }
        Err(driver) => {
            if driver.is_fatal() {
                lease.discard();
            } else {
                lease.idle();
            }
            match classify(&driver, Where::SingleStatement) {
                Outcome::NotCommitted { retry: true } | Outcome::Unknown => Ok(Fenced::Again),
                _ => Err(Error::driver(&driver, conn.node())),
            }
        }
    }
}
