//! What goes wrong, by chance, from one seed.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Duration;

use crdb_orm::prelude::*;
use crdb_orm::testing::FaultProxy;
use crdb_orm::testing::proxy::{Fault, Reply, Rule};

/// How the connections under test are named in the server's list of sessions.
pub(crate) const APPLICATION: &str = "chaos";

/// COMMIT as the runner sends it, and not the end of READ COMMITTED.
const COMMIT: &str = "; COMMIT";

/// All faults of a run, by name.
pub(crate) struct Faults {
    rules: Vec<(&'static str, Rule)>,
    /// How many calls have ended: what strikes from outside goes by them, so that a slow machine has no more of it.
    pub(crate) calls: AtomicU64,
    pub(crate) late: AtomicU64,
    pub(crate) held: AtomicU64,
    pub(crate) killed: AtomicU64,
    pub(crate) exhausted: AtomicU64,
    pub(crate) dropped: AtomicU64,
}

impl Faults {
    /// Sets those that strike statements by chance.
    pub(crate) fn set(proxy: &FaultProxy, seed: u64) -> Self {
        let fatal = || Reply::error("57P01").severity("FATAL");
        let ms = Duration::from_millis;
        // Those of COMMIT first: of several that fit, the first strikes.
        let commits = [
            ("COMMIT: cut before send", Fault::CutBeforeSend),
            ("COMMIT: cut after send", Fault::CutAfterSend),
            ("COMMIT: cut in reply", Fault::CutInReply(3)),
            ("COMMIT: 40001, not committed", Fault::Fail("40001".into())),
            ("COMMIT: 40003, not committed", Fault::Fail("40003".into())),
            ("COMMIT: 40003, committed", Fault::Rewrite("40003".into())),
            ("COMMIT: 57P01, not committed", Fault::Fail(fatal())),
            ("COMMIT: 57P01, committed", Fault::Rewrite(fatal())),
            ("COMMIT: silence", Fault::Silence),
            ("COMMIT: aborted before", Fault::Abort),
        ];
        let all = [
            ("cut before send", Fault::CutBeforeSend),
            ("cut after send", Fault::CutAfterSend),
            ("cut in reply", Fault::CutInReply(7)),
            ("request delayed", Fault::DelayRequest(ms(20))),
            ("reply delayed", Fault::DelayReply(ms(20))),
            ("40001", Fault::Fail("40001".into())),
            ("40P01", Fault::Fail("40P01".into())),
            ("57P01", Fault::Fail(fatal())),
            ("silence", Fault::Silence),
        ];
        let mut random = fastrand::Rng::with_seed(seed);
        let mut rules = Vec::new();
        for (name, fault) in commits {
            rules.push((name, proxy.on(COMMIT).by_chance(0.015, random.u64(..)).strike(fault)));
        }
        for (name, fault) in all {
            rules.push((name, proxy.by_chance(0.004, random.u64(..)).strike(fault)));
        }
        let zero = AtomicU64::default;
        Self {
            rules,
            calls: zero(),
            late: zero(),
            held: zero(),
            killed: zero(),
            exhausted: zero(),
            dropped: zero(),
        }
    }

    /// How often each has struck.
    pub(crate) fn by_kind(&self) -> BTreeMap<&'static str, u64> {
        let mut kinds: BTreeMap<_, _> =
            self.rules.iter().map(|(name, rule)| (*name, rule.struck())).collect();
        kinds.insert("COMMIT: arrived after its client had gone", self.late.load(SeqCst));
        kinds.insert("COMMIT: held back", self.held.load(SeqCst));
        kinds.insert("backend killed", self.killed.load(SeqCst));
        kinds.insert("pool exhausted", self.exhausted.load(SeqCst));
        kinds.insert("future dropped", self.dropped.load(SeqCst));
        kinds
    }

    /// Waits until so many more calls have ended.
    async fn after(&self, calls: u64) {
        let until = self.calls.load(SeqCst) + calls;
        while self.calls.load(SeqCst) < until {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Holds back one COMMIT after another, and delivers it late.
    pub(crate) async fn delay_commits(&self, proxy: &FaultProxy, mut random: fastrand::Rng) {
        loop {
            self.after(random.u64(20..60)).await;
            let rule = proxy.on(COMMIT).nth(random.u64(1..10));
            let gone = random.u8(0..4) > 0;
            let rule = if gone { rule.arrive_late() } else { rule.hold_back() };
            // Other rules may have struck in its place.
            if tokio::time::timeout(Duration::from_secs(1), rule.holds()).await.is_err() {
                rule.remove();
                if rule.struck() == 0 {
                    continue;
                }
            }
            tokio::time::sleep(Duration::from_millis(random.u64(0..60))).await;
            let _ = tokio::time::timeout(Duration::from_secs(5), rule.release()).await;
            if gone { &self.late } else { &self.held }.fetch_add(1, SeqCst);
        }
    }

    /// Ends server processes.
    pub(crate) async fn kill(&self, direct: &Database, mut random: fastrand::Rng) {
        loop {
            self.after(random.u64(20..60)).await;
            let killed: crdb_orm::Result<Vec<(bool,)>> = Sql::trusted(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() \
                 AND application_name LIKE 'chaos%' ORDER BY random() LIMIT 1",
            )
            .all(direct)
            .await;
            self.killed.fetch_add(u64::try_from(killed.map_or(0, |rows| rows.len())).unwrap_or(0), SeqCst);
        }
    }

    /// Takes every connection of the pool for a while.
    pub(crate) async fn exhaust(&self, db: &Database, connections: usize, mut random: fastrand::Rng) {
        loop {
            self.after(random.u64(40..100)).await;
            let hold = || async {
                let slept: crdb_orm::Result<Vec<(i32,)>> =
                    Sql::trusted("SELECT 1 FROM pg_sleep(0.02)").all(db).await;
                drop(slept);
            };
            tokio::time::timeout(
                Duration::from_secs(2),
                together((0..connections).map(|_| hold()).collect()),
            )
            .await
            .unwrap_or(());
            self.exhausted.fetch_add(1, SeqCst);
        }
    }
}

/// Runs futures together.
async fn together<F: Future<Output = ()>>(futures: Vec<F>) {
    let mut futures: Vec<_> = futures.into_iter().map(|future| Some(Box::pin(future))).collect();
    std::future::poll_fn(|context| {
        for slot in &mut futures {
            if slot.as_mut().is_some_and(|future| future.as_mut().poll(context).is_ready()) {
                *slot = None;
            }
        }
        if futures.iter().all(Option::is_none) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
}
