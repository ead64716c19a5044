//! Statements without values.

use std::pin::pin;

use futures_util::TryStreamExt;
use tokio_postgres::SimpleQueryMessage;

use super::{Conn, note};
use crate::error::Driver;

impl Conn {
    /// Runs statements without values and throws their answers away.
    pub(crate) async fn batch(&self, sql: &str) -> Result<(), Driver> {
        note(sql);
        self.client.batch_execute(sql).await.map_err(|error| self.reason(error))
    }

    /// Waits until everything sent so far has been answered.
    pub(crate) async fn sync(&self) -> Result<(), Driver> {
        self.client.check_connection().await.map_err(|error| self.reason(error))
    }

    /// Runs statements without values; says how many succeeded before the first error.
    pub(crate) async fn counted(&self, sql: &str) -> (usize, Result<(), Driver>) {
        let mut done = 0;
        note(sql);
        let run = async {
            let mut messages = pin!(self.client.simple_query_raw(sql).await?);
            while let Some(message) = messages.try_next().await? {
                if matches!(message, SimpleQueryMessage::CommandComplete(_)) {
                    done += 1;
                }
            }
            Ok(())
        };
        let result = run.await.map_err(|error| self.reason(error));
        (done, result)
    }

    /// Runs statements without values; returns the rows of the last one of them that can have any, as texts.
    pub(crate) async fn texts(&self, sql: &str) -> Result<Vec<Vec<Option<String>>>, Driver> {
        note(sql);
        let messages = self.client.simple_query(sql).await.map_err(|error| self.reason(error))?;
        let mut rows = Vec::new();
        for message in &messages {
            match message {
                // Those before it belong to another statement, as to one that sets variables behind BEGIN.
                SimpleQueryMessage::RowDescription(_) => rows.clear(),
                SimpleQueryMessage::Row(row) => {
                    rows.push((0..row.len()).map(|i| row.get(i).map(str::to_owned)).collect());
                }
                _ => {}
            }
        }
        Ok(rows)
    }

    /// The first value of the first row of a query without values.
    pub(in crate::conn) async fn scalar(&self, sql: &str) -> Result<Option<String>, Driver> {
        note(sql);
        let messages = self.client.simple_query(sql).await.map_err(|error| self.reason(error))?;
        Ok(messages.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.try_get(0).ok().flatten().map(str::to_owned),
            _ => None,
        }))
    }
}
