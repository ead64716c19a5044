//! Something that listens like a server and answers as a test wants.

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::certificates::Pair;

const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// What it does with each client.
#[derive(Debug, Clone)]
pub(crate) enum Does {
    /// Closes at once.
    HangUp,
    /// Says nothing, ever.
    Silence,
    /// Answers the first message with these bytes and closes.
    Say(Vec<u8>),
    /// Answers the first message with these bytes and says nothing more.
    SayAndWait(Vec<u8>),
    /// Answers the first message with the first bytes, and then says the second ones again and again.
    Drip(Vec<u8>, Vec<u8>),
    /// Lets everybody in, without TLS.
    LetIn,
    /// TLS after it was asked for (`false`) or at once (`true`), with these protocols; then lets everybody in.
    Tls { pair: Pair, direct: bool, protocols: Vec<Vec<u8>> },
}

/// The name that was asked for in TLS, and the start-up message, of each client that was let in.
type Heard = Arc<Mutex<Vec<(Option<String>, String)>>>;

pub(crate) struct Listener {
    port: u16,
    seen: Arc<AtomicUsize>,
    heard: Heard,
    task: JoinHandle<()>,
}

impl Listener {
    pub(crate) async fn start(does: Does) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let seen = Arc::new(AtomicUsize::new(0));
        let counter = seen.clone();
        let heard = Heard::default();
        let ear = heard.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counter.fetch_add(1, SeqCst);
                let (does, ear) = (does.clone(), ear.clone());
                // How it ends is what the client sees, too.
                tokio::spawn(async move { drop(serve(stream, does, ear).await) });
            }
        });
        Self { port, seen, heard, task }
    }

    pub(crate) fn node(&self) -> String {
        format!("localhost:{}", self.port)
    }

    /// A URL with a password.
    pub(crate) fn url(&self, keys: &str) -> String {
        format!("postgresql://app:Geheim7x@{}/db?hostaddr=127.0.0.1&{keys}", self.node())
    }

    /// What the last client that was let in asked for: the name in TLS, and the start-up message with `|` for NUL.
    pub(crate) fn heard(&self) -> (Option<String>, String) {
        self.heard.lock().expect("no panic").pop().expect("a client")
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// How many connections it saw.
    pub(crate) fn seen(&self) -> usize {
        self.seen.load(SeqCst)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: TcpStream, does: Does, heard: Heard) -> std::io::Result<()> {
    let mut first = [0; 8];
    match does {
        Does::HangUp => {}
        Does::Silence => tokio::time::sleep(Duration::from_mins(1)).await,
        Does::Say(bytes) => {
            stream.read_exact(&mut first).await?;
            stream.write_all(&bytes).await?;
            stream.shutdown().await?;
            // What is left unread would make the kernel throw away what was said.
            tokio::io::copy(&mut stream, &mut tokio::io::sink()).await?;
        }
        Does::SayAndWait(bytes) => {
            stream.read_exact(&mut first).await?;
            stream.write_all(&bytes).await?;
            tokio::time::sleep(Duration::from_mins(1)).await;
        }
        Does::Drip(once, bytes) => {
            stream.read_exact(&mut first).await?;
            stream.write_all(&once).await?;
            loop {
                stream.write_all(&bytes).await?;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        Does::LetIn => let_in(stream, None, heard).await?,
        Does::Tls { pair, direct, protocols } => {
            if !direct {
                stream.read_exact(&mut first).await?;
                assert_eq!(first, SSL_REQUEST);
                stream.write_all(b"S").await?;
            }
            let stream = acceptor(&pair, protocols).accept(stream).await?;
            if !direct {
                // Servers that are never begun with directly are not told of protocols.
                assert_eq!(stream.get_ref().1.alpn_protocol(), None);
            }
            let name = stream.get_ref().1.server_name().map(str::to_owned);
            let_in(stream, name, heard).await?;
        }
    }
    Ok(())
}

fn acceptor(pair: &Pair, protocols: Vec<Vec<u8>>) -> TlsAcceptor {
    let certificate = CertificateDer::from_pem_slice(pair.certificate.as_bytes()).expect("a certificate");
    let key = PrivateKeyDer::from_pem_slice(pair.key.as_bytes()).expect("a key");
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("a certificate with its key");
    config.alpn_protocols = protocols;
    TlsAcceptor::from(Arc::new(config))
}

/// Says yes to everything.
async fn let_in(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    name: Option<String>,
    heard: Heard,
) -> std::io::Result<()> {
    let length = stream.read_u32().await?;
    let mut start = vec![0; length as usize - 4];
    stream.read_exact(&mut start).await?;
    if start == SSL_REQUEST[4..] {
        stream.write_all(b"N").await?;
        let length = stream.read_u32().await?;
        start = vec![0; length as usize - 4];
        stream.read_exact(&mut start).await?;
    }
    let asked = String::from_utf8_lossy(&start[4..]).replace('\0', "|");
    heard.lock().expect("no panic").push((name, asked));
    let hello = [
        message(b'R', &[0, 0, 0, 0]),
        message(b'S', b"server_version\x0015.0\0"),
        message(b'K', &[0, 0, 0, 1, 0, 0, 0, 2]),
        ready(),
    ];
    stream.write_all(&hello.concat()).await?;
    loop {
        let tag = stream.read_u8().await?;
        let length = stream.read_u32().await?;
        let mut body = vec![0; length as usize - 4];
        stream.read_exact(&mut body).await?;
        match tag {
            b'Q' => stream.write_all(&[message(b'C', b"SET\0"), ready()].concat()).await?,
            b'S' => stream.write_all(&ready()).await?,
            b'X' => return Ok(()),
            _ => {}
        }
    }
}

fn ready() -> Vec<u8> {
    message(b'Z', b"I")
}

/// A message of a server.
pub(crate) fn message(tag: u8, body: &[u8]) -> Vec<u8> {
    let mut message = vec![tag];
    message.extend(u32::try_from(body.len() + 4).expect("short").to_be_bytes());
    message.extend(body);
    message
}

/// A fatal error of a server.
pub(crate) fn fatal(code: &str, text: &str) -> Vec<u8> {
    message(b'E', format!("SFATAL\0VFATAL\0C{code}\0M{text}\0\0").as_bytes())
}
