//! Connections: URL, session set-up, pool, statement cache, dialect detection.
//!
//! Nothing here knows of retries or of queries: it hands out connections by a `Lease`, which sees to it that
//! a connection goes back to the pool only with no answer outstanding and no transaction open.

mod cache;
mod client;
mod connect;
mod lease;
mod nodes;
mod params;
mod pool;
mod ready;
mod secret;
mod server;
mod session;
mod url;

pub use self::pool::{Closed, Cut, InUse, NodeStatus, Status};
pub use self::ready::Prepared;
pub use self::server::{ServerInfo, ServerKind, Version};

pub(crate) use self::client::{Answer, Conn, Failure, is_stale};
pub(crate) use self::connect::Connector;
pub(crate) use self::lease::Lease;
pub(crate) use self::params::Params;
pub(crate) use self::pool::{Pool, PoolOptions, Who};
pub(crate) use self::ready::{Ready, types};
pub(crate) use self::session::literal;
pub(crate) use self::url::Settings;
