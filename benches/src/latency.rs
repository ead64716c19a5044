//! A network that is farther away: answers of the server come later than they would.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use tokio_postgres::config::Host;

use crate::contestants::Outcome;

/// A URL that leads to the same database, with so much added to each round trip.
///
/// It serves until the program ends. It is made of threads, since the timers of tokio only count whole milliseconds.
pub(crate) fn behind(url: &str, latency: Duration) -> Outcome<String> {
    let plain = url.split_once("://").map_or(url.to_owned(), |(_, rest)| format!("postgresql://{rest}"));
    let config: tokio_postgres::Config = plain.parse()?;
    let server_port = config.get_ports().first().copied().unwrap_or(5432);
    let server = match config.get_hosts().first().ok_or("the URL names no host")? {
        Host::Tcp(host) => Server::Tcp(host.clone(), server_port),
        #[cfg(unix)]
        Host::Unix(folder) => Server::Unix(folder.join(format!(".s.PGSQL.{server_port}"))),
    };
    let mut user = config.get_user().ok_or("the URL names no user")?.to_owned();
    if let Some(password) = config.get_password() {
        user = format!("{user}:{}", std::str::from_utf8(password)?);
    }
    let database = config.get_dbname().ok_or("the URL names no database")?;
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let port = listener.local_addr()?.port();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let Ok((from, to)) = server.connect() else { continue };
            // A connection that cannot be served is closed, which its client sees.
            let _ = serve(client, from, to, latency);
        }
    });
    Ok(format!("postgresql://{user}@127.0.0.1:{port}/{database}?sslmode=disable"))
}

enum Server {
    Tcp(String, u16),
    #[cfg(unix)]
    Unix(PathBuf),
}

type Reader = Box<dyn Read + Send>;
type Writer = Box<dyn Write + Send>;

impl Server {
    fn connect(&self) -> io::Result<(Reader, Writer)> {
        Ok(match self {
            Self::Tcp(host, port) => {
                let stream = TcpStream::connect((host.as_str(), *port))?;
                stream.set_nodelay(true)?;
                (Box::new(stream.try_clone()?), Box::new(stream))
            }
            #[cfg(unix)]
            Self::Unix(path) => {
                let stream = UnixStream::connect(path)?;
                (Box::new(stream.try_clone()?), Box::new(stream))
            }
        })
    }
}

fn serve(
    client: TcpStream,
    mut from_server: Reader,
    mut to_server: Writer,
    latency: Duration,
) -> io::Result<()> {
    client.set_nodelay(true)?;
    let (mut from_client, mut to_client) = (client.try_clone()?, client);
    let (sender, receiver) = mpsc::channel::<(Instant, Vec<u8>)>();
    thread::spawn(move || io::copy(&mut from_client, &mut to_server));
    thread::spawn(move || {
        let mut buffer = vec![0; 1 << 16];
        while let Ok(read) = from_server.read(&mut buffer) {
            let bytes = buffer.get(..read).unwrap_or_default().to_vec();
            if read == 0 || sender.send((Instant::now() + latency, bytes)).is_err() {
                break;
            }
        }
    });
    thread::spawn(move || {
        for (at, bytes) in receiver {
            thread::sleep(at.saturating_duration_since(Instant::now()));
            if to_client.write_all(&bytes).is_err() {
                break;
            }
        }
        let _ = to_client.shutdown(Shutdown::Both);
    });
    Ok(())
}
