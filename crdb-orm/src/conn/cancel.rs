//! Asking a server to stop what a connection runs.

use tokio_postgres::{CancelToken, NoTls};

use super::tls;

/// What is needed to ask: the request goes over a connection of its own, with TLS if the first one has it.
pub(super) struct Canceller {
    pub(super) token: CancelToken,
    pub(super) tls: Option<tls::Maker>,
}

impl Canceller {
    /// Sends the request. Nobody says whether anything was cancelled.
    #[cfg_attr(not(feature = "tls"), allow(clippy::clone_on_copy, reason = "that of TLS is no Copy"))]
    pub(super) async fn send(&self) -> Result<(), tokio_postgres::Error> {
        match &self.tls {
            None => self.token.cancel_query(NoTls).await,
            Some(tls) => self.token.cancel_query(tls.clone()).await,
        }
    }
}
