//! How the limit moves: additive increase, multiplicative decrease.

/// More of the attempts than this may not conflict.
const TOO_MANY: f64 = 0.42;
/// When fewer than this do, one more is let in.
const FEW: f64 = 0.32;
/// What is left of a limit that was too high.
const DECREASE: f64 = 0.7;
/// The limit at the first signs of contention, and the most attempts in a window of it.
const FIRST: u32 = 4;
const WINDOW: u32 = 24;
/// So many attempts without a limit must be seen before there is one: two that meet by chance are no contention.
const SIGNS: u32 = 6;

/// The limit, and what was seen since it moved last.
#[derive(Debug, Default)]
pub(super) struct Control {
    limit: Option<u32>,
    ended: u32,
    conflicts: u32,
    /// Whether it was needed: as many ran as may, or somebody waited.
    needed: bool,
}

impl Control {
    pub(super) fn limit(&self) -> Option<u32> {
        self.limit
    }

    /// An attempt ended while so many were running, itself included, and so many waited.
    pub(super) fn ended(&mut self, conflict: bool, running: u32, waiting: usize) {
        self.ended += 1;
        self.conflicts += u32::from(conflict);
        self.needed |= waiting > 0 || self.limit.is_some_and(|limit| running >= limit);
        match self.limit {
            None => self.watch(running),
            Some(limit) => self.adjust(limit),
        }
    }

    fn watch(&mut self, running: u32) {
        if self.conflicts >= SIGNS && self.share() > TOO_MANY {
            self.set(Some(FIRST.min(running.max(1))));
        } else if self.ended >= 2 * WINDOW {
            self.set(None);
        }
    }

    fn adjust(&mut self, limit: u32) {
        // A few conflicts are enough to know that it is too high.
        if self.conflicts >= SIGNS && self.share() > TOO_MANY && self.ended >= 2 * limit {
            let lower = f64::from(limit) * DECREASE;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "it is small and positive"
            )]
            self.set(Some((lower as u32).max(1)));
        } else if self.ended >= WINDOW.max(2 * limit) {
            if self.share() >= FEW {
                self.set(Some(limit));
            } else if !self.needed {
                // Those that sleep before they come back do not wait, so one look would not tell.
                self.set(None);
            } else if self.conflicts == 0 {
                // What was contended for is not any more.
                self.set(Some(limit.saturating_mul(2)));
            } else {
                self.set(Some(limit.saturating_add(1)));
            }
        }
    }

    fn share(&self) -> f64 {
        f64::from(self.conflicts) / f64::from(self.ended.max(1))
    }

    fn set(&mut self, limit: Option<u32>) {
        *self = Self { limit, ..Self::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Attempts that end so, one after the other.
    fn run(control: &mut Control, attempts: u32, conflicts_of_ten: u32, running: u32, waiting: usize) {
        for attempt in 0..attempts {
            control.ended(attempt % 10 < conflicts_of_ten, running, waiting);
        }
    }

    #[test]
    fn without_conflicts_there_is_no_limit() {
        let mut control = Control::default();
        run(&mut control, 10_000, 0, 32, 0);
        assert_eq!(control.limit(), None);
        run(&mut control, 10_000, 1, 32, 0);
        assert_eq!(control.limit(), None, "a few conflicts are no contention");
    }

    #[test]
    fn many_conflicts_cut_it_at_once_and_more_of_them_cut_it_further() {
        let mut control = Control::default();
        run(&mut control, 12, 8, 32, 0);
        assert!(control.limit().is_some_and(|limit| limit <= FIRST), "{control:?}");
        run(&mut control, 200, 8, 4, 28);
        assert_eq!(control.limit(), Some(1));
    }

    #[test]
    fn few_conflicts_raise_it_by_one_none_double_it_and_in_the_end_it_goes() {
        let mut control = Control { limit: Some(2), ..Control::default() };
        run(&mut control, WINDOW, 1, 2, 30);
        assert_eq!(control.limit(), Some(3));
        run(&mut control, WINDOW, 0, 3, 30);
        assert_eq!(control.limit(), Some(6), "none at all doubles it");
        run(&mut control, 100 * WINDOW, 1, 64, 30);
        assert!(control.limit().is_some_and(|limit| limit > 20), "{control:?}");
        run(&mut control, 100 * WINDOW, 0, 3, 0);
        assert_eq!(control.limit(), None, "nobody waits");
    }

    #[test]
    fn between_few_and_many_it_stays() {
        let mut control = Control { limit: Some(5), ..Control::default() };
        for attempt in 0..10_000_u32 {
            control.ended(attempt.is_multiple_of(3), 5, 27);
        }
        assert_eq!(control.limit(), Some(5));
    }
}
