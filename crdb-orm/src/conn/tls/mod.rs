//! TLS, by rustls.
//!
//! What is checked of the server's certificate is decided by `sslmode` alone, in [`verify`]; where the files come from is
//! decided in [`files`]. They are read again for a new connection when they have changed, so certificates can be renewed
//! while the program runs.

#[cfg(feature = "tls")]
mod binding;
#[cfg(feature = "tls")]
mod explain;
#[cfg(feature = "tls")]
mod files;
#[cfg(feature = "tls")]
mod store;
#[cfg(feature = "tls")]
mod stream;
#[cfg(feature = "tls")]
mod verify;
#[cfg(not(feature = "tls"))]
mod without;
#[cfg(all(feature = "tls", feature = "testing"))]
mod wrap;

#[cfg(all(not(feature = "tls"), feature = "testing"))]
pub(super) use self::without::wrap;
#[cfg(not(feature = "tls"))]
pub(super) use self::without::{Maker, Store, explain};
#[cfg(all(feature = "tls", feature = "testing"))]
pub(super) use self::wrap::wrap;
#[cfg(feature = "tls")]
pub(super) use self::{explain::explain, store::Store, stream::Maker};

/// What is wrong with TLS, and what to do about it.
pub(super) struct Explained {
    pub(super) what: String,
    pub(super) advice: std::borrow::Cow<'static, str>,
}
