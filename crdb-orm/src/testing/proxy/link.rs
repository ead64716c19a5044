//! One connection through a proxy.
//!
//! Four loops share it: one reads requests of the client, one brings them to the server and lets faults strike, one
//! reads the server's answers, and one brings them to the client. What is on its way between two loops carries the
//! moment at which it arrives, so added latency delays everything once and holds nothing up.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;

use super::answers::{Action, Answers, Chunk, Expected};
use super::counters::Open;
use super::fault::Fault;
use super::frame::{self, Frames};
use super::pace;
use super::reply::Reply;
use super::request::{Assembler, Request};
use super::rules::{Held, Strike};
use super::{Order, Shared};
use crate::conn::{Reader, Writer};

/// How long the server may take to notice that the client has gone.
const PATIENCE: Duration = Duration::from_mins(1);

/// What the loops share.
pub(super) struct Link {
    pub(super) shared: Arc<Shared>,
    /// Requests of the client whose answer the client has not got.
    pub(super) undelivered: AtomicUsize,
    /// Requests of the client that are not answered on this side of the proxy.
    pub(super) unanswered: AtomicUsize,
    /// The state of the transaction, as the server told it last.
    pub(super) status: AtomicU8,
    /// Whether the client was told that the server goes away: nothing that it sends is delivered any more.
    pub(super) gone: AtomicBool,
    /// Whether a password that the client binds to its TLS is bound to the server's, too.
    bindable: bool,
    /// Whether the client's connection is to be broken.
    client_cut: watch::Sender<bool>,
}

/// A request and when it arrives at the server.
struct Sent {
    request: Request,
    due: Option<Instant>,
}

/// How the way to the server ended.
enum Ended {
    /// A fault breaks the connection.
    Cut,
    /// The client is told no.
    Refused(Reply),
    /// The client has gone, and all that it had sent is delivered.
    Delivered(Writer),
}

/// Moves bytes until one side ends, or a fault ends both. The start-up message has been delivered.
pub(super) async fn run(
    shared: Arc<Shared>,
    open: Open,
    orders: watch::Receiver<Order>,
    bindable: bool,
    ((from_client, to_client), (from_server, to_server)): ((Reader, Writer), (Reader, Writer)),
) {
    let link = Link {
        undelivered: AtomicUsize::new(0),
        unanswered: AtomicUsize::new(0),
        status: AtomicU8::new(b'I'),
        gone: AtomicBool::new(false),
        bindable,
        client_cut: watch::Sender::new(false),
        shared,
    };
    let (requests, to_forward) = unbounded_channel();
    let (expected, to_expect) = unbounded_channel();
    let (chunks, to_write) = unbounded_channel();
    let _ = expected.send(Expected::start_up());
    let refusals = chunks.downgrade();

    let reading = async {
        // An error is the end of the client.
        let _ = link.read(from_client, requests).await;
        drop(open);
        std::future::pending::<()>().await;
    };
    let forwarding = async {
        match link.forward(to_forward, to_server, expected).await {
            Ended::Cut => {}
            Ended::Refused(reply) => {
                if let Some(refusals) = refusals.upgrade() {
                    let _ = refusals.send(Chunk::last(&reply.messages(b"")));
                }
                std::future::pending::<()>().await;
            }
            Ended::Delivered(mut server) => {
                let _ = server.shutdown().await;
                // The server ends the other loops when it has done what was delivered.
                tokio::time::sleep(PATIENCE).await;
            }
        }
    };
    let answering = async {
        let answers = async {
            // An error is the end of the server.
            let _ = Answers::new(&link, to_expect, chunks).run(from_server, orders).await;
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = answers => {}
            () = link.write(to_write, to_client) => {}
        }
    };
    tokio::select! {
        () = reading => {}
        () = forwarding => {}
        () = answering => {}
    }
}

impl Link {
    /// From the client into the proxy.
    async fn read(&self, client: Reader, requests: UnboundedSender<Sent>) -> io::Result<()> {
        let mut frames = Frames::new(client);
        let mut assembler = Assembler::new(self.shared.translation());
        let mut cut = self.client_cut.subscribe();
        loop {
            let frame = tokio::select! {
                _ = cut.wait_for(|cut| *cut) => return Ok(()),
                frame = frames.next() => frame?,
            };
            let Some(frame) = frame else { return Ok(()) };
            let Some(request) = assembler.push(&frame) else { continue };
            self.shared.counters.request(&request);
            if request.answered {
                if self.undelivered.fetch_add(1, SeqCst) == 0 {
                    self.shared.counters.round_trip();
                }
                self.unanswered.fetch_add(1, SeqCst);
            }
            let due = self.shared.due();
            if requests.send(Sent { request, due }).is_err() {
                return Ok(());
            }
        }
    }

