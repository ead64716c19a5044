//! What a name stands for.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};
use std::time::Duration;

use crate::conn::url::Node;
use crate::exec::BoxFuture;

/// How long a look-up may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// A port that is none of ours, which nothing is sent to.
const DISCARD: u16 = 9;

type Ask = dyn Fn(String, u16) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync;

/// Who knows what names stand for, and when to ask again.
pub(super) struct Resolver {
    ask: Box<Ask>,
    /// Whether there is a way to an address.
    route: fn(IpAddr) -> bool,
    /// Names are looked up again after this time.
    pub(super) every: Duration,
    /// And after this time when a node has failed.
    pub(super) soon: Duration,
    /// An address that so many answers in a row do not name is none of the name's any more.
    pub(super) answers: u32,
}

impl Resolver {
    /// That of the operating system.
    pub(super) fn system() -> Self {
        let ask: Box<Ask> = Box::new(|host, port| {
            Box::pin(async move {
                let found = tokio::net::lookup_host((host, port)).await?;
                Ok(found.map(|address| address.ip()).collect())
            })
        });
        Self {
            ask,
            route: has_route,
            every: Duration::from_secs(30),
            soon: Duration::from_secs(2),
            answers: 10,
        }
    }

    /// Asks somebody else.
    #[cfg(test)]
    pub(super) fn ask_with(
        &mut self,
        ask: impl Fn(String, u16) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync + 'static,
    ) {
        self.ask = Box::new(ask);
    }

    /// Finds ways to addresses otherwise.
    #[cfg(test)]
    pub(super) fn route_with(&mut self, route: fn(IpAddr) -> bool) {
        self.route = route;
    }

    /// Whether this machine has a way to an address.
    pub(super) fn has_route(&self, address: IpAddr) -> bool {
        (self.route)(address)
    }

    /// All addresses of a node that has a name, in the resolver's order; `None` if it has none, or if the name cannot be looked
    /// up.
    pub(super) async fn addresses(&self, node: &Node) -> Option<Vec<IpAddr>> {
        let Node::Tcp { host, port, .. } = node else { return None };
        if !is_name(node) {
            return None;
        }
        match in_time((self.ask)(host.clone(), *port)).await {
            Ok(found) if found.is_empty() => None,
            Ok(found) => Some(found),
            Err(error) => {
                tracing::debug!(%host, %error, "a name could not be looked up");
                None
            }
        }
    }
}

/// Whether it may stand for many nodes.
pub(super) fn is_name(node: &Node) -> bool {
    matches!(node, Node::Tcp { host, address: None, .. } if host.parse::<IpAddr>().is_err())
}

