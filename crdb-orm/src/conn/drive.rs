//! Who moves the bytes of a connection.
//!
//! The driver's connection is a future that writes requests and reads answers. Polled by a task of its own, each request
//! wakes that task, which writes, and each answer wakes it again, which then wakes who waits: two changes of task on
//! top of the two that the network needs. Who awaits the answer can do that work: it writes as it sends, and the answer
//! wakes it directly.
//!
//! The task stays, for whatever nobody awaits: a server that says good-bye to an idle connection, the rest of an answer
//! whose request was dropped. It moves the bytes, too, as long as a second one awaits an answer, as the statements of a
//! transaction may: the first may not be polled before the second has its answer. The connection is always polled with
//! the same waker, a [`Bell`], which knows whom to wake.
//!
//! Two things can happen, and each has its mark: the connection can go on (`rung`), and the request can
//! (`answered`). Who leaves looks at both after it has said that it leaves ([`AtWork`]), and who marks one looks afterwards
//! whether somebody is there, so one of the two sees the other.

use std::ops::Deref;
use std::pin::Pin;
use std::sync::atomic::{
    AtomicBool, AtomicUsize,
    Ordering::{Relaxed, SeqCst},
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use crate::exec::BoxFuture;

/// How often somebody moves bytes before others get their turn: the runtime lets a task do only so much at a time, and
/// then says that nothing is there, and wakes it at once.
const TURNS: usize = 16;

/// A connection, and those who may move its bytes.
pub(super) struct Drive {
    /// Gone when it has ended.
    connection: Mutex<Option<BoxFuture<'static, ()>>>,
    bell: Arc<Bell>,
    /// What the connection is polled with.
    of_connection: Waker,
    /// What the request of a user is polled with.
    of_request: Waker,
    /// Whether somebody awaits an answer and moves the bytes.
    taken: AtomicBool,
}

/// Wakes who is to move the bytes.
struct Bell {
    /// The connection can go on.
    rung: AtomicBool,
    /// The request of the user can go on.
    answered: AtomicBool,
    /// How many are moving bytes now.
    at_work: AtomicUsize,
    /// Others wait for answers as well as the user: the task moves the bytes. Once so, it stays so until the user leaves.
    shared: AtomicBool,
    /// How many wait without moving bytes, since somebody else did when they came.
    others: AtomicUsize,
    called: Mutex<Called>,
}

#[derive(Default)]
struct Called {
    task: Option<Waker>,
    user: Option<Waker>,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.rung.store(true, SeqCst);
        if self.at_work.load(SeqCst) == 0 {
            self.call();
        }
    }
}

/// Tells the user that its request can go on.
struct Answer(Arc<Bell>);

impl Wake for Answer {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let Self(bell) = &**self;
        bell.answered.store(true, SeqCst);
        if bell.at_work.load(SeqCst) == 0 {
            bell.call_user();
        }
    }
}

