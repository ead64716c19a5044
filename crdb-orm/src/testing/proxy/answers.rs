//! The server's answers on their way back, and what a proxy makes of them.

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::Ordering::SeqCst;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::sync::watch;

use super::frame::{self, Frame, Frames};
use super::link::Link;
use super::reply::Reply;
use super::reply::put_parameter;
use super::request::Request;
use super::rules::Held;
use super::{Order, Shared};
use crate::conn::Reader;

/// What happens to one answer.
pub(super) enum Action {
    Pass,
    /// The answer to start-up, to which a parameter may be added.
    StartUp,
    /// It is swallowed, as is all that comes until nothing is unanswered; then the connection breaks.
    CutWhenAnswered,
    /// The connection breaks after this many bytes.
    CutAfter(usize),
    /// It comes later.
    Delay(Duration),
    /// It does not come, and nothing else does.
    Silence,
    /// To a statement of the proxy's own.
    Swallow,
    /// The server has not been asked.
    Own {
        bytes: Bytes,
        status: Option<u8>,
        close: bool,
    },
    /// The answers to so many statements pass; another one takes the place of the rest, up to `ReadyForQuery`.
    Replace {
        before: usize,
        with: Option<Bytes>,
        status: Option<u8>,
        close: bool,
    },
}

/// An answer that will come.
pub(super) struct Expected {
    action: Action,
    /// Whether a client waits for it.
    counted: bool,
    /// Whether the request was of the extended protocol.
    extended: bool,
    /// Gone when the answer has come.
    _held: Option<Held>,
}

impl Expected {
    pub(super) fn of(request: &Request, action: Action, held: Option<Held>) -> Self {
        Self { action, counted: true, extended: request.simple.is_none(), _held: held }
    }

    pub(super) fn start_up() -> Self {
        Self { action: Action::StartUp, counted: false, extended: false, _held: None }
    }

    pub(super) fn own() -> Self {
        Self { action: Action::Swallow, counted: false, extended: false, _held: None }
    }
}

/// Bytes for the client.
#[derive(Default)]
pub(super) struct Chunk {
    pub(super) bytes: BytesMut,
    /// How many requests they end the answers of.
    pub(super) answers: usize,
    pub(super) due: Option<Instant>,
    /// Whether the connection is closed behind them, and not broken.
    pub(super) last: bool,
}

impl Chunk {
    /// What is said before the connection closes.
    pub(super) fn last(bytes: &[u8]) -> Self {
        Self { bytes: BytesMut::from(bytes), last: true, ..Self::default() }
    }
}

/// Whether the connection goes on.
#[derive(Clone, Copy, PartialEq)]
enum Next {
    GoOn,
    /// It closes.
    Close,
    /// It breaks.
    Break,
}

/// From the server into the proxy.
pub(super) struct Answers<'a> {
    link: &'a Link,
    expected: UnboundedReceiver<Expected>,
    all_expected: bool,
    queue: VecDeque<Expected>,
    chunk: Chunk,
    chunks: UnboundedSender<Chunk>,
    silent: bool,
    cutting: bool,
    /// Before this nothing more arrives at the client.
    not_before: Option<Instant>,
    /// What is said when the connection is idle, before it closes.
    leaving: Option<Reply>,
}

impl<'a> Answers<'a> {
    pub(super) fn new(
        link: &'a Link,
        expected: UnboundedReceiver<Expected>,
        chunks: UnboundedSender<Chunk>,
    ) -> Self {
        Self {
            link,
            expected,
            all_expected: false,
            queue: VecDeque::new(),
            chunk: Chunk::default(),
            chunks,
            silent: false,
            cutting: false,
            not_before: None,
            leaving: None,
        }
    }