/// Whoever waits for a connection waits for this, too: a name server that says nothing must not hold it up for long.
async fn in_time<T>(looking: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    tokio::time::timeout(PATIENCE, looking).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// Only one family counts: a node with an IPv4 and an IPv6 address, as `localhost`, is one node. It is the one with more
/// addresses, or that of the address which was known before, or of the first answer, among those that this machine has a
/// route to; of both if it has none to either.
pub(super) fn of_one_family(
    found: &[IpAddr],
    before: Option<IpAddr>,
    has_route: impl Fn(IpAddr) -> bool,
) -> Vec<IpAddr> {
    let mut all = found.to_vec();
    all.sort_unstable();
    all.dedup();
    let (four, six): (Vec<_>, Vec<_>) = all.into_iter().partition(IpAddr::is_ipv4);
    if four.is_empty() || six.is_empty() {
        return if four.is_empty() { six } else { four };
    }
    let can = |family: &[IpAddr]| family.iter().any(|address| has_route(*address));
    match (can(&four), can(&six)) {
        (true, false) => four,
        (false, true) => six,
        _ if four.len() == six.len() => {
            let first = before.or_else(|| found.first().copied());
            if first.is_some_and(|address| address.is_ipv6()) { six } else { four }
        }
        _ if four.len() > six.len() => four,
        _ => six,
    }
}

/// Whether this machine knows a way to an address. Nothing is sent: to connect a UDP socket only looks for a route, as
/// `getaddrinfo` does to sort its answer (RFC 6724).
fn has_route(address: IpAddr) -> bool {
    let from: IpAddr = match address {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    UdpSocket::bind((from, 0)).and_then(|socket| socket.connect((address, DISCARD))).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(texts: &[&str]) -> Vec<String> {
        let all: Vec<IpAddr> = texts.iter().filter_map(|text| text.parse().ok()).collect();
        of_one_family(&all, None, |_| true).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn addresses_of_one_family_are_nodes() {
        assert_eq!(of(&["127.0.0.1", "::1", "127.0.0.1"]), ["127.0.0.1"]);
        assert_eq!(of(&["10.0.0.2", "10.0.0.1", "fd00::1"]), ["10.0.0.1", "10.0.0.2"]);
        assert_eq!(of(&["fd00::2", "fd00::1", "10.0.0.1"]), ["fd00::1", "fd00::2"]);
        assert_eq!(
            of(&["fd00::2", "fd00::1", "10.0.0.1", "10.0.0.2"]),
            ["fd00::1", "fd00::2"],
            "the first answer"
        );
        assert_eq!(of(&["10.0.0.1", "fd00::2", "fd00::1", "10.0.0.2"]), ["10.0.0.1", "10.0.0.2"]);
        assert!(of(&[]).is_empty());
    }

    #[test]
    fn a_family_without_a_route_is_none() {
        let all: Vec<IpAddr> = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "fd00::1", "fd00::2"]
            .iter()
            .filter_map(|text| text.parse().ok())
            .collect();
        let of = |has_route: fn(IpAddr) -> bool| of_one_family(&all, None, has_route);
        assert_eq!(of(|address| address.is_ipv6()), all[3..], "in a network without IPv4");
        assert_eq!(of(|address| address.is_ipv4()), all[..3], "in one without IPv6");
        assert_eq!(of(|_| false), all[..3], "who has neither asks the nodes");
        assert_eq!(of_one_family(&all[..3], None, |_| false), all[..3]);
    }

    #[test]
    fn a_resolver_that_changes_its_order_moves_nobody() {
        let all: Vec<IpAddr> = ["10.0.0.1", "fd00::1", "fd00::2", "10.0.0.2"]
            .iter()
            .filter_map(|text| text.parse().ok())
            .collect();
        let of = |before: Option<&str>| {
            of_one_family(&all, before.and_then(|text| text.parse().ok()), |_| true)[0].is_ipv6()
        };
        assert_eq!([of(None), of(Some("10.0.0.7")), of(Some("fd00::7"))], [false, false, true]);
    }

    #[test]
    fn a_route_is_looked_for() {
        let route = |text: &str| has_route(text.parse().expect("an address"));
        assert!(route("127.0.0.1"));
        assert!(!route("255.255.255.255"), "nobody may connect to all at once");
    }

    #[tokio::test(start_paused = true)]
    async fn a_name_server_that_says_nothing_holds_nobody_up_for_long() {
        let mut silent = Resolver::system();
        silent.ask_with(|_, _| Box::pin(std::future::pending()));
        let began = tokio::time::Instant::now();
        let name = Node::Tcp { host: "db.example".to_owned(), port: 1, address: None };
        assert_eq!((silent.addresses(&name).await, began.elapsed()), (None, PATIENCE));
    }

    #[tokio::test]
    async fn what_is_no_name_is_not_looked_up() {
        let mut resolver = Resolver::system();
        resolver.ask_with(|host, _| panic!("{host} is asked for"));
        let given = "10.0.0.1".parse().ok();
        for node in [
            Node::Tcp { host: "::1".to_owned(), port: 1, address: None },
            Node::Tcp { host: "db.example".to_owned(), port: 1, address: given },
            Node::Unix { directory: "/tmp".to_owned(), port: 1 },
        ] {
            assert!(!is_name(&node) && resolver.addresses(&node).await.is_none(), "{node}");
        }
    }

    #[tokio::test]
    async fn the_system_knows_this_machine() {
        let name = Node::Tcp { host: "localhost".to_owned(), port: 1, address: None };
        let found = Resolver::system().addresses(&name).await.expect("localhost");
        assert!(!found.is_empty() && found.iter().all(IpAddr::is_loopback), "{found:?}");
        // Names under `.invalid` never exist (RFC 6761).
        let none = Node::Tcp { host: "no-such-host.invalid".to_owned(), port: 1, address: None };
        assert_eq!(Resolver::system().addresses(&none).await, None);
    }
}
