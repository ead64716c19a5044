//! What a name stands for.

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use crate::conn::url::Node;

/// How long a look-up may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether it may stand for many nodes.
pub(super) fn is_name(node: &Node) -> bool {
    matches!(node, Node::Tcp { host, address: None, .. } if host.parse::<IpAddr>().is_err())
}

/// The addresses of a node that has a name; `None` if the name cannot be looked up. One address, or none, means that the
/// name is left to the driver.
pub(super) async fn addresses(node: &Node) -> Option<Vec<IpAddr>> {
    let Node::Tcp { host, port, address: None } = node else { return Some(Vec::new()) };
    if host.parse::<IpAddr>().is_ok() {
        return Some(Vec::new());
    }
    let found = in_time(tokio::net::lookup_host((host.as_str(), *port))).await;
    match found {
        Ok(found) => Some(of_one_family(found.map(|address| address.ip()))),
        Err(error) => {
            tracing::debug!(%host, %error, "a name could not be looked up");
            None
        }
    }
}

/// Whoever waits for a connection waits for this, too: a name server that says nothing must not hold it up for long.
async fn in_time<T>(looking: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    tokio::time::timeout(PATIENCE, looking).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// Only one family counts: a node with an IPv4 and an IPv6 address, as `localhost`, is one node.
fn of_one_family(found: impl Iterator<Item = IpAddr>) -> Vec<IpAddr> {
    let mut all: Vec<IpAddr> = found.collect();
    all.sort_unstable();
    all.dedup();
    let (four, six): (Vec<_>, Vec<_>) = all.into_iter().partition(IpAddr::is_ipv4);
    if four.len() >= six.len() { four } else { six }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(texts: &[&str]) -> Vec<String> {
        of_one_family(texts.iter().filter_map(|text| text.parse().ok()))
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn addresses_of_one_family_are_nodes() {
        assert_eq!(of(&["127.0.0.1", "::1", "127.0.0.1"]), ["127.0.0.1"]);
        assert_eq!(of(&["10.0.0.2", "10.0.0.1", "fd00::1"]), ["10.0.0.1", "10.0.0.2"]);
        assert_eq!(of(&["fd00::2", "fd00::1", "10.0.0.1"]), ["fd00::1", "fd00::2"]);
        assert!(of(&[]).is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_name_server_that_says_nothing_holds_nobody_up_for_long() {
        let began = tokio::time::Instant::now();
        let error = in_time(std::future::pending::<io::Result<()>>()).await.expect_err("no answer");
        assert_eq!((error.kind(), began.elapsed()), (io::ErrorKind::TimedOut, PATIENCE));
    }

    #[tokio::test]
    async fn what_is_no_name_is_not_looked_up() {
        let address = Node::Tcp { host: "::1".to_owned(), port: 1, address: None };
        assert!(!is_name(&address) && addresses(&address).await == Some(Vec::new()));
        let socket = Node::Unix { directory: "/tmp".to_owned(), port: 1 };
        assert!(!is_name(&socket));
    }
}
