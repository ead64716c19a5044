//! One node, and whether it can be connected to.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::conn::pool::NodeStatus;
use crate::conn::url::Node;

/// The first pause before a node that is down is probed.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// The longest one. Short, since connections are to be even again within five seconds of a node's return.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// A node: a host of the URL, or one of the addresses that its name stands for.
pub(in crate::conn) struct Endpoint {
    node: Node,
    address: Option<IpAddr>,
    name: Arc<str>,
    state: Mutex<State>,
    connections: AtomicUsize,
    surplus: AtomicUsize,
    /// When a connection to it was lost, in microseconds since `made`; those that were idle then are looked at before
    /// they are used. Zero: never.
    suspect: AtomicU64,
    /// When it let a connection in last, as above.
    connected: AtomicU64,
    made: Instant,
    /// Raised whenever its connections are to be left.
    epoch: AtomicUsize,
    /// It does not take session settings at start-up.
    plain: AtomicBool,
}

#[derive(Default)]
struct State {
    health: Health,
    /// Whether it was asked for its region, and what it said.
    asked: bool,
    region: Option<String>,
    /// What its name stood for last, in the resolver's order.
    addresses: Vec<IpAddr>,
    /// What it stood for before, and in how many answers in a row that was not named.
    absent: Vec<(IpAddr, u32)>,
}

/// Whether it can be connected to.
#[derive(Debug, Clone, Default)]
pub(in crate::conn) enum Health {
    #[default]
    Up,
    Down {
        reason: String,
        failures: u32,
        probe: Instant,
        /// It is there, and has no room for one more connection.
        full: bool,
    },
}

impl Health {
    pub(in crate::conn) fn is_up(&self) -> bool {
        matches!(self, Self::Up)
    }

    /// Whether it is there, and lets nobody in for want of room.
    pub(super) fn is_full(&self) -> bool {
        matches!(self, Self::Down { full: true, .. })
    }

    /// When it may be tried, if it is down; what is up comes before.
    pub(super) fn down(&self) -> Option<Instant> {
        match self {
            Self::Up => None,
            Self::Down { probe, .. } => Some(*probe),
        }
    }
}

/// The pause before a node is tried again that has failed so often in a row: twice as long each time, less up to a half by
/// chance (a number from 0 to 1), so that the pools of many processes do not come together.
fn pause(failures: u32, chance: f64) -> Duration {
    let longest = FIRST_PAUSE.saturating_mul(1 << failures.saturating_sub(1).min(8)).min(LONGEST_PAUSE);
    longest.mul_f64(1.0 - 0.5 * chance)
}

impl Endpoint {
    pub(super) fn new(node: Node, address: Option<IpAddr>) -> Self {
        let name = match address {
            Some(address) => format!("{node} ({address})"),
            None => node.to_string(),
        };
        Self {
            node,
            address,
            name: name.into(),
            state: Mutex::default(),
            connections: AtomicUsize::new(0),
            surplus: AtomicUsize::new(0),
            suspect: AtomicU64::new(0),
            connected: AtomicU64::new(0),
            made: Instant::now(),
            epoch: AtomicUsize::new(0),
            plain: AtomicBool::new(false),
        }
    }

    pub(super) fn is_of(&self, node: &Node) -> bool {
        self.node == *node
    }

    pub(in crate::conn) fn node(&self) -> &Node {
        &self.node
    }

    /// The address to connect to, where the name has many.
    pub(in crate::conn) fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// The addresses to try where no one of them is a node of its own; none where the name was never looked up.
    pub(in crate::conn) fn addresses(&self) -> Vec<IpAddr> {
        self.state().addresses.clone()
    }

    pub(super) fn set_addresses(&self, addresses: &[IpAddr]) {
        self.state().addresses = addresses.to_vec();
    }