    /// From the proxy to the server.
    async fn forward(
        &self,
        mut requests: UnboundedReceiver<Sent>,
        mut server: Writer,
        expected: UnboundedSender<Expected>,
    ) -> Ended {
        while let Some(Sent { request, due }) = requests.recv().await {
            if let Some(due) = due {
                pace::until(due).await;
            }
            if self.gone.load(SeqCst) {
                std::future::pending::<()>().await;
            }
            if !self.bindable && binds(&request.bytes) {
                return Ended::Refused(bound_elsewhere());
            }
            let strike = request.answered.then(|| self.shared.rules.strike(&request)).flatten();
            let sent = match strike {
                None => self.pass(&request, Action::Pass, None, &mut server, &expected).await,
                Some(Strike { rule, statement }) => match &rule.fault {
                    Fault::CutBeforeSend => return Ended::Cut,
                    Fault::CutAfterSend => {
                        self.pass(&request, Action::CutWhenAnswered, None, &mut server, &expected).await
                    }
                    Fault::CutInReply(bytes) => {
                        self.pass(&request, Action::CutAfter(*bytes), None, &mut server, &expected).await
                    }
                    Fault::Silence => {
                        self.pass(&request, Action::Silence, None, &mut server, &expected).await
                    }
                    Fault::DelayReply(delay) => {
                        self.pass(&request, Action::Delay(*delay), None, &mut server, &expected).await
                    }
                    Fault::DelayRequest(delay) => {
                        tokio::time::sleep(*delay).await;
                        self.pass(&request, Action::Pass, None, &mut server, &expected).await
                    }
                    Fault::HoldBack | Fault::ArriveLate => {
                        let held = Held::by(&rule);
                        if rule.fault == Fault::ArriveLate {
                            self.client_cut.send_replace(true);
                        }
                        rule.released().await;
                        self.pass(&request, Action::Pass, Some(held), &mut server, &expected).await
                    }
                    Fault::Abort => {
                        let _ = expected.send(Expected::own());
                        match deliver(&mut server, &frame::query("SELECT 1 / 0")).await {
                            Ok(()) => self.pass(&request, Action::Pass, None, &mut server, &expected).await,
                            lost => lost,
                        }
                    }
                    Fault::Rewrite(reply) => {
                        let action = replace(statement, reply, &request);
                        self.pass(&request, action, None, &mut server, &expected).await
                    }
                    Fault::Answer(reply) => {
                        let (before, _) = request.divide(statement);
                        if before.trim().is_empty() {
                            let bytes = reply.messages(&request.shape);
                            let action = Action::Own { bytes, status: reply.state(), close: reply.closes() };
                            let _ = expected.send(Expected::of(&request, action, None));
                            Ok(())
                        } else {
                            let action = replace(statement, reply, &request);
                            self.instead(before, &request, action, &mut server, &expected).await
                        }
                    }
                    Fault::Fail(reply) => {
                        let (before, struck) = request.divide(statement);
                        let ends = ["COMMIT", "END", "RELEASE"].iter().any(|word| {
                            struck
                                .trim_start()
                                .get(..word.len())
                                .is_some_and(|start| start.eq_ignore_ascii_case(word))
                        });
                        let text = format!("{before}{}", if ends { " ROLLBACK" } else { " SELECT 1 / 0" });
                        let action = replace(statement, reply, &request);
                        self.instead(&text, &request, action, &mut server, &expected).await
                    }
                },
            };
            if sent.is_err() {
                // The server has gone; what it said last is still on its way.
                std::future::pending::<()>().await;
            }
        }
        Ended::Delivered(server)
    }

    async fn pass(
        &self,
        request: &Request,
        action: Action,
        held: Option<Held>,
        server: &mut Writer,
        expected: &UnboundedSender<Expected>,
    ) -> io::Result<()> {
        if request.answered {
            let _ = expected.send(Expected::of(request, action, held));
        }
        deliver(server, &request.bytes).await
    }

    /// Sends another text in the place of a request.
    async fn instead(
        &self,
        text: &str,
        request: &Request,
        action: Action,
        server: &mut Writer,
        expected: &UnboundedSender<Expected>,
    ) -> io::Result<()> {
        let _ = expected.send(Expected::of(request, action, None));
        deliver(server, &frame::query(text)).await
    }

    /// From the proxy to the client.
    async fn write(&self, mut chunks: UnboundedReceiver<Chunk>, client: Writer) {
        let mut cut = self.client_cut.subscribe();
        let mut client = Some(client);
        loop {
            let chunk = tokio::select! {
                _ = cut.wait_for(|cut| *cut), if client.is_some() => {
                    client = None;
                    continue;
                }
                chunk = chunks.recv() => chunk,
            };
            let Some(chunk) = chunk else { return };
            if let Some(due) = chunk.due {
                pace::until(due).await;
            }
            self.undelivered.fetch_sub(chunk.answers.min(self.undelivered.load(SeqCst)), SeqCst);
            let last = chunk.last;
            if let Some(writer) = &mut client {
                tokio::select! {
                    written = deliver(writer, &chunk.bytes) => if written.is_err() { client = None },
                    _ = cut.wait_for(|cut| *cut) => client = None,
                }
            }
            if last {
                // TLS takes leave; a connection that is cut does not come here.
                if let Some(mut writer) = client {
                    let _ = writer.shutdown().await;
                }
                return;
            }
        }
    }
}

/// Sends bytes, none of which stay behind in TLS.
async fn deliver(writer: &mut Writer, bytes: &[u8]) -> io::Result<()> {
    writer.write_all(bytes).await?;
    writer.flush().await
}

/// Whether a client begins to log in with a password that is bound to its TLS.
fn binds(message: &[u8]) -> bool {
    message.first() == Some(&b'p')
        && message.get(5..).is_some_and(|body| body.starts_with(b"SCRAM-SHA-256-PLUS\0"))
}

/// What such a client is told where the server would hear of another certificate than its own.
fn bound_elsewhere() -> Reply {
    Reply::error("28000")
        .severity("FATAL")
        .message(
            "the password is bound to the TLS of a test proxy (SCRAM-SHA-256-PLUS), whose certificate is not the \
             server's: say `channel_binding=disable`, as the proxy's `url()` does, or let it show the certificate and the \
             key of the server itself",
        )
}

fn replace(statement: usize, reply: &Reply, request: &Request) -> Action {
    Action::Replace {
        before: if request.simple.is_some() { statement } else { 0 },
        with: Some(reply.messages(&request.shape)),
        status: reply.state(),
        close: reply.closes(),
    }
}
