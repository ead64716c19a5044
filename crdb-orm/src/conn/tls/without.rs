//! What stands for TLS where it was not built in.

use std::error::Error as StdError;

use tokio_postgres::NoTls;

use super::Explained;
use crate::conn::url::SslSettings;
use crate::error::Result;

/// Never made.
pub(in crate::conn) type Maker = NoTls;

pub(in crate::conn) struct Store;

impl Store {
    pub(in crate::conn) fn new(_: &SslSettings) -> Self {
        Self
    }

    #[allow(clippy::unused_async, reason = "the one with TLS is")]
    pub(in crate::conn) async fn maker(&self) -> Result<Maker> {
        Ok(NoTls)
    }

    #[allow(clippy::unused_self, reason = "the one with TLS uses it")]
    pub(in crate::conn) fn trusts(&self) -> String {
        String::new()
    }
}

pub(in crate::conn) fn explain(_: &(dyn StdError + 'static), _: &str, _: &str) -> Option<Explained> {
    None
}

/// Never called: without TLS nobody is asked whether he has it.
#[cfg(feature = "testing")]
#[allow(clippy::unused_async, reason = "the one with TLS is")]
pub(in crate::conn) async fn wrap(
    _: Maker,
    _: &str,
    _: tokio::net::TcpStream,
) -> std::io::Result<super::super::dial::Wrapped> {
    Err(std::io::ErrorKind::Unsupported.into())
}