    /// Takes over what its name stands for now; says whether it is still the same node. It is not where its connections are
    /// to be left: it is down at other addresses than these, or one of its addresses was not named by so many answers in a
    /// row. Once is no reason, since a name may be answered with one of its addresses in turn.
    pub(super) fn follows(&self, addresses: &[IpAddr], answers: u32) -> bool {
        let mut state = self.state();
        let is_elsewhere =
            !state.addresses.is_empty() && !state.addresses.iter().any(|one| addresses.contains(one));
        if is_elsewhere && !state.health.is_up() {
            return false;
        }
        let State { addresses: before, absent, .. } = &mut *state;
        for address in before.iter() {
            if !absent.iter().any(|(known, _)| known == address) {
                absent.push((*address, 0));
            }
        }
        absent.retain(|(address, _)| !addresses.contains(address));
        let gone = absent.iter_mut().fold(false, |gone, (_, times)| {
            *times += 1;
            gone || *times >= answers
        });
        if !gone {
            *before = addresses.to_vec();
        }
        !gone
    }

    /// What it is called in errors and logs.
    pub(in crate::conn) fn name(&self) -> &Arc<str> {
        &self.name
    }

    pub(in crate::conn) fn health(&self) -> Health {
        self.state().health.clone()
    }

    /// How it is doing.
    pub(in crate::conn) fn status(&self) -> NodeStatus {
        let health = self.health();
        NodeStatus {
            node: self.name.clone(),
            up: health.is_up(),
            full: health.is_full(),
            reason: match health {
                Health::Up => None,
                Health::Down { reason, .. } => Some(reason),
            },
            connections: self.connections(),
            region: self.region(),
        }
    }

    /// The connections to it, those that are being made included.
    pub(in crate::conn) fn connections(&self) -> usize {
        self.connections.load(Relaxed)
    }

    /// Counts a connection until what is returned goes.
    pub(in crate::conn) fn occupy(self: &Arc<Self>) -> Occupied {
        self.connections.fetch_add(1, Relaxed);
        Occupied { epoch: self.epoch.load(Relaxed), endpoint: self.clone() }
    }

    /// It let a connection in.
    pub(in crate::conn) fn connected(&self) {
        self.connected.store(self.micros(Instant::now()), Relaxed);
        let before = std::mem::take(&mut self.state().health);
        if let Health::Down { reason, failures, .. } = before {
            tracing::info!(node = %self.name, %reason, failures, "a node is back");
        }
    }

    /// It let no connection in: it is not tried again for a while, as long as there are others.
    pub(in crate::conn) fn failed(&self, reason: &str) {
        self.fell(reason, false);
    }

    /// It has no room for one more connection; what has one goes on.
    pub(in crate::conn) fn has_no_room(&self, reason: &str) {
        self.fell(reason, true);
    }

    fn fell(&self, reason: &str, full: bool) {
        let mut state = self.state();
        let failures = match &state.health {
            Health::Up => {
                tracing::warn!(node = %self.name, reason, full, "a node lets nobody in");
                1
            }
            Health::Down { failures, .. } => failures.saturating_add(1),
        };
        let probe = Instant::now() + pause(failures, fastrand::f64());
        state.health = Health::Down { reason: reason.to_owned(), failures, probe, full };
    }

    /// It says that it goes away: its connections are not used again.
    pub(in crate::conn) fn drain(&self, reason: &str) {
        if self.health().is_up() {
            self.failed(reason);
            self.leave();
        }
    }

    /// From now on none of its connections is used again.
    pub(super) fn leave(&self) {
        self.epoch.fetch_add(1, Relaxed);
    }

    /// A connection to it was lost without a word: those that were idle then are looked at before they are used.
    pub(in crate::conn) fn suspect(&self) {
        self.suspect.store(self.micros(Instant::now()).max(1), Relaxed);
    }

    /// Whether something has happened to it since a connection was used.
    pub(in crate::conn) fn is_suspect_since(&self, used: impl FnOnce() -> Instant) -> bool {
        let suspect = self.suspect.load(Relaxed);
        suspect > 0 && self.micros(used()) <= suspect
    }

    fn micros(&self, at: Instant) -> u64 {
        u64::try_from(at.saturating_duration_since(self.made).as_micros()).unwrap_or(u64::MAX)
    }

    /// Whether it is down and it is time to try it, or its last connection was lost, so that nobody knows whether it is up.
    pub(in crate::conn) fn wants_probe(&self) -> bool {
        match self.health() {
            Health::Up => {
                self.connections() == 0 && self.suspect.load(Relaxed) > self.connected.load(Relaxed)
            }
            Health::Down { probe, .. } => probe <= Instant::now(),
        }
    }

