//! Who waits for a connection: first come, first served.

use std::task::{Context, Poll, Waker};

use tokio::time::Instant;

/// No place.
const NOWHERE: usize = usize::MAX;

/// A queue of those who wait. A place is found by its number in one step, wherever it stands, so that giving up is as
/// cheap as being served; a place that was left is used again.
pub(super) struct Queue<W, T> {
    places: Vec<Place<W, T>>,
    /// The places that nobody has, one after the other.
    free: usize,
    first: usize,
    last: usize,
    waiting: usize,
}

struct Place<W, T> {
    who: W,
    waker: Option<Waker>,
    /// What it waited for; it stands in the queue no more then.
    answer: Option<T>,
    /// Whether it may be served while no new work is let in.
    late: bool,
    /// When it has waited long enough, where somebody is to tell it.
    until: Option<Instant>,
    before: usize,
    after: usize,
}

impl<W, T> Default for Queue<W, T> {
    fn default() -> Self {
        Self { places: Vec::new(), free: NOWHERE, first: NOWHERE, last: NOWHERE, waiting: 0 }
    }
}

impl<W: Copy, T> Queue<W, T> {
    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.waiting
    }

    /// Who comes next.
    pub(super) fn first(&self) -> Option<W> {
        self.places.get(self.first).map(|place| place.who)
    }

    /// Takes the last place; says its number. Who comes with a waker is woken by it, and need not be polled before.
    pub(super) fn join(
        &mut self,
        who: W,
        late: bool,
        until: Option<Instant>,
        waker: Option<&Waker>,
    ) -> usize {
        let waker = waker.cloned();
        let place = Place { who, waker, answer: None, late, until, before: self.last, after: NOWHERE };
        let number = if self.free == NOWHERE {
            self.places.push(place);
            self.places.len() - 1
        } else {
            let number = self.free;
            self.free = self.places[number].after;
            self.places[number] = place;
            number
        };
        if self.last == NOWHERE {
            self.first = number;
        } else {
            self.places[self.last].after = number;
        }
        self.last = number;
        self.waiting += 1;
        number
    }

    /// Answers who came first, if anybody waits; what is returned is to be woken.
    pub(super) fn serve(&mut self, answer: T) -> Option<Waker> {
        if self.first == NOWHERE { None } else { self.answer(self.first, answer) }
    }

    /// Answers all who wait, or all but those who are late.
    pub(super) fn refuse(&mut self, late_too: bool, mut answer: impl FnMut() -> T) -> Vec<Waker> {
        let mut wakers = Vec::new();
        let mut next = self.first;
        while next != NOWHERE {
            let (number, place) = (next, &self.places[next]);
            next = place.after;
            if late_too || !place.late {
                wakers.extend(self.answer(number, answer()));
            }
        }
        wakers
    }

    /// Answers all who have waited long enough; says when somebody else will have.
    pub(super) fn end(
        &mut self,
        now: Instant,
        mut answer: impl FnMut() -> T,
    ) -> (Vec<Waker>, Option<Instant>) {
        let (mut wakers, mut earliest) = (Vec::new(), None);
        let mut next = self.first;
        while next != NOWHERE {
            let (number, place) = (next, &self.places[next]);
            next = place.after;
            match place.until {
                Some(until) if until <= now => wakers.extend(self.answer(number, answer())),
                Some(until) if earliest.is_none_or(|earliest| until < earliest) => earliest = Some(until),
                _ => {}
            }
        }
        (wakers, earliest)
    }

    fn answer(&mut self, number: usize, answer: T) -> Option<Waker> {
        self.unlink(number);
        let place = &mut self.places[number];
        place.answer = Some(answer);
        place.waker.take()
    }

    /// The answer, after which the place is somebody else's; else the waker is kept. The one before is returned: it may
    /// not be dropped under a lock.
    pub(super) fn poll(&mut self, number: usize, cx: &Context<'_>) -> (Poll<T>, Option<Waker>) {
        let place = &mut self.places[number];
        if let Some(answer) = place.answer.take() {
            let waker = place.waker.take();
            self.give_up(number);
            return (Poll::Ready(answer), waker);
        }
        match &place.waker {
            Some(waker) if waker.will_wake(cx.waker()) => (Poll::Pending, None),
            _ => (Poll::Pending, place.waker.replace(cx.waker().clone())),
        }
    }

    /// Leaves; an answer that was not fetched is returned.
    pub(super) fn leave(&mut self, number: usize) -> (Option<T>, Option<Waker>) {
        let place = &mut self.places[number];
        let (answer, waker) = (place.answer.take(), place.waker.take());
        if answer.is_none() {
            self.unlink(number);
        }
        self.give_up(number);
        (answer, waker)
    }

    fn give_up(&mut self, number: usize) {
        self.places[number].after = self.free;
        self.free = number;
    }

    fn unlink(&mut self, number: usize) {
        let Place { before, after, .. } = self.places[number];
        match before {
            NOWHERE => self.first = after,
            before => self.places[before].after = after,
        }
        match after {
            NOWHERE => self.last = before,
            after => self.places[after].before = before,
        }
        self.waiting -= 1;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use proptest::prelude::*;

    use super::*;

    fn fetch<W: Copy>(queue: &mut Queue<W, u32>, number: usize) -> Option<u32> {
        match queue.poll(number, &Context::from_waker(Waker::noop())).0 {
            Poll::Ready(answer) => Some(answer),
            Poll::Pending => None,
        }
    }

    #[test]
    fn who_comes_first_is_served_first() {
        let mut queue = Queue::default();
        let (a, b, c) = (
            queue.join('a', false, None, None),
            queue.join('b', true, None, None),
            queue.join('c', false, None, None),
        );
        assert_eq!((queue.len(), queue.first()), (3, Some('a')));
        queue.serve(1);
        assert_eq!(queue.first(), Some('b'));
        assert_eq!((fetch(&mut queue, b), fetch(&mut queue, a), queue.len()), (None, Some(1), 2));
        queue.refuse(false, || 9);
        assert_eq!((fetch(&mut queue, c), fetch(&mut queue, b), queue.len()), (Some(9), None, 1));
        queue.refuse(true, || 8);
        assert_eq!((fetch(&mut queue, b), queue.len()), (Some(8), 0));
        assert_eq!(queue.first(), None);
    }

    #[test]
    fn who_has_waited_long_enough_is_told_and_the_others_stay() {
        let mut queue = Queue::default();
        let now = Instant::now();
        let at = |seconds| Some(now + std::time::Duration::from_secs(seconds));
        let [a, b, c, d] = [at(3), at(1), None, at(2)].map(|until| queue.join((), false, until, None));
        assert_eq!(queue.end(now, || 0).1, at(1));
        assert_eq!((queue.end(at(1).unwrap_or(now), || 1).1, queue.len()), (at(2), 3));
        assert_eq!([fetch(&mut queue, b), fetch(&mut queue, a)], [Some(1), None]);
        assert_eq!(queue.end(at(9).unwrap_or(now), || 2).1, None);
        assert_eq!([a, c, d].map(|number| fetch(&mut queue, number)), [Some(2), None, Some(2)]);
        assert_eq!(queue.len(), 1);
    }

    proptest! {
        /// Against a list of numbers: join, serve the first, leave from anywhere.
        #[test]
        fn it_does_what_a_list_does(steps in proptest::collection::vec((0_u8..3, any::<prop::sample::Index>()), 0..200)) {
            let mut queue: Queue<u32, u32> = Queue::default();
            let mut model: VecDeque<(u32, usize)> = VecDeque::new();
            let mut most = 0;
            for (answer, (step, which)) in (0_u32..).zip(steps) {
                match step {
                    0 => model.push_back((answer, queue.join(answer, false, None, None))),
                    1 => {
                        if let Some((who, first)) = model.pop_front() {
                            prop_assert_eq!(queue.first(), Some(who));
                            queue.serve(answer);
                            prop_assert_eq!(fetch(&mut queue, first), Some(answer));
                        } else {
                            prop_assert_eq!(queue.first(), None);
                        }
                    }
                    _ if model.is_empty() => {}
                    _ => {
                        let (_, gone) = model.remove(which.index(model.len())).unwrap_or_default();
                        prop_assert_eq!(queue.leave(gone).0, None);
                    }
                }
                most = most.max(model.len());
                prop_assert_eq!(queue.len(), model.len());
                prop_assert!(queue.places.len() <= most, "places are used again");
            }
        }
    }
}
