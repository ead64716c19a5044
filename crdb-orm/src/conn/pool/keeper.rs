//! What is done for a pool in the background.
//!
//! It closes what nobody will use, makes what somebody will, probes nodes that are down, and moves connections to nodes
//! that have too few. The pool works without it: all of this is also looked at when a connection is lent or given back.

use std::pin::pin;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::time::sleep;

use super::seat::Seat;
use super::{Phase, Shared};
use crate::conn::client::Conn;

/// How often it looks where there is something to watch, and otherwise.
const OFTEN: Duration = Duration::from_millis(250);
const SELDOM: Duration = Duration::from_secs(1);
/// How long a probe may take.
const PROBE: Duration = Duration::from_secs(2);

/// Lets another keeper be started when this one ends with its runtime.
struct Kept(Weak<Shared>);

impl Drop for Kept {
    fn drop(&mut self) {
        if let Some(shared) = self.0.upgrade() {
            shared.kept.store(false, super::SeqCst);
        }
    }
}

impl Shared {
    /// Starts the keeper, unless it runs.
    pub(super) fn keep(self: &Arc<Self>) {
        if self.phase() != Phase::Closed && !self.kept.swap(true, super::SeqCst) {
            drop(tokio::spawn(Self::watch(Arc::downgrade(self))));
            let kept = Kept(Arc::downgrade(self));
            drop(tokio::spawn(async move {
                while let Some(shared) = kept.0.upgrade() {
                    // Enabled before it is looked: a pool that closes in between is noticed.
                    let mut closed = pin!(shared.closed.notified());
                    closed.as_mut().enable();
                    if shared.phase() == Phase::Closed {
                        return;
                    }
                    let pause = tokio::select! {
                        () = &mut closed => return,
                        pause = shared.tend() => pause,
                    };
                    let pause = pause.mul_f64(0.75 + 0.5 * fastrand::f64());
                    // `Pool` closes when it is dropped, so what is shared need not be let go meanwhile.
                    tokio::select! {
                        () = &mut closed => return,
                        () = sleep(pause) => {}
                    }
                }
            }));
        }
    }

    /// Does what there is to do; says when it wants to look again.
    async fn tend(self: &Arc<Self>) -> Duration {
        let nodes = self.connector.nodes();
        nodes.look_up().await;
        self.probe().await;
        let excess = nodes.spread();
        let moved = self.reap();
        // Who reports these numbers may be overtaken by who looked at them before; so they are reported now and then, too.
        self.observe();
        self.fill(moved).await;
        if nodes.all().len() > 1 || excess > 0 || nodes.all().iter().any(|node| !node.health().is_up()) {
            OFTEN
        } else {
            SELDOM
        }
    }

    /// Closes idle connections that nobody may or should use; says how many of them are to be made elsewhere.
    fn reap(&self) -> usize {
        let mut moved = 0;
        let now = Instant::now();
        let gone: Vec<Arc<Conn>> = {
            let mut state = self.state();
            let (stay, gone) = std::mem::take(&mut state.idle).into_iter().partition(|conn| {
                if !self.may_lend(conn, now) {
                    return false;
                }
                let surplus = conn.is_surplus();
                moved += usize::from(surplus);
                !surplus
            });
            state.idle = stay;
            let gone: Vec<_> = gone;
            state.size -= gone.len();
            gone
        };
        drop(gone);
        moved
    }

    /// Makes so many connections, or as many as are to be idle.
    async fn fill(self: &Arc<Self>, moved: usize) {
        let idle = self.state().idle.len();
        let wanted = self.options.min_idle.min(self.options.max_size).saturating_sub(idle).max(moved);
        let making = (0..wanted).map_while(|_| self.spare()).map(|seat| async {
            match self.connector.connect().await {
                Ok(conn) => seat.give_back(Arc::new(conn)),
                Err(error) => tracing::debug!(%error, "a connection could not be made ready"),
            }
        });
        join_all(making).await;
    }

    /// A seat for one more connection, if there is room.
    fn spare(self: &Arc<Self>) -> Option<Seat> {
        Seat::spare(self)
    }

    /// Tries nodes that are down, when it is time. What lets us in is a connection of the pool, if there is room.
    async fn probe(self: &Arc<Self>) {
        let all = self.connector.nodes().all();
        let probes = all.iter().filter(|node| node.wants_probe()).map(|node| async {
            // Where it lets nobody in, that has been noted.
            if let Ok(conn) = self.connector.probe(node, PROBE).await
                && let Some(seat) = self.spare()
            {
                seat.give_back(Arc::new(conn));
            }
        });
        join_all(probes).await;
    }
}