    /// Its region: what it said, if it was asked and has one.
    pub(in crate::conn) fn region(&self) -> Option<String> {
        self.state().region.clone()
    }

    pub(in crate::conn) fn knows_region(&self) -> bool {
        self.state().asked
    }

    pub(in crate::conn) fn set_region(&self, region: Option<String>) {
        let mut state = self.state();
        state.asked = true;
        state.region = region;
    }

    pub(super) fn set_surplus(&self, surplus: usize) {
        self.surplus.store(surplus, Relaxed);
    }

    /// Whether a connection to it is one too many; counts it as gone.
    pub(in crate::conn) fn take_surplus(&self) -> bool {
        self.surplus.fetch_update(Relaxed, Relaxed, |surplus| surplus.checked_sub(1)).is_ok()
    }

    /// Whether it takes no session settings at start-up.
    pub(in crate::conn) fn is_plain(&self) -> bool {
        self.plain.load(Relaxed)
    }

    pub(in crate::conn) fn set_plain(&self) {
        self.plain.store(true, Relaxed);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection to a node, or one that is being made.
pub(in crate::conn) struct Occupied {
    endpoint: Arc<Endpoint>,
    epoch: usize,
}

impl Occupied {
    pub(in crate::conn) fn endpoint(&self) -> &Arc<Endpoint> {
        &self.endpoint
    }

    /// Whether its node was left since it was made.
    pub(in crate::conn) fn is_left(&self) -> bool {
        self.epoch != self.endpoint.epoch.load(Relaxed)
    }
}

impl Drop for Occupied {
    fn drop(&mut self) {
        self.endpoint.connections.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn node() -> Endpoint {
        Endpoint::new(Node::Tcp { host: "db1".to_owned(), port: 26257, address: None }, None)
    }

    proptest! {
        #[test]
        fn pauses_between_probes_double_up_to_two_seconds_less_up_to_a_half(
            failures in 1..u32::MAX, chance in 0.0..1.0
        ) {
            let longest = FIRST_PAUSE.as_secs_f64() * 2_f64.powf(f64::from(failures - 1));
            let longest = Duration::from_secs_f64(longest.min(LONGEST_PAUSE.as_secs_f64()));
            let pause = pause(failures, chance);
            prop_assert!(longest / 2 <= pause && pause <= longest, "{pause:?} of {longest:?}");
        }
    }

    #[test]
    fn nodes_that_fail_at_once_are_not_probed_at_once_and_each_less_often_the_longer_it_is_down() {
        let nodes: Vec<Endpoint> = (0..200).map(|_| node()).collect();
        for longest in [200, 400, 800, 1600, 2000, 2000].map(Duration::from_millis) {
            let mut pauses = Vec::new();
            for node in &nodes {
                let before = Instant::now();
                node.failed("refused");
                let probe = node.health().down().expect("a node that is down");
                pauses.push(probe - before);
                // The machine may take its time between the two looks at the clock.
                assert!(probe - before >= longest / 2 && probe - Instant::now() <= longest, "{longest:?}");
                assert!(!node.wants_probe() || probe <= Instant::now(), "not before its time");
            }
            pauses.sort_unstable();
            let (first, last) = (pauses[0], pauses[pauses.len() - 1]);
            assert!(first < longest.mul_f64(0.6) && last > longest.mul_f64(0.9), "{first:?} to {last:?}");
        }
        nodes[0].connected();
        nodes[0].failed("refused");
        let pause = nodes[0].health().down().expect("a node that is down") - Instant::now();
        assert!(pause <= FIRST_PAUSE, "it begins anew: {pause:?}");
    }

    #[test]
    fn a_node_that_is_down_is_probed_when_its_pause_is_over() {
        let node = node();
        node.failed("refused");
        let probe = node.health().down().expect("a node that is down");
        assert!(!node.wants_probe());
        std::thread::sleep(probe.saturating_duration_since(Instant::now()));
        assert!(node.wants_probe());
        node.connected();
        assert!(!node.wants_probe(), "what is up needs none");
    }
}