impl Bell {
    /// Calls the user, or the task where there is none or others wait, too.
    fn call(&self) {
        let waker = {
            let called = self.called();
            let user = called.user.as_ref().filter(|_| !self.shared.load(SeqCst));
            user.or(called.task.as_ref()).cloned()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn call_user(&self) {
        let waker = self.called().user.clone();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn call_task(&self) {
        let waker = self.called().task.clone();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn called(&self) -> MutexGuard<'_, Called> {
        self.called.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody moves bytes. At its end, however it comes, it looks at what happened meanwhile, and calls whom that concerns.
struct AtWork<'b> {
    bell: &'b Bell,
    /// The user has its answer, and the rest is looked at when it leaves.
    done: bool,
}

impl<'b> AtWork<'b> {
    fn begin(bell: &'b Bell) -> Self {
        bell.at_work.fetch_add(1, SeqCst);
        Self { bell, done: false }
    }
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        let Self { bell, done } = self;
        bell.at_work.fetch_sub(1, SeqCst);
        if !*done && bell.answered.load(SeqCst) {
            bell.call_user();
        }
        if bell.rung.load(SeqCst) && (!*done || bell.shared.load(SeqCst)) {
            bell.call();
        }
    }
}

/// Tells the task that the connection is gone, unless it is forgotten.
struct Gone<'b>(&'b Bell);

impl Drop for Gone<'_> {
    fn drop(&mut self) {
        self.0.call_task();
    }
}

/// Takes a mark away; says whether it was there. Most of the time it is not, and to look is cheaper than to write.
fn clear(mark: &AtomicBool) -> bool {
    mark.load(SeqCst) && mark.swap(false, SeqCst)
}

/// Keeps a waker. The one before is returned: what goes with it must not go under the lock.
#[must_use]
fn keep(slot: &mut Option<Waker>, waker: &Waker) -> Option<Waker> {
    if slot.as_ref().is_some_and(|kept| kept.will_wake(waker)) {
        return None;
    }
    slot.replace(waker.clone())
}

impl Drive {
    pub(super) fn new(connection: impl Future<Output = ()> + Send + 'static) -> Arc<Self> {
        let bell = Arc::new(Bell {
            // Nobody has polled it yet.
            rung: AtomicBool::new(true),
            answered: AtomicBool::new(false),
            at_work: AtomicUsize::new(0),
            shared: AtomicBool::new(false),
            others: AtomicUsize::new(0),
            called: Mutex::default(),
        });
        Arc::new(Self {
            connection: Mutex::new(Some(Box::pin(connection))),
            of_connection: Waker::from(bell.clone()),
            of_request: Waker::from(Arc::new(Answer(bell.clone()))),
            bell,
            taken: AtomicBool::new(false),
        })
    }

    /// Moves bytes until the connection has ended. Dropped, as by the end of its runtime, it ends the connection.
    pub(super) async fn attend(self: Arc<Self>) {
        struct Attending(Arc<Drive>);

        impl Drop for Attending {
            fn drop(&mut self) {
                self.0.cut();
            }
        }

        let attending = Attending(self);
        std::future::poll_fn(|cx| attending.0.poll_as_task(cx)).await;
    }