    fn shared(&self) -> &'a Shared {
        &self.link.shared
    }

    pub(super) async fn run(mut self, server: Reader, mut orders: watch::Receiver<Order>) -> io::Result<()> {
        let mut frames = Frames::new(server);
        loop {
            let next = match self.own() {
                Next::GoOn => self.leave(),
                ended => ended,
            };
            self.flush();
            if next != Next::GoOn {
                self.end(next);
                return Ok(());
            }
            tokio::select! {
                more = self.expected.recv(), if !self.all_expected => match more {
                    Some(more) => self.queue.push_back(more),
                    None => self.all_expected = true,
                },
                frame = frames.next() => {
                    let Some(mut frame) = frame? else {
                        self.end(Next::Close);
                        return Ok(());
                    };
                    loop {
                        // A request is expected before it is sent, so its answer is never here first.
                        while let Ok(more) = self.expected.try_recv() {
                            self.queue.push_back(more);
                        }
                        let next = match self.own() {
                            Next::GoOn => self.take(&frame),
                            ended => ended,
                        };
                        if next != Next::GoOn {
                            self.flush();
                            self.end(next);
                            return Ok(());
                        }
                        match frames.buffered()? {
                            Some(another) => frame = another,
                            None => break,
                        }
                    }
                }
                Ok(()) = orders.changed() => {
                    let order = orders.borrow_and_update().clone();
                    match order {
                        Order::None => self.leaving = None,
                        Order::Leave(reply) => self.leaving = Some(reply),
                        Order::Cut => return Ok(()),
                        Order::Say(reply) => {
                            self.put(&reply.messages(b""));
                            self.flush();
                            self.end(Next::Close);
                            return Ok(());
                        }
                    }
                }
            }
        }
    }

    /// Ends the connection as soon as it is idle, where it shall. What the client sends from now on reaches nobody.
    fn leave(&mut self) -> Next {
        let idle = self.queue.is_empty()
            && self.link.unanswered.load(SeqCst) == 0
            && self.link.status.load(SeqCst) == b'I';
        let Some(reply) = self.leaving.take_if(|_| idle) else { return Next::GoOn };
        self.link.gone.store(true, SeqCst);
        self.put(&reply.messages(b""));
        Next::Close
    }

    /// Gives the answers that are the proxy's own and whose turn it is.
    fn own(&mut self) -> Next {
        while let Some(Expected { action: Action::Own { .. }, .. }) = self.queue.front() {
            let Some(Expected { action: Action::Own { bytes, status, close }, .. }) = self.queue.pop_front()
            else {
                return Next::GoOn;
            };
            self.put(&bytes);
            if close {
                return Next::Close;
            }
            let status = status.unwrap_or_else(|| self.link.status.load(SeqCst));
            self.put(&frame::ready(status));
            let next = self.answered(true);
            if next != Next::GoOn {
                return next;
            }
        }
        Next::GoOn
    }

    /// One message of the server.
    fn take(&mut self, frame: &Frame) -> Next {
        let ready = frame.tag == b'Z';
        if let Some(status) = frame.body().first().filter(|_| ready) {
            self.link.status.store(*status, SeqCst);
        }
        let Some(front) = self.queue.front_mut() else {
            self.put(&frame.bytes);
            return Next::GoOn;
        };
        let counted = front.counted;
        let extended = front.extended;
        match &mut front.action {
            // The proxy's own was given when its turn came.
            Action::Pass | Action::Own { .. } => self.put(&frame.bytes),
            Action::StartUp => {
                if let Some(translation) = self.shared().translation().filter(|_| ready) {
                    let mut parameter = BytesMut::new();
                    put_parameter(&mut parameter, "crdb_version", &translation.version);
                    self.put(&parameter);
                }
                self.put(&frame.bytes);
            }
            Action::CutWhenAnswered => self.cutting = true,
            Action::CutAfter(left) => {
                let passed = (*left).min(frame.bytes.len());
                *left -= passed;
                let over = *left == 0;
                self.put(&frame.bytes[..passed]);
                if over || ready {
                    return Next::Break;
                }
            }
            Action::Delay(delay) => {
                let delay = *delay;
                front.action = Action::Pass;
                self.flush();
                self.not_before = Instant::now().checked_add(delay);
                self.put(&frame.bytes);
            }
            Action::Silence => self.silent = true,
            Action::Swallow => {}
            Action::Replace { before, with, status, close } => {
                let mut passes = *before > 0 && with.is_some();
                let mut reply = None;
                match frame.tag {
                    b'C' | b'I' if with.is_some() => match before.checked_sub(1) {
                        Some(left) => *before = left,
                        None => reply = with.take(),
                    },
                    b'E' if with.is_some() && *before > 0 => *with = None,
                    b'E' | b'Z' => reply = with.take(),
                    b'S' | b'N' | b'A' => passes = true,
                    _ => {}
                }
                let (status, close) = (*status, *close && ready);
                if let Some(reply) = reply {
                    self.put(&reply);
                }
                if close {
                    return Next::Close;
                }
                match status.filter(|_| ready) {
                    Some(status) => self.put(&frame::ready(status)),
                    None if passes || ready => self.put(&frame.bytes),
                    None => {}
                }
            }
        }
        // In COPY the server ignores the Sync that had been sent with it; the one behind the data is answered.
        if ready || (frame.tag == b'G' && extended) {
            self.queue.pop_front();
            return self.answered(counted);
        }
        Next::GoOn
    }

    /// One more request has its answer.
    fn answered(&mut self, counted: bool) -> Next {
        if counted {
            self.link.unanswered.fetch_sub(1, SeqCst);
            self.chunk.answers += 1;
        }
        let broken = self.cutting && self.link.unanswered.load(SeqCst) == 0;
        if broken { Next::Break } else { Next::GoOn }
    }

    fn put(&mut self, bytes: &[u8]) {
        if !self.silent && !self.cutting {
            self.chunk.bytes.extend_from_slice(bytes);
        }
    }

    /// Closes the connection behind all that was sent, where it shall close and not break.
    fn end(&mut self, next: Next) {
        if next == Next::Close && !self.silent && !self.cutting {
            let due = self.shared().due().max(self.not_before);
            let _ = self.chunks.send(Chunk { due, last: true, ..Chunk::default() });
        }
    }

    /// Sends what there is on its way.
    fn flush(&mut self) {
        let mut chunk = std::mem::take(&mut self.chunk);
        if self.silent || (chunk.bytes.is_empty() && chunk.answers == 0) {
            return;
        }
        chunk.due = self.shared().due().max(self.not_before);
        // The client has gone: what is left to do is done without it.
        let _ = self.chunks.send(chunk);
    }
}
