//! Waiting for a moment more precisely than the runtime's clock, which counts in milliseconds.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

/// Somebody who waits.
struct Waiting {
    until: Instant,
    wake: oneshot::Sender<()>,
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.until == other.until
    }
}

impl Eq for Waiting {}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.until.cmp(&other.until)
    }
}

/// Waits until a moment, to some ten microseconds.
pub(super) async fn until(moment: Instant) {
    if moment <= Instant::now() {
        return;
    }
    let (wake, woken) = oneshot::channel();
    let sent = match clock() {
        Some(clock) => clock.send(Waiting { until: moment, wake }).is_ok(),
        None => false,
    };
    if !sent || woken.await.is_err() {
        // No thread could be started: the runtime's clock is better than none.
        tokio::time::sleep_until(moment.into()).await;
    }
}

/// The thread that watches the clock for everybody, started at the first use.
fn clock() -> Option<Sender<Waiting>> {
    static CLOCK: OnceLock<Option<Mutex<Sender<Waiting>>>> = OnceLock::new();
    let clock = CLOCK.get_or_init(|| {
        let (sender, receiver) = channel();
        let thread = thread::Builder::new().name("test-proxy-clock".to_owned());
        thread.spawn(move || watch(&receiver)).ok().map(|_| Mutex::new(sender))
    });
    clock.as_ref().map(|clock| clock.lock().unwrap_or_else(PoisonError::into_inner).clone())
}

fn watch(receiver: &Receiver<Waiting>) {
    let mut waiting: BinaryHeap<Reverse<Waiting>> = BinaryHeap::new();
    loop {
        let now = Instant::now();
        while waiting.peek().is_some_and(|Reverse(first)| first.until <= now) {
            if let Some(Reverse(first)) = waiting.pop() {
                // Nobody minds who does not wait any more.
                let _ = first.wake.send(());
            }
        }
        let pause =
            waiting.peek().map_or(Duration::from_hours(1), |Reverse(first)| first.until.duration_since(now));
        match receiver.recv_timeout(pause) {
            Ok(another) => waiting.push(Reverse(another)),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_moment_is_met_more_precisely_than_a_millisecond() {
        let mut over = Vec::new();
        for _ in 0..50 {
            let moment = Instant::now() + Duration::from_micros(500);
            until(moment).await;
            assert!(Instant::now() >= moment);
            over.push(moment.elapsed());
        }
        over.sort();
        assert!(over[25] < Duration::from_micros(800), "{:?}", over[25]);
    }
}
