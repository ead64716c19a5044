//! What every contestant is.

use std::time::{Duration, Instant};

use futures_util::future::LocalBoxFuture;

use super::answer::Answer;
use super::work::Work;
use crate::contestants::Outcome;

/// How a contestant stands to a piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    /// It does it.
    Takes,
    /// It cannot do it, and why.
    Cannot(&'static str),
    /// It is not meant to: a second form of another contestant that would be the same here.
    Absent,
}

/// Somebody who does the work.
pub(crate) trait Contestant {
    /// Its name in the tables.
    fn name(&self) -> &'static str;

    /// Whether it does the work.
    fn enters(&self, work: Work) -> Entry;

    /// Does the work so often, and gives what came out last.
    fn run(&mut self, work: Work, job: Job) -> LocalBoxFuture<'_, Outcome<Run>>;
}

/// How a piece of work is done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Job {
    /// So often, in one time that is measured.
    pub(crate) times: usize,
    /// Whether the answer is wanted.
    pub(crate) answer: bool,
    /// A number that changes from time to time, so that not the same row is found again and again.
    pub(crate) seed: usize,
}

/// What became of it.
#[derive(Debug)]
pub(crate) struct Run {
    /// All the times together.
    pub(crate) took: Duration,
    pub(crate) answer: Option<Answer>,
}

impl Job {
    /// Does something as often as asked for. Only `work` is timed; `into` makes the last result comparable.
    pub(crate) async fn repeat<T>(
        self,
        mut work: impl AsyncFnMut(usize) -> Outcome<T>,
        into: impl FnOnce(T) -> Answer,
    ) -> Outcome<Run> {
        let mut took = Duration::ZERO;
        let mut last = None;
        for n in 0..self.times {
            let began = Instant::now();
            let result = work(self.seed.wrapping_mul(31).wrapping_add(n)).await?;
            took += began.elapsed();
            last = Some(result);
        }
        Ok(Run { took, answer: last.filter(|_| self.answer).map(into) })
    }
}
