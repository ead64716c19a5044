//! What a proxy does to a statement.

use std::time::Duration;

use super::reply::Reply;

/// What a [`FaultProxy`](super::FaultProxy) does to a statement, or to its answer.
///
/// It strikes everything that the client sent up to the next Sync, which for a simple query is that query. Where one
/// simple query has several statements (`SELECT 1; COMMIT`), [`Answer`](Self::Answer), [`Rewrite`](Self::Rewrite) and
/// [`Fail`](Self::Fail) strike the one that has the mark: what stands before it is done and answered as ever, and what
/// stands behind it is not, except by `Rewrite`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The connection breaks, and the statement never reaches the server.
    CutBeforeSend,
    /// The server has done it and answered; the connection breaks before the answer reaches the client. What the
    /// client had sent behind it without waiting is done and answered by then, too.
    CutAfterSend,
    /// The server has done it; the connection breaks after this many bytes of the answer.
    CutInReply(usize),
    /// The statement, and what the client sends behind it, reaches the server later.
    DelayRequest(Duration),
    /// The answer, and what comes behind it, reaches the client later.
    DelayReply(Duration),
    /// The statement, and what the client sends behind it, stays in the network until
    /// [`Rule::release`](super::Rule::release), and is delivered then even if the client has gone.
    HoldBack,
    /// The connection breaks for the client, and the statement stays in the network until
    /// [`Rule::release`](super::Rule::release): the original that arrives late.
    ArriveLate,
    /// The server has done it; neither the answer nor anything later comes, and the connection stays.
    Silence,
    /// The server never hears of it, and the client gets this answer. A transaction on the server is as good as before,
    /// as if it had been rolled back to a savepoint.
    Answer(Reply),
    /// The server has done it, and the client gets this answer.
    Rewrite(Reply),
    /// The server fails as well, and the client gets this answer: a COMMIT becomes a ROLLBACK, and of another statement
    /// a transaction is aborted.
    Fail(Reply),
    /// The transaction is aborted on the server just before, behind the client's back.
    Abort,
}

impl Fault {
    /// What it is called in counts and messages, such as `cut before send`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::CutBeforeSend => "cut before send",
            Self::CutAfterSend => "cut after send",
            Self::CutInReply(_) => "cut in reply",
            Self::DelayRequest(_) => "delay of a request",
            Self::DelayReply(_) => "delay of a reply",
            Self::HoldBack => "hold back",
            Self::ArriveLate => "arrive late",
            Self::Silence => "silence",
            Self::Answer(_) => "answer",
            Self::Rewrite(_) => "rewrite",
            Self::Fail(_) => "fail",
            Self::Abort => "abort",
        }
    }
}
