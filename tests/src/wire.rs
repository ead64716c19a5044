//! A wire that can go dark: what is on it stays there, and nobody is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crdb_orm::testing::FaultProxy;

/// A wire to a proxy.
pub struct Wire {
    port: u16,
    laid: Arc<AtomicUsize>,
    dark: watch::Sender<usize>,
    task: JoinHandle<()>,
}

impl Wire {
    /// Lays one.
    ///
    /// # Panics
    /// No local port is free.
    pub async fn to(proxy: &FaultProxy) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (laid, dark, to) = (Arc::new(AtomicUsize::new(0)), watch::Sender::new(0), proxy.node());
        let (count, goes_dark) = (laid.clone(), dark.clone());
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let number = count.fetch_add(1, SeqCst);
                let (to, mut dark) = (to.clone(), goes_dark.subscribe());
                connections.spawn(async move {
                    let mut client = client;
                    let Ok(mut server) = TcpStream::connect(to).await else { return };
                    let goes_dark = async {
                        drop(dark.wait_for(|dark| number < *dark).await.map(drop));
                    };
                    tokio::select! {
                        biased;
                        () = goes_dark => {}
                        _ = tokio::io::copy_bidirectional(&mut client, &mut server) => return,
                    }
                    // Open, and silent.
                    std::future::pending::<()>().await;
                });
            }
        });
        Self { port, laid, dark, task }
    }

    /// Where it begins, as `host:port`.
    pub fn node(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Nothing that is on it from now on arrives; those who connect later find it in order.
    pub fn go_dark(&self) {
        self.dark.send_replace(self.laid.load(SeqCst));
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.task.abort();
    }
}
