//! Connections of a pool with the driver alone, to measure a pool and not what is done with its connections.

use std::fmt;
use std::pin::pin;

use tokio_postgres::Client;

use crate::conn::{Lease, Who};
use crate::database::Database;
use crate::error::Result;
use crate::exec::Label;

/// A connection of a database's pool. What is run on it is neither bounded nor run again.
pub struct BareConnection(Lease);

impl fmt::Debug for BareConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BareConnection").field("node", self.0.conn().node()).finish_non_exhaustive()
    }
}

impl BareConnection {
    /// Takes one as a statement would.
    ///
    /// # Errors
    /// There is none in time.
    pub async fn of(db: &Database) -> Result<Self> {
        let who = Who::Statement(Label { verb: "bare", table: None }, None);
        Ok(Self(db.pool().acquire(who, None).await?))
    }

    /// Runs something on it. Dropped half-way, the connection is closed.
    pub async fn run<T>(&mut self, request: impl AsyncFnOnce(&Client) -> T) -> T {
        self.0.busy();
        let conn = self.0.conn();
        let done = conn.while_awaiting(pin!(request(conn.client()))).await;
        self.0.idle();
        done
    }
}
