//! What Prometheus does: asks for the numbers over the network, and reads them.

use std::net::SocketAddr;

use axum::Router;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The endpoint, served on a port of its own.
pub(crate) struct Endpoint {
    address: SocketAddr,
}

/// One answer of it.
pub(crate) struct Scrape(String);

impl Endpoint {
    pub(crate) async fn serve(router: Router) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        // It ends with the runtime of the test.
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address }
    }

    pub(crate) async fn scrape(&self) -> Scrape {
        let mut stream = TcpStream::connect(self.address).await.expect("the endpoint");
        let request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).await.expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        Scrape(body.to_owned())
    }
}

impl Scrape {
    /// The sum of all series of a name whose labels contain these, such as `node="a"`; nothing where there is none.
    pub(crate) fn sum(&self, name: &str, labels: &[&str]) -> Option<f64> {
        let values: Vec<f64> = self
            .0
            .lines()
            .filter_map(|line| {
                let (series, value) = line.rsplit_once(' ')?;
                let (found, held) = series.split_once('{').unwrap_or((series, ""));
                let fits = found == name && labels.iter().all(|label| held.contains(label));
                fits.then(|| value.parse().expect("a number"))
            })
            .collect();
        (!values.is_empty()).then(|| values.iter().sum())
    }

    /// The same, where there is one.
    #[track_caller]
    pub(crate) fn of(&self, name: &str, labels: &[&str]) -> f64 {
        self.sum(name, labels).unwrap_or_else(|| panic!("no {name} with {labels:?} in\n{}", self.0))
    }
}
