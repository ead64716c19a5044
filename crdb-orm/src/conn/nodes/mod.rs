//! The nodes that connections are made to, and which of them comes next.

mod endpoint;
#[cfg(all(test, feature = "testing", target_os = "linux"))]
mod moves;
mod resolve;
#[cfg(test)]
mod tests;

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::join_all;
use tokio::time::Instant;

pub(super) use self::endpoint::{Endpoint, Occupied};

use self::resolve::Resolver;
use super::url::Node;
use crate::error::{Driver, Error};

/// All nodes of a database.
pub(super) struct Nodes {
    named: Vec<Node>,
    preferred: Option<String>,
    /// They are tried in the order of the URL, not by how many connections they have.
    in_order: bool,
    resolver: Resolver,
    state: Mutex<State>,
    /// One look-up at a time.
    looking: tokio::sync::Mutex<()>,
    failed: AtomicBool,
}

struct State {
    endpoints: Vec<Arc<Endpoint>>,
    looked: Option<Instant>,
}

/// What becomes of a look-up that somebody else makes.
#[derive(PartialEq, Eq)]
enum Looking {
    IsWaitedFor,
    GoesOn,
}

impl Nodes {
    pub(super) fn new(named: Vec<Node>, preferred: Option<String>) -> Self {
        let endpoints = named.iter().map(|node| Arc::new(Endpoint::new(node.clone(), None))).collect();
        Self {
            named,
            preferred,
            in_order: false,
            resolver: Resolver::system(),
            state: Mutex::new(State { endpoints, looked: None }),
            looking: tokio::sync::Mutex::new(()),
            failed: AtomicBool::new(false),
        }
    }

    /// Tries them in their order, and does not spread connections over them.
    pub(super) fn in_order(mut self) -> Self {
        self.in_order = true;
        self
    }

    /// Asks somebody else what names stand for.
    #[cfg(test)]
    fn resolved_by(mut self, resolver: Resolver) -> Self {
        self.resolver = resolver;
        self
    }

    pub(super) fn are_in_order(&self) -> bool {
        self.in_order
    }

    /// All of them.
    pub(super) fn all(&self) -> Vec<Arc<Endpoint>> {
        self.state().endpoints.clone()
    }

    /// Whether a region is preferred to others.
    pub(super) fn preferred_region(&self) -> Option<&str> {
        self.preferred.as_deref()
    }

    /// All nodes in the order in which they are to be tried: those that are up, near ones first, the one with the
    /// fewest connections first; then those that are down, since they may be back.
    pub(super) async fn candidates(&self) -> Vec<Arc<Endpoint>> {
        self.look_up().await;
        self.ranked()
    }

    fn ranked(&self) -> Vec<Arc<Endpoint>> {
        let mut ranked: Vec<_> = self
            .all()
            .into_iter()
            .enumerate()
            .map(|(index, node)| {
                let health = node.health();
                let place = if self.in_order { index } else { node.connections() };
                let rank = (health.down(), self.is_far(&node), place, fastrand::u32(..));
                (rank, node)
            })
            .collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        ranked.into_iter().map(|(_, node)| node).collect()
    }

    /// The same without those that were tried, all in vain: a look-up that somebody else makes is waited for.
    pub(super) async fn candidates_but(&self, tried: &[Arc<Endpoint>]) -> Vec<Arc<Endpoint>> {
        self.look_up_or(Looking::IsWaitedFor).await;
        let mut all = self.ranked();
        all.retain(|node| !tried.iter().any(|tried| Arc::ptr_eq(tried, node)));
        all
    }

    fn is_far(&self, node: &Endpoint) -> bool {
        match (&self.preferred, node.region()) {
            (Some(preferred), Some(region)) => *preferred != region,
            _ => false,
        }
    }

    /// Whether there is another node to go to, so that this one can be left.
    fn has_another(&self, than: &Endpoint) -> bool {
        let state = self.state();
        state.endpoints.iter().any(|node| !std::ptr::eq(&raw const **node, than) && node.health().is_up())
    }

    /// Whether no node is known to have room for one more connection, and one of them is there. Who looks after the nodes
    /// finds out when that changes.
    pub(super) fn are_full(&self) -> bool {
        let state = self.state();
        let health = || state.endpoints.iter().map(|node| node.health());
        health().all(|health| !health.is_up()) && health().any(|health| health.is_full())
    }

    /// A node let nobody in; its name may lead to others now.
    pub(super) fn failed(&self, node: &Endpoint, error: &Error) {
        if error.sqlstate() == Some("53300") {
            node.has_no_room(error.message());
            return;
        }
        node.failed(error.message());
        self.failed.store(true, Relaxed);
    }

    /// What a connection to a node ended with, or heard. A node that goes away is left at once, if there is another
    /// one; nothing that had not begun has to fail with it.
    pub(super) fn heard(&self, node: &Endpoint, said: &Driver) {
        match said.code() {
            // Admin shutdown, crash shutdown, cannot connect now.
            Some("57P01" | "57P02" | "57P03") if self.has_another(node) => {
                node.drain("it is shutting down");
                self.failed.store(true, Relaxed);
            }
            // It was idle for too long, which says nothing of others.
            Some("57P05") => {}
            Some(_) if !said.is_fatal() => {}
            _ => node.suspect(),
        }
    }

