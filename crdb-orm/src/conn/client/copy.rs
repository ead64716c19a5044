//! COPY FROM STDIN.

use std::pin::Pin;

use bytes::Bytes;
use futures_util::SinkExt;
use tokio_postgres::CopyInSink;

use super::Conn;
use crate::error::Driver;

impl Conn {
    /// Begins a COPY FROM STDIN, which waits for its data.
    pub(crate) async fn copy_in(&self, sql: &str) -> Result<Pin<Box<CopyInSink<Bytes>>>, Driver> {
        self.client.copy_in(sql).await.map(Box::pin).map_err(|error| self.reason(error))
    }

    /// Sends data of a COPY; waits while the network does not take it.
    pub(crate) async fn copy_more(
        &self,
        copy: &mut Pin<Box<CopyInSink<Bytes>>>,
        data: Bytes,
    ) -> Result<(), Driver> {
        copy.send(data).await.map_err(|error| self.reason(error))
    }

    /// Says that all data was sent; returns the number of rows.
    pub(crate) async fn copy_done(&self, copy: &mut Pin<Box<CopyInSink<Bytes>>>) -> Result<u64, Driver> {
        copy.as_mut().finish().await.map_err(|error| self.reason(error))
    }
}
