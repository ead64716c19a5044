//! How a fault is set.

use std::time::Duration;

use super::FaultProxy;
use super::fault::Fault;
use super::reply::Reply;
use super::rules::{Pattern, Rule};

/// The statements that a fault waits for, from [`FaultProxy::on`] and its siblings.
///
/// It strikes once, unless [`times`](Self::times), [`always`](Self::always) or [`by_chance`](Self::by_chance) says
/// otherwise. Of several faults for one statement the one strikes that was set first.
#[derive(Debug)]
#[must_use = "no fault is set until it is named, such as by `.cut_after_send()`"]
pub struct On<'p> {
    pub(super) proxy: &'p FaultProxy,
    pub(super) pattern: Pattern,
}

impl On<'_> {
    /// Waits for the n-th statement that fits, counted from now; the next one is the first. Zero is the same as one.
    pub fn nth(mut self, n: u64) -> Self {
        self.pattern.skip = n.saturating_sub(1);
        self
    }

    /// Strikes this often.
    pub fn times(mut self, times: u64) -> Self {
        self.pattern.times = times;
        self
    }

    /// Strikes every time.
    pub fn always(self) -> Self {
        self.times(u64::MAX)
    }

    /// Strikes every time with this probability (0 never, 1 always). The same seed and the same order of statements
    /// give the same faults. A `times` after it limits how often.
    pub fn by_chance(mut self, probability: f64, seed: u64) -> Self {
        self.pattern.chance = Some((probability, seed));
        self.always()
    }

    /// Sets a fault. The other methods are short for this.
    pub fn strike(self, fault: Fault) -> Rule {
        let rules = self.proxy.rules().clone();
        let state = rules.add(self.pattern, fault);
        Rule { rules, state }
    }

    /// [`Fault::CutBeforeSend`].
    pub fn cut_before_send(self) -> Rule {
        self.strike(Fault::CutBeforeSend)
    }

    /// [`Fault::CutAfterSend`].
    pub fn cut_after_send(self) -> Rule {
        self.strike(Fault::CutAfterSend)
    }

    /// [`Fault::CutInReply`].
    pub fn cut_in_reply(self, bytes: usize) -> Rule {
        self.strike(Fault::CutInReply(bytes))
    }

    /// [`Fault::DelayRequest`].
    pub fn delay_request(self, delay: Duration) -> Rule {
        self.strike(Fault::DelayRequest(delay))
    }

    /// [`Fault::DelayReply`].
    pub fn delay_reply(self, delay: Duration) -> Rule {
        self.strike(Fault::DelayReply(delay))
    }

    /// [`Fault::HoldBack`], until [`Rule::release`].
    pub fn hold_back(self) -> Rule {
        self.strike(Fault::HoldBack)
    }

    /// [`Fault::ArriveLate`], at [`Rule::release`].
    pub fn arrive_late(self) -> Rule {
        self.strike(Fault::ArriveLate)
    }

    /// [`Fault::Silence`].
    pub fn silence(self) -> Rule {
        self.strike(Fault::Silence)
    }

    /// [`Fault::Answer`]; a SQLSTATE is an answer.
    pub fn answer(self, reply: impl Into<Reply>) -> Rule {
        self.strike(Fault::Answer(reply.into()))
    }

    /// [`Fault::Rewrite`]; a SQLSTATE is an answer.
    pub fn rewrite(self, reply: impl Into<Reply>) -> Rule {
        self.strike(Fault::Rewrite(reply.into()))
    }

    /// [`Fault::Fail`]; a SQLSTATE is an answer.
    pub fn fail(self, reply: impl Into<Reply>) -> Rule {
        self.strike(Fault::Fail(reply.into()))
    }

    /// [`Fault::Abort`].
    pub fn abort(self) -> Rule {
        self.strike(Fault::Abort)
    }
}
