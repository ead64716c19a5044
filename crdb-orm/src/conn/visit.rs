//! One statement on a connection of its own, beside every pool.

use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::SimpleQueryMessage;

use super::explain::none_reached;
use super::nodes::Nodes;
use super::open::{Opener, Start};
use super::url::Settings;
use crate::error::{Driver, Error, Result};

/// How long taking leave may take.
const LEAVE: Duration = Duration::from_secs(1);

/// Runs statements without values, as the URL says, and takes leave; returns the first column of their rows.
pub(crate) async fn visit(url: &str, sql: &str) -> Result<Vec<String>> {
    let settings = Settings::parse(url)?.complete()?;
    let nodes = Arc::new(Nodes::new(settings.nodes.clone(), None));
    let opener = Opener::new(settings);
    let mut failures = Vec::new();
    for node in nodes.candidates().await {
        let visited = match opener.open(&nodes, &node, None).await.map_err(Start::into_error) {
            Ok(visited) => visited,
            Err(error) => {
                failures.push(error);
                continue;
            }
        };
        let answer = visited.client.simple_query(sql).await;
        drop(visited.client);
        // So that the server has seen us go before somebody asks it to drop what we were in.
        let _ = tokio::time::timeout(LEAVE, visited.task).await;
        let messages = answer.map_err(|error| Error::driver(&Driver::from(error), node.name()))?;
        let first = |message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        };
        return Ok(messages.into_iter().filter_map(first).collect());
    }
    Err(none_reached(failures))
}