    /// Looks up the names that may stand for many nodes, when it is time.
    pub(super) async fn look_up(&self) {
        self.look_up_or(Looking::GoesOn).await;
    }

    async fn look_up_or(&self, others: Looking) {
        if !self.is_due() || !self.named.iter().any(resolve::is_name) {
            return;
        }
        let _one = match self.looking.try_lock() {
            Ok(one) => one,
            // The first look-up is waited for; a later one only brings news.
            Err(_) if others == Looking::IsWaitedFor || self.state().looked.is_none() => {
                self.looking.lock().await
            }
            Err(_) => return,
        };
        if !self.is_due() {
            // Somebody else has done it meanwhile.
            return;
        }
        // A name that cannot be looked up now stays what it was.
        let looking = self.named.iter().map(async |node| (node.clone(), self.resolver.addresses(node).await));
        let found = join_all(looking).await;
        self.failed.store(false, Relaxed);
        self.learn(&found);
    }

    fn is_due(&self) -> bool {
        let patience = if self.failed.load(Relaxed) { self.resolver.soon } else { self.resolver.every };
        self.state().looked.is_none_or(|looked| looked.elapsed() >= patience)
    }

    /// Takes over what the names stand for. Nodes that were known stay as they are; connections to one that has gone
    /// are closed when they come back.
    ///
    /// What has one address is one node without an address of its own, which follows it.
    fn learn(&self, found: &[(Node, Option<Vec<IpAddr>>)]) {
        let mut state = self.state();
        state.looked = Some(Instant::now());
        let mut next: Vec<Arc<Endpoint>> = Vec::new();
        for (node, addresses) in found {
            let known = state.endpoints.iter().filter(|endpoint| endpoint.is_of(node));
            let Some(addresses) = addresses else {
                next.extend(known.cloned());
                continue;
            };
            let at = |address| known.clone().find(|endpoint| endpoint.address() == Some(address)).cloned();
            let new = |address| Arc::new(Endpoint::new(node.clone(), address));
            let before = known.clone().find_map(|endpoint| endpoint.address());
            match resolve::of_one_family(addresses, before, |address| self.resolver.has_route(address))[..] {
                [address] => {
                    let whole = || {
                        known
                            .clone()
                            .find(|one| {
                                one.address().is_none() && one.follows(addresses, self.resolver.answers)
                            })
                            .cloned()
                    };
                    let moved = || {
                        let new = new(None);
                        new.set_addresses(addresses);
                        new
                    };
                    next.push(at(address).or_else(whole).unwrap_or_else(moved));
                }
                ref many => {
                    next.extend(many.iter().map(|one| at(*one).unwrap_or_else(|| new(Some(*one)))));
                }
            }
        }
        for gone in &state.endpoints {
            if !next.iter().any(|endpoint| Arc::ptr_eq(endpoint, gone)) {
                tracing::info!(node = %gone.name(), "a name no longer stands for this node");
                gone.leave();
            }
        }
        state.endpoints = next;
    }

    /// How many connections there are too many at each node, so that all have the same number.
    ///
    /// Told to the nodes, a part of it each time; a connection that comes back to the pool is closed where there are
    /// too many.
    pub(super) fn spread(&self) -> usize {
        if self.in_order {
            return 0;
        }
        let all = self.all();
        let (up, down): (Vec<_>, Vec<_>) = all.iter().partition(|node| node.health().is_up());
        let (far, near): (Vec<&Arc<Endpoint>>, Vec<_>) = up.into_iter().partition(|node| self.is_far(node));
        let (serving, idle) = if near.is_empty() { (far, near) } else { (near, far) };
        for node in &down {
            node.set_surplus(0);
        }
        let mut excess = 0;
        let mut set = |node: &Endpoint, surplus: usize| {
            node.set_surplus(surplus.div_ceil(4));
            excess += surplus;
        };
        let mut moved = 0;
        for node in idle {
            set(node, node.connections());
            moved += node.connections();
        }
        let now: Vec<usize> = serving.iter().map(|node| node.connections()).collect();
        let mut then = now.clone();
        let by_size = |then: &[usize]| {
            let most = (0..then.len()).max_by_key(|at| then[*at])?;
            let least = (0..then.len()).min_by_key(|at| then[*at])?;
            Some((most, least))
        };
        while let Some((most, least)) = by_size(&then) {
            if moved > 0 {
                then[least] += 1;
                moved -= 1;
            } else if then[most] - then[least] >= 2 {
                then[most] -= 1;
                then[least] += 1;
            } else {
                break;
            }
        }
        for ((node, now), then) in serving.iter().zip(now).zip(then) {
            set(node, now.saturating_sub(then));
        }
        excess
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
