//! The numbers: one function for each thing that happens, which does nothing without the feature `metrics`.

#[cfg(not(feature = "metrics"))]
pub(crate) use self::off::*;
#[cfg(feature = "metrics")]
pub(crate) use self::on::*;

#[cfg(feature = "metrics")]
mod on {
    use std::sync::Arc;
    use std::time::Duration;

    use metrics::{Key, Level, Metadata, Recorder, SharedString, counter, gauge, histogram, with_recorder};

    use crate::error::Error;
    use crate::exec::Label;
    use crate::observe::metric::names;

    static METADATA: Metadata<'static> = Metadata::new(module_path!(), Level::INFO, Some(module_path!()));

    /// The numbers of a pool. Their keys are made once, since each statement sets all of them twice.
    #[derive(Debug)]
    pub(crate) struct PoolNumbers {
        max: Key,
        idle: Key,
        abandoned: Key,
        used: Key,
        waiting: Key,
        lent: Key,
        timed_out: Key,
        failed: Key,
    }

    impl PoolNumbers {
        pub(crate) fn new(name: &Arc<str>) -> Self {
            let pool = || metrics::Label::new("pool", SharedString::from(name.clone()));
            let of = |number, key, value| {
                Key::from_parts(number, vec![pool(), metrics::Label::from_static_parts(key, value)])
            };
            let connections = |state| of(names::POOL_CONNECTIONS, "state", state);
            let wait = |outcome| of(names::POOL_WAIT, "outcome", outcome);
            Self {
                max: Key::from_parts(names::POOL_MAX, vec![pool()]),
                idle: connections("idle"),
                abandoned: connections("abandoned"),
                used: connections("used"),
                waiting: Key::from_parts(names::POOL_WAITING, vec![pool()]),
                lent: wait("ok"),
                timed_out: wait("timeout"),
                failed: wait("error"),
            }
        }

        /// The most connections, all, those that are idle, the tasks that wait, and the connections that are held for what
        /// nobody waits for.
        pub(crate) fn set(&self, [max, size, idle, waiting, abandoned]: [usize; 5]) {
            with_recorder(|recorder| {
                set(recorder, &self.idle, idle);
                set(recorder, &self.abandoned, abandoned);
                set(recorder, &self.used, size.saturating_sub(idle + abandoned));
                set(recorder, &self.max, max);
                set(recorder, &self.waiting, waiting);
            });
        }

        /// The tasks that wait.
        pub(crate) fn waiting(&self, waiting: usize) {
            with_recorder(|recorder| set(recorder, &self.waiting, waiting));
        }

        pub(crate) fn acquired(&self, waited: Duration, error: Option<&Error>) {
            let key = match error {
                None => &self.lent,
                Some(error) if error.is_timeout() => &self.timed_out,
                Some(_) => &self.failed,
            };
            with_recorder(|recorder| recorder.register_histogram(key, &METADATA).record(waited));
        }
    }

    fn set(recorder: &dyn Recorder, key: &Key, size: usize) {
        // Sizes are small.
        let number = f64::from(u32::try_from(size).unwrap_or(u32::MAX));
        recorder.register_gauge(key, &METADATA).set(number);
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

    #[derive(Debug)]
    pub(crate) struct PoolNumbers;

    impl PoolNumbers {
        pub(crate) fn new(_: &Arc<str>) -> Self {
            Self
        }

        pub(crate) fn set(&self, _: [usize; 5]) {
            let Self = self;
        }

        pub(crate) fn waiting(&self, _: usize) {
            let Self = self;
        }

        pub(crate) fn acquired(&self, _: Duration, _: Option<&Error>) {
            let Self = self;
        }
    }

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