    fn poll_as_task(&self, cx: &Context<'_>) -> Poll<()> {
        let bell = &*self.bell;
        let before = keep(&mut bell.called().task, cx.waker());
        drop(before);
        let at_work = AtWork::begin(bell);
        let mut turns = 0;
        while turns < TURNS && clear(&bell.rung) {
            self.advance();
            turns += 1;
        }
        // Before the end of the connection is: it may be what a user has to be told.
        drop(at_work);
        if self.connection().is_none() {
            return Poll::Ready(());
        }
        if bell.rung.load(SeqCst) {
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }

    /// Awaits a request, and moves the bytes meanwhile, unless somebody else does.
    ///
    /// Bytes are moved only while it is polled, until it is dropped. So whoever waits for an answer in another way, while
    /// somebody else may do so in this one, has to [`share`](Self::share).
    pub(super) async fn while_awaiting<F: Future>(&self, mut request: Pin<&mut F>) -> F::Output {
        let user = match User::new(self) {
            Ok(user) => user,
            Err(_other) => return request.await,
        };
        std::future::poll_fn(|cx| user.poll(cx, |cx| request.as_mut().poll(cx))).await
    }

    /// Lets the task move the bytes until the user leaves, since that one may not be polled before others have their answers.
    pub(super) fn share(&self) {
        if self.taken.load(SeqCst) {
            let bell = &*self.bell;
            bell.shared.store(true, SeqCst);
            // The bell may have called who moved them.
            if bell.rung.load(SeqCst) {
                bell.call();
            }
        }
    }

    /// For who reads a long answer.
    pub(super) fn reading(self: &Arc<Self>) -> Reading {
        Reading(User::new(self.clone()))
    }

    /// Lets the connection read and write.
    fn advance(&self) {
        let mut connection = self.connection();
        // Should it panic, it is gone, and what waits for it is told.
        let Some(mut open) = connection.take() else { return };
        let gone = Gone(&self.bell);
        if open.as_mut().poll(&mut Context::from_waker(&self.of_connection)).is_pending() {
            *connection = Some(open);
            std::mem::forget(gone);
            return;
        }
        drop(connection);
        drop(open);
    }

    /// Closes the socket at once. What waits for an answer is told.
    pub(super) fn cut(&self) {
        let connection = self.connection().take();
        drop(connection);
    }

    fn connection(&self) -> MutexGuard<'_, Option<BoxFuture<'static, ()>>> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who reads a long answer, and moves the bytes whenever nothing of it is there.
///
/// Bytes are moved only while it is polled, until it is dropped.
pub(crate) struct Reading(Result<User<Arc<Drive>>, Other<Arc<Drive>>>);

impl Reading {
    pub(crate) fn poll<T>(
        &self,
        cx: &mut Context<'_>,
        mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        let Ok(user) = &self.0 else { return poll(cx) };
        // Most of it is there already.
        match poll(&mut Context::from_waker(&user.drive.of_request)) {
            Poll::Pending => user.poll(cx, poll),
            ready @ Poll::Ready(_) => ready,
        }
    }
}

/// Who awaits an answer while somebody else moves the bytes.
struct Other<D: Deref<Target = Drive>>(D);

impl<D: Deref<Target = Drive>> Drop for Other<D> {
    fn drop(&mut self) {
        self.0.bell.others.fetch_sub(1, SeqCst);
    }
}

/// Who awaits an answer and moves the bytes.
struct User<D: Deref<Target = Drive>> {
    drive: D,
    /// The waker that the bell has of it, by the addresses of its two parts. As long as the bell has it, they are its own.
    kept: [AtomicUsize; 2],
}

impl<D: Deref<Target = Drive>> User<D> {
    /// The second one is another one.
    fn new(drive: D) -> Result<Self, Other<D>> {
        if drive.taken.swap(true, SeqCst) {
            // Counted before it says so: whoever is the user then either sees that others wait, or is told afterwards.
            drive.bell.others.fetch_add(1, SeqCst);
            drive.share();
            return Err(Other(drive));
        }
        let bell = &*drive.bell;
        clear(&bell.shared);
        if bell.others.load(SeqCst) > 0 {
            bell.shared.store(true, SeqCst);
        }
        Ok(Self { drive, kept: [const { AtomicUsize::new(0) }; 2] })
    }

    /// Lets the bell wake who polls. Mostly that is who has polled before, and no lock is taken.
    fn keep(&self, waker: &Waker) {
        let parts = [waker.data().addr(), std::ptr::from_ref(waker.vtable()).addr()];
        let is_kept = self.kept.iter().zip(parts).all(|(kept, part)| kept.load(Relaxed) == part);
        if !is_kept {
            let before = keep(&mut self.drive.bell.called().user, waker);
            drop(before);
            self.kept.iter().zip(parts).for_each(|(kept, part)| kept.store(part, Relaxed));
        }
    }

    fn poll<T>(&self, cx: &Context<'_>, mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
        let drive = &*self.drive;
        let bell = &*drive.bell;
        if bell.shared.load(SeqCst) {
            return poll(&mut Context::from_waker(cx.waker()));
        }
        // Before the work ends: who rings afterwards must find it.
        self.keep(cx.waker());
        let mut at_work = AtWork::begin(bell);
        let mut turns = 0;
        // The first time in any case: it may wait for something else as well.
        let mut asks = true;
        loop {
            if clear(&bell.rung) {
                drive.advance();
            }
            // A request that has only been written has no answer yet.
            let result = if clear(&bell.answered) || asks {
                poll(&mut Context::from_waker(&drive.of_request))
            } else {
                Poll::Pending
            };
            asks = false;
            turns += 1;
            at_work.done = result.is_ready();
            let again = bell.rung.load(SeqCst) || bell.answered.load(SeqCst);
            if at_work.done || !again || turns == TURNS {
                return result;
            }
        }
    }
}

impl<D: Deref<Target = Drive>> Drop for User<D> {
    fn drop(&mut self) {
        let drive = &*self.drive;
        let user = drive.bell.called().user.take();
        drop(user);
        drive.taken.store(false, SeqCst);
        // The bell may have called who leaves now.
        if drive.bell.rung.load(SeqCst) {
            drive.bell.call();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::pin::pin;
    use std::task::Poll;

    use super::*;

    /// How often somebody was woken.
    #[derive(Default)]
    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, SeqCst);
        }
    }

    impl Woken {
        fn new() -> (Arc<Self>, Waker) {
            let woken = Arc::new(Self::default());
            (woken.clone(), Waker::from(woken))
        }

        /// Whether it was woken since it was asked last.
        fn take(&self) -> bool {
            self.0.swap(0, SeqCst) > 0
        }
    }

    /// A server that answers in the order of the requests, and a network in which answers lie until they are moved.
    #[derive(Default)]
    struct Wire {
        /// Who wait, in the order in which they have asked.
        asked: VecDeque<Option<Waker>>,
        /// Answers in the network.
        arrived: usize,
        /// Answers that were moved.
        moved: usize,
        ended: bool,
        connection: Option<Waker>,
    }

    #[derive(Clone, Default)]
    struct Network(Arc<Mutex<Wire>>);

    impl Network {
        fn wire(&self) -> MutexGuard<'_, Wire> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner)
        }

        fn drive(&self) -> Arc<Drive> {
            let wire = self.clone();
            Drive::new(std::future::poll_fn(move |cx| wire.poll_connection(cx)))
        }

        fn poll_connection(&self, cx: &Context<'_>) -> Poll<()> {
            let mut wire = self.wire();
            wire.connection = Some(cx.waker().clone());
            let told: Vec<Waker> = if wire.ended {
                wire.asked.iter_mut().filter_map(Option::take).collect()
            } else {
                let (moved, arrived) = (wire.moved, wire.arrived);
                wire.moved = arrived;
                wire.asked.iter_mut().take(arrived).skip(moved).filter_map(Option::take).collect()
            };
            let ended = wire.ended;
            drop(wire);
            told.into_iter().for_each(Waker::wake);
            if ended { Poll::Ready(()) } else { Poll::Pending }
        }

        /// The server answers the next one, or is gone.
        fn happens(&self, what: impl FnOnce(&mut Wire)) {
            let mut wire = self.wire();
            what(&mut wire);
            let connection = wire.connection.take();
            drop(wire);
            if let Some(connection) = connection {
                connection.wake();
            }
        }

        /// A request, which is sent when it is polled first; `Err` where the connection ended before its answer.
        fn request(&self) -> impl Future<Output = Result<(), ()>> + use<> {
            let (network, mut number) = (self.clone(), None);
            std::future::poll_fn(move |cx| {
                let mut wire = network.wire();
                let number = *number.get_or_insert_with(|| {
                    wire.asked.push_back(None);
                    wire.asked.len() - 1
                });
                if wire.moved > number {
                    return Poll::Ready(Ok(()));
                }
                if wire.ended {
                    return Poll::Ready(Err(()));
                }
                if let Some(waker) = wire.asked.get_mut(number) {
                    *waker = Some(cx.waker().clone());
                }
                Poll::Pending
            })
        }
    }

