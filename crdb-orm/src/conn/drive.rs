//! Who moves the bytes of a connection.
//!
//! The driver's connection is a future that writes requests and reads answers. Polled by a task of its own, each request
//! wakes that task, which writes, and each answer wakes it again, which then wakes who waits: two changes of task on
//! top of the two that the network needs. Who awaits the answer can do that work: it writes as it sends, and the answer
//! wakes it directly.
//!
//! The task stays, for whatever nobody awaits: a server that says good-bye to an idle connection, the rest of an answer
//! whose request was dropped. It moves the bytes, too, as soon as a second one awaits an answer, as the statements of a
//! transaction may: the first may not be polled before the second has its answer. The connection is always polled with
//! the same waker, a [`Bell`], which knows whom to wake.
//!
//! Two things can happen, and each has its mark: the connection can go on (`rung`), and the request can
//! (`answered`). Who leaves looks at both after it has said that it leaves, and who marks one looks afterwards whether
//! somebody is there, so one of the two sees the other.

use std::ops::Deref;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
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
    /// Others wait for answers as well as the user: the task moves the bytes.
    shared: AtomicBool,
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
    /// Calls the user, or the task where there is none.
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
        bell.at_work.fetch_add(1, SeqCst);
        let mut turns = 0;
        while turns < TURNS && bell.rung.swap(false, SeqCst) {
            self.advance();
            turns += 1;
        }
        bell.at_work.fetch_sub(1, SeqCst);
        if self.connection().is_none() {
            return Poll::Ready(());
        }
        // A user may have come meanwhile, and what was moved may be its answer.
        bell.call_user();
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
        let Some(user) = User::new(self) else { return request.await };
        std::future::poll_fn(|cx| user.poll(cx, |cx| request.as_mut().poll(cx))).await
    }

    /// Lets the task move the bytes, since who does may not be polled before others have their answers.
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

    /// A place for who reads a long answer.
    pub(super) fn seat(self: &Arc<Self>) -> Seat {
        Seat(User::new(self.clone()))
    }

    /// Lets the connection read and write.
    fn advance(&self) {
        let mut connection = self.connection();
        // Should it panic, it is gone, and what waits for it is told.
        let Some(mut open) = connection.take() else { return };
        if open.as_mut().poll(&mut Context::from_waker(&self.of_connection)).is_pending() {
            *connection = Some(open);
            return;
        }
        drop(connection);
        drop(open);
        self.bell.call_task();
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
pub(crate) struct Seat(Option<User<Arc<Drive>>>);

impl Seat {
    pub(crate) fn poll<T>(
        &self,
        cx: &mut Context<'_>,
        mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        let Some(user) = &self.0 else { return poll(cx) };
        // Most of it is there already.
        match poll(&mut Context::from_waker(&user.0.of_request)) {
            Poll::Pending => user.poll(cx, poll),
            ready => ready,
        }
    }
}

/// Who awaits an answer and moves the bytes.
struct User<D: Deref<Target = Drive>>(D);

impl<D: Deref<Target = Drive>> User<D> {
    /// `None` where somebody does already.
    fn new(drive: D) -> Option<Self> {
        if drive.taken.swap(true, SeqCst) {
            drive.share();
            return None;
        }
        drive.bell.shared.store(false, SeqCst);
        Some(Self(drive))
    }

    fn poll<T>(&self, cx: &Context<'_>, mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
        let drive = &*self.0;
        let bell = &*drive.bell;
        if bell.shared.load(SeqCst) {
            return poll(&mut Context::from_waker(cx.waker()));
        }
        // Before the work ends: who rings afterwards must find it.
        let before = keep(&mut bell.called().user, cx.waker());
        drop(before);
        bell.at_work.fetch_add(1, SeqCst);
        let mut turns = 0;
        let result = loop {
            if bell.rung.swap(false, SeqCst) {
                drive.advance();
            }
            bell.answered.store(false, SeqCst);
            let result = poll(&mut Context::from_waker(&drive.of_request));
            turns += 1;
            let again = bell.rung.load(SeqCst) || bell.answered.load(SeqCst);
            if result.is_ready() || !again || turns == TURNS {
                break result;
            }
        };
        bell.at_work.fetch_sub(1, SeqCst);
        if result.is_pending() {
            if bell.answered.load(SeqCst) {
                cx.waker().wake_by_ref();
            }
            if bell.rung.load(SeqCst) {
                bell.call();
            }
        }
        result
    }
}

impl<D: Deref<Target = Drive>> Drop for User<D> {
    fn drop(&mut self) {
        let drive = &*self.0;
        let user = drive.bell.called().user.take();
        drop(user);
        drive.taken.store(false, SeqCst);
        // The bell may have called who leaves now.
        if drive.bell.rung.load(SeqCst) {
            drive.bell.call();
        }
    }
}
