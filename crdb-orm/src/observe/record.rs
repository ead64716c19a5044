//! The numbers: one function for each thing that happens, which does nothing without the feature `metrics`.

#[cfg(not(feature = "metrics"))]
pub(crate) use self::off::*;
#[cfg(feature = "metrics")]
pub(crate) use self::on::*;

#[cfg(feature = "metrics")]
mod on {
    use std::sync::Arc;
    use std::time::Duration;

    use metrics::{SharedString, counter, gauge, histogram};

    use crate::error::Error;
    use crate::exec::Label;
    use crate::observe::metric::names;

    /// The most connections, all, those that are idle, the tasks that wait, and the connections that are held for what
    /// nobody waits for.
    pub(crate) fn pool(name: &Arc<str>, [max, size, idle, waiting, abandoned]: [usize; 5]) {
        // Sizes are small.
        let number = |size: usize| f64::from(u32::try_from(size).unwrap_or(u32::MAX));
        let name = || SharedString::from(name.clone());
        gauge!(names::POOL_CONNECTIONS, "pool" => name(), "state" => "idle").set(number(idle));
        gauge!(names::POOL_CONNECTIONS, "pool" => name(), "state" => "abandoned").set(number(abandoned));
        let used = number(size.saturating_sub(idle + abandoned));
        gauge!(names::POOL_CONNECTIONS, "pool" => name(), "state" => "used").set(used);
        gauge!(names::POOL_MAX, "pool" => name()).set(number(max));
        gauge!(names::POOL_WAITING, "pool" => name()).set(number(waiting));
    }

    pub(crate) fn acquire(name: &Arc<str>, waited: Duration, error: Option<&Error>) {
        let outcome = match error {
            None => "ok",
            Some(error) if error.is_timeout() => "timeout",
            Some(_) => "error",
        };
        let name = SharedString::from(name.clone());
        histogram!(names::POOL_WAIT, "pool" => name, "outcome" => outcome).record(waited);
    }

    pub(crate) fn node_up(node: &Arc<str>, took: Duration) {
        let node = || SharedString::from(node.clone());
        counter!(names::CREATED, "node" => node()).increment(1);
        histogram!(names::CONNECT, "node" => node()).record(took);
        gauge!(names::NODE_UP, "node" => node()).set(1.0);
    }

    pub(crate) fn node_down(node: &Arc<str>) {
        let node = || SharedString::from(node.clone());
        counter!(names::FAILED, "node" => node()).increment(1);
        gauge!(names::NODE_UP, "node" => node()).set(0.0);
    }

    pub(crate) fn closed(node: &Arc<str>, cause: &'static str) {
        counter!(names::CLOSED, "node" => SharedString::from(node.clone()), "cause" => cause).increment(1);
    }

    pub(crate) fn statement(label: Label, took: Duration, outcome: impl FnOnce() -> SharedString) {
        let table = label.table.unwrap_or_default();
        histogram!(names::STATEMENT, "verb" => label.verb, "table" => table, "outcome" => outcome())
            .record(took);
    }

    pub(crate) fn transaction(name: &'static str, took: Duration, outcome: &'static str) {
        histogram!(names::TRANSACTION, "name" => name, "outcome" => outcome).record(took);
    }

    pub(crate) fn attempt(name: &'static str) {
        counter!(names::ATTEMPTS, "name" => name).increment(1);
    }

    pub(crate) fn retry(name: &'static str, reason: &'static str) {
        counter!(names::RETRIES, "name" => name, "reason" => reason).increment(1);
    }

    pub(crate) fn unknown(name: &'static str) {
        counter!(names::UNKNOWN, "name" => name).increment(1);
    }

    pub(crate) fn limit(name: &'static str, limit: Option<u32>) {
        gauge!(names::LIMIT, "name" => name).set(f64::from(limit.unwrap_or_default()));
    }

    pub(crate) fn contended(name: &'static str, waited: Duration) {
        histogram!(names::LIMIT_WAIT, "name" => name).record(waited);
    }
}

#[cfg(not(feature = "metrics"))]
mod off {
    use std::sync::Arc;
    use std::time::Duration;

    use crate::error::Error;
    use crate::exec::Label;

    pub(crate) fn pool(_: &Arc<str>, _: [usize; 5]) {}
    pub(crate) fn acquire(_: &Arc<str>, _: Duration, _: Option<&Error>) {}
    pub(crate) fn node_up(_: &Arc<str>, _: Duration) {}
    pub(crate) fn node_down(_: &Arc<str>) {}
    pub(crate) fn closed(_: &Arc<str>, _: &'static str) {}
    pub(crate) fn statement(_: Label, _: Duration, _: impl FnOnce() -> std::borrow::Cow<'static, str>) {}
    pub(crate) fn transaction(_: &'static str, _: Duration, _: &'static str) {}
    pub(crate) fn attempt(_: &'static str) {}
    pub(crate) fn retry(_: &'static str, _: &'static str) {}
    pub(crate) fn unknown(_: &'static str) {}
    pub(crate) fn limit(_: &'static str, _: Option<u32>) {}
    pub(crate) fn contended(_: &'static str, _: Duration) {}
}
