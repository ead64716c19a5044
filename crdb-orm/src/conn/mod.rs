//! Connections: URL, TLS, session set-up, pool, statement cache, dialect detection.
//!
//! Nothing here knows of retries or of queries: it hands out connections by a `Lease`, which sees to it that
//! a connection goes back to the pool only with no answer outstanding and no transaction open.

mod cache;
mod cancel;
mod client;
mod connect;
#[cfg(feature = "testing")]
mod dial;
mod drive;
mod explain;
mod lease;
mod lists;
mod nodes;
mod open;
mod params;
mod pool;
mod ready;
mod secret;
mod server;
mod session;
mod sink;
mod tls;
mod url;
#[cfg(feature = "testing")]
mod visit;

pub use self::pool::{Closed, Cut, InUse, NodeStatus, Status};
pub use self::ready::Prepared;
pub use self::server::{ServerInfo, ServerKind, Version};
pub use self::url::{ChannelBinding, SslMode, SslNegotiation};

pub(crate) use self::client::{Answer, Conn, Failure, is_stale, read_of};
pub(crate) use self::connect::Connector;
#[cfg(feature = "testing")]
pub(crate) use self::dial::{Dialer, NoWay, Reader, Writer};
pub(crate) use self::drive::Reading;
pub(crate) use self::lease::Lease;
pub(crate) use self::params::Params;
pub(crate) use self::pool::{Mark, Pool, PoolOptions, Running, Who};
pub(crate) use self::ready::{Ready, types};
pub(crate) use self::session::literal;
pub(crate) use self::sink::{Sink, push};
pub(crate) use self::url::{Roots, Settings};
#[cfg(feature = "testing")]
pub(crate) use self::visit::visit;

#[cfg(any(fuzzing, test))]
pub(crate) use self::url::{fuzz_passfile, fuzz_url};
