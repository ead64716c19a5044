//! A proxy between the library and the server, which breaks things at the moment that a test names.
//!
//! It reads both directions message by message (<https://www.postgresql.org/docs/current/protocol-message-formats.html>).
//! A fault waits for a statement whose text contains a mark, strikes once, and is gone.

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::task::JoinHandle;
use tokio_postgres::config::Host;

type Reader = Box<dyn AsyncRead + Send + Unpin>;
type Writer = Box<dyn AsyncWrite + Send + Unpin>;

/// What happens to a statement, or to its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The connection breaks, and the statement never reaches the server.
    CutBefore,
    /// The server has done it and answered; the connection breaks before the answer reaches the client.
    CutAfter,
    /// The answer does not come, and the connection stays.
    Silence,
    /// The statement is not forwarded, and the client is told that it failed with this SQLSTATE. The transaction
    /// on the server is as good as before, as if it had been rolled back to a savepoint.
    Fail(&'static str),
    /// For COMMIT: the server rolls back instead, and the client is told that COMMIT failed with this SQLSTATE.
    FailCommit(&'static str),
    /// The transaction is aborted on the server just before, behind the client's back.
    AbortBefore,
}

/// What the direction from the server to the client does with messages.
#[derive(Debug, Clone, Copy)]
enum Answers {
    Pass,
    /// Swallow everything up to the end of this answer, then break.
    CutAtReady,
    /// Swallow everything from now on.
    Swallow,
    /// Swallow one answer.
    SwallowOne,
    /// Put an error in the place of the success of ROLLBACK.
    Fail(&'static str),
}

/// How the proxy answers a client that wants to log in.
#[derive(Debug, Clone, Copy)]
pub(crate) enum LogIn {
    Forward,
    /// It asks for a password in clear text, and refuses it.
    RefusePassword,
    /// It says nothing.
    Silence,
}

struct Shared {
    upstream: Option<Upstream>,
    log_in: LogIn,
    faults: Mutex<Vec<(String, Fault)>>,
    seen: Mutex<Vec<String>>,
    accepted: AtomicUsize,
    open: AtomicUsize,
    most: AtomicUsize,
    trips: AtomicUsize,
}

enum Upstream {
    Tcp(String, u16),
    Unix(PathBuf),
}

/// A proxy. It ends when this is dropped.
pub(crate) struct Proxy {
    port: u16,
    user: String,
    database: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl Proxy {
    /// A proxy to the database of a URL.
    pub(crate) async fn to(url: &str) -> Self {
        let url = url.split_once("://").map_or(url.to_owned(), |(_, rest)| format!("postgresql://{rest}"));
        let config: tokio_postgres::Config = url.parse().expect("a URL");
        let port = config.get_ports().first().copied();
        let upstream = match &config.get_hosts()[0] {
            Host::Tcp(host) => Upstream::Tcp(host.clone(), port.unwrap_or(5432)),
            Host::Unix(folder) => Upstream::Unix(folder.join(format!(".s.PGSQL.{}", port.unwrap_or(5432)))),
        };
        let mut user = config.get_user().expect("a user").to_owned();
        if let Some(password) = config.get_password() {
            user = format!("{user}:{}", std::str::from_utf8(password).expect("a password in UTF-8"));
        }
        let database = config.get_dbname().expect("a database").to_owned();
        Self::start(Some(upstream), LogIn::Forward, user, database).await
    }

    /// Something that listens like a server and lets nobody in.
    pub(crate) async fn without_server(log_in: LogIn) -> Self {
        Self::start(None, log_in, "somebody".to_owned(), "somewhere".to_owned()).await
    }

    async fn start(upstream: Option<Upstream>, log_in: LogIn, user: String, database: String) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let shared = Arc::new(Shared {
            upstream,
            log_in,
            faults: Mutex::default(),
            seen: Mutex::default(),
            accepted: AtomicUsize::new(0),
            open: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            trips: AtomicUsize::new(0),
        });
        let accepting = shared.clone();
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let shared = accepting.clone();
                connections.spawn(async move {
                    shared.accepted.fetch_add(1, SeqCst);
                    let open = shared.open.fetch_add(1, SeqCst) + 1;
                    shared.most.fetch_max(open, SeqCst);
                    // An error is the end of one side, which is what a proxy passes on.
                    let _ = serve(&shared, client).await;
                    shared.open.fetch_sub(1, SeqCst);
                });
            }
        });
        Self { port, user, database, shared, task }
    }

    /// How often a client began to send when all that it had sent before was answered; counted from zero again.
    pub(crate) fn take_round_trips(&self) -> usize {
        self.shared.trips.swap(0, SeqCst)
    }

    /// The URL that leads through it.
    pub(crate) fn url(&self) -> String {
        self.url_as(&self.user)
    }

    /// The URL with another user, or `user:password`.
    pub(crate) fn url_as(&self, user: &str) -> String {
        format!("postgresql://{user}@{}/{}?sslmode=disable", self.node(), self.database)
    }

    pub(crate) fn node(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Lets a fault strike the next statement whose text contains the mark: when it is prepared, or, where the mark begins
    /// with `run: `, and what follows begins the text, when it is run.
    pub(crate) fn strike(&self, mark: &str, fault: Fault) {
        self.shared.faults.lock().unwrap().push((mark.to_owned(), fault));
    }

    /// How many faults have not struck yet.
    pub(crate) fn pending(&self) -> usize {
        self.shared.faults.lock().unwrap().len()
    }

    /// How many statements with this mark came from the client.
    pub(crate) fn count(&self, mark: &str) -> usize {
        self.shared.seen.lock().unwrap().iter().filter(|text| text.contains(mark)).count()
    }

    /// How many connections were made so far.
    pub(crate) fn accepted(&self) -> usize {
        self.shared.accepted.load(SeqCst)
    }

    /// How many connections there are.
    pub(crate) fn open(&self) -> usize {
        self.shared.open.load(SeqCst)
    }

    /// How many connections there were at most.
    pub(crate) fn most(&self) -> usize {
        self.shared.most.load(SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(shared: &Arc<Shared>, client: TcpStream) -> io::Result<()> {
    client.set_nodelay(true)?;
    let (mut from_client, mut to_client) = client.into_split();
    let start = read_start(&mut from_client).await?;
    match shared.log_in {
        LogIn::Forward => {}
        LogIn::Silence => return read_rest(&mut from_client).await,
        LogIn::RefusePassword => {
            // AuthenticationCleartextPassword.
            to_client.write_all(&message(b'R', &3_i32.to_be_bytes())).await?;
            read_message(&mut from_client).await?;
            let text = "password authentication failed for user \"somebody\"";
            return to_client.write_all(&error("FATAL", "28P01", text)).await;
        }
    }
    let (from_server, mut to_server): (Reader, Writer) = match &shared.upstream {
        Some(Upstream::Tcp(host, port)) => {
            let stream = TcpStream::connect((host.as_str(), *port)).await?;
            stream.set_nodelay(true)?;
            let (reader, writer) = stream.into_split();
            (Box::new(reader), Box::new(writer))
        }
        Some(Upstream::Unix(path)) => {
            let (reader, writer) = UnixStream::connect(path).await?.into_split();
            (Box::new(reader), Box::new(writer))
        }
        None => return Ok(()),
    };
    to_server.write_all(&start).await?;
    let link = Link {
        shared,
        prepared: Mutex::default(),
        answers: Mutex::new(Answers::Pass),
        client: tokio::sync::Mutex::new(to_client),
        turn: Mutex::new(Turn { idle: true, unanswered: 0 }),
    };
    // When one side ends, or a fault does, both sockets close.
    tokio::select! {
        result = link.requests(from_client, to_server) => result,
        result = link.answers(from_server) => result,
    }
}

/// What the mark of a fault begins with that strikes a prepared statement when it is run, and not when it is prepared.
const RUN: &str = "run: ";

/// One connection.
struct Link<'a> {
    shared: &'a Shared,
    prepared: Mutex<HashMap<String, String>>,
    answers: Mutex<Answers>,
    client: tokio::sync::Mutex<tokio::net::tcp::OwnedWriteHalf>,
    turn: Mutex<Turn>,
}

/// Whose turn it is, for counting round trips.
struct Turn {
    /// Everything is answered.
    idle: bool,
    /// The requests that wait for their `ReadyForQuery`.
    unanswered: usize,
}

impl Link<'_> {
    fn take_fault(&self, kind: u8, body: &[u8]) -> Option<Fault> {
        // The name of the statement comes first, before its text, and behind the portal of a Bind.
        let mut parts = body.split(|byte| *byte == 0).map(|part| String::from_utf8_lossy(part).into_owned());
        let text = match kind {
            b'Q' => parts.next()?,
            b'P' => {
                let (name, text) = (parts.next()?, parts.next()?);
                self.prepared.lock().unwrap().insert(name, text.clone());
                text
            }
            b'B' => format!("{RUN}{}", self.prepared.lock().unwrap().get(&parts.nth(1)?)?),
            _ => return None,
        };
        let mut faults = self.shared.faults.lock().unwrap();
        let struck = faults
            .iter()
            .position(|(mark, _)| text.contains(mark.as_str()) && mark.starts_with(RUN) == (kind == b'B'));
        if kind != b'B' {
            self.shared.seen.lock().unwrap().push(text);
        }
        struck.map(|at| faults.remove(at).1)
    }

    fn asked(&self, kind: u8) {
        let mut turn = self.turn.lock().unwrap();
        if turn.idle {
            turn.idle = false;
            self.shared.trips.fetch_add(1, SeqCst);
        }
        if matches!(kind, b'Q' | b'S') {
            turn.unanswered += 1;
        }
    }

    fn answered(&self) {
        let mut turn = self.turn.lock().unwrap();
        turn.unanswered = turn.unanswered.saturating_sub(1);
        turn.idle = turn.unanswered == 0;
    }

    fn now(&self, answers: Answers) {
        *self.answers.lock().unwrap() = answers;
    }

    async fn requests(&self, mut client: impl AsyncRead + Unpin, mut server: Writer) -> io::Result<()> {
        loop {
            let (kind, body) = read_message(&mut client).await?;
            self.asked(kind);
            match self.take_fault(kind, &body) {
                None => {}
                Some(Fault::CutBefore) => return Ok(()),
                Some(Fault::CutAfter) => self.now(Answers::CutAtReady),
                Some(Fault::Silence) => self.now(Answers::Swallow),
                Some(Fault::Fail(code)) => {
                    if kind != b'Q' {
                        while read_message(&mut client).await?.0 != b'S' {}
                    }
                    let mut client = self.client.lock().await;
                    client.write_all(&error("ERROR", code, "on purpose")).await?;
                    client.write_all(&message(b'Z', b"T")).await?;
                    continue;
                }
                Some(Fault::FailCommit(code)) => {
                    self.now(Answers::Fail(code));
                    let text = String::from_utf8_lossy(&body).replace("COMMIT", "ROLLBACK");
                    server.write_all(&message(kind, text.as_bytes())).await?;
                    continue;
                }
                Some(Fault::AbortBefore) => {
                    self.now(Answers::SwallowOne);
                    server.write_all(&message(b'Q', b"SELECT 1 / 0\0")).await?;
                }
            }
            server.write_all(&message(kind, &body)).await?;
        }
    }

    async fn answers(&self, mut server: Reader) -> io::Result<()> {
        loop {
            let (kind, body) = read_message(&mut server).await?;
            let answers = *self.answers.lock().unwrap();
            let ready = kind == b'Z';
            if ready {
                self.answered();
            }
            let passed = match answers {
                // What was sent together with it is answered, too.
                Answers::CutAtReady if ready && self.turn.lock().unwrap().idle => return Ok(()),
                Answers::CutAtReady | Answers::Swallow => continue,
                Answers::SwallowOne => {
                    if ready {
                        self.now(Answers::Pass);
                    }
                    continue;
                }
                Answers::Fail(code) if kind == b'C' && body.starts_with(b"ROLLBACK") => {
                    self.now(Answers::Pass);
                    error("ERROR", code, "on purpose")
                }
                Answers::Pass | Answers::Fail(_) => message(kind, &body),
            };
            self.client.lock().await.write_all(&passed).await?;
        }
    }
}

/// The first message of a client, which has no kind.
async fn read_start(client: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let length = client.read_u32().await?;
    let mut start = length.to_be_bytes().to_vec();
    start.resize(usize::try_from(length).map_err(io::Error::other)?, 0);
    client.read_exact(&mut start[4..]).await?;
    Ok(start)
}

async fn read_rest(client: &mut (impl AsyncRead + Unpin)) -> io::Result<()> {
    let mut rest = Vec::new();
    client.read_to_end(&mut rest).await.map(drop)
}

async fn read_message(from: &mut (impl AsyncRead + Unpin)) -> io::Result<(u8, Vec<u8>)> {
    let kind = from.read_u8().await?;
    let length = from.read_u32().await?;
    let mut body = vec![0; usize::try_from(length).map_err(io::Error::other)?.saturating_sub(4)];
    from.read_exact(&mut body).await?;
    Ok((kind, body))
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).expect("a message");
    let mut message = vec![kind];
    message.extend(length.to_be_bytes());
    message.extend(body);
    message
}

fn error(severity: &str, code: &str, text: &str) -> Vec<u8> {
    let body = format!("S{severity}\0V{severity}\0C{code}\0M{text}\0\0");
    message(b'E', body.as_bytes())
}