    fn poll<F: Future>(future: Pin<&mut F>, waker: &Waker) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(waker))
    }

    #[test]
    fn who_awaits_an_answer_moves_it_without_the_task() {
        let network = Network::default();
        let drive = network.drive();
        let (task, task_waker) = Woken::new();
        assert!(drive.poll_as_task(&Context::from_waker(&task_waker)).is_pending());
        let (user, waker) = Woken::new();
        let mut request = pin!(network.request());
        let mut waiting = pin!(drive.while_awaiting(request.as_mut()));
        assert!(poll(waiting.as_mut(), &waker).is_pending());
        network.happens(|wire| wire.arrived = 1);
        assert!(user.take() && !task.take());
        assert_eq!(poll(waiting.as_mut(), &waker), Poll::Ready(Ok(())));
    }

    #[test]
    fn the_end_of_the_connection_is_told_to_who_no_longer_moves_its_bytes() {
        let network = Network::default();
        let drive = network.drive();
        let (task, task_waker) = Woken::new();
        assert!(drive.poll_as_task(&Context::from_waker(&task_waker)).is_pending());
        let ((first, first_waker), (second, second_waker)) = (Woken::new(), Woken::new());
        let (mut one, mut two) = (pin!(network.request()), pin!(network.request()));
        let mut one = pin!(drive.while_awaiting(one.as_mut()));
        let mut two = pin!(drive.while_awaiting(two.as_mut()));
        assert!(poll(one.as_mut(), &first_waker).is_pending());
        assert!(poll(two.as_mut(), &second_waker).is_pending());
        network.happens(|wire| wire.ended = true);
        assert!(task.take(), "the task moves the bytes since there are two");
        assert!(drive.poll_as_task(&Context::from_waker(&task_waker)).is_ready());
        assert!(first.take() && second.take());
        assert_eq!(poll(one.as_mut(), &first_waker), Poll::Ready(Err(())));
        assert_eq!(poll(two.as_mut(), &second_waker), Poll::Ready(Err(())));
    }

    #[test]
    fn the_task_goes_on_as_long_as_somebody_waits_who_came_second() {
        let network = Network::default();
        let drive = network.drive();
        let (task, task_waker) = Woken::new();
        assert!(drive.poll_as_task(&Context::from_waker(&task_waker)).is_pending());
        let mut requests: Vec<_> = (0..3).map(|_| Box::pin(network.request())).collect();
        let [first, second, third] = &mut *requests else { panic!("three of them") };
        let (_, waker) = Woken::new();
        {
            let mut first = pin!(drive.while_awaiting(first.as_mut()));
            assert!(poll(first.as_mut(), &waker).is_pending());
            let mut second = pin!(drive.while_awaiting(second.as_mut()));
            assert!(poll(second.as_mut(), &waker).is_pending());
            network.happens(|wire| wire.arrived = 1);
            assert!(task.take() && drive.poll_as_task(&Context::from_waker(&task_waker)).is_pending());
            assert_eq!(poll(first.as_mut(), &waker), Poll::Ready(Ok(())));
            // The first has gone; the third comes, and is not polled again.
            let mut third = pin!(drive.while_awaiting(third.as_mut()));
            let (_, third_waker) = Woken::new();
            assert!(poll(third.as_mut(), &third_waker).is_pending());
            network.happens(|wire| wire.arrived = 2);
            assert!(task.take(), "or the second would wait for the third");
            assert!(drive.poll_as_task(&Context::from_waker(&task_waker)).is_pending());
            assert_eq!(poll(second.as_mut(), &waker), Poll::Ready(Ok(())));
        }
        let mut last = pin!(network.request());
        let mut last = pin!(drive.while_awaiting(last.as_mut()));
        let (user, waker) = Woken::new();
        assert!(poll(last.as_mut(), &waker).is_pending());
        network.happens(|wire| wire.arrived = 3);
        assert!(user.take() && !task.take(), "nobody else waits any more");
    }

    #[test]
    fn who_panics_while_it_moves_bytes_leaves_them_to_the_task() {
        let network = Network::default();
        let drive = network.drive();
        let (task, task_waker) = Woken::new();
        assert!(drive.poll_as_task(&Context::from_waker(&task_waker)).is_pending());
        let (_, waker) = Woken::new();
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let mut request = pin!(async {
                let _ = network.request().await;
                panic!("a value that no field takes");
            });
            let mut waiting = pin!(drive.while_awaiting::<_>(request.as_mut()));
            let _: Poll<()> = poll(waiting.as_mut(), &waker);
            network.happens(|wire| wire.arrived = 1);
            let _: Poll<()> = poll(waiting.as_mut(), &waker);
        }));
        assert!(panicked.is_err());
        task.take();
        network.happens(|wire| wire.arrived = 2);
        assert!(task.take(), "whatever comes next is moved");
    }
}
