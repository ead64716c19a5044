//! Making a connection to its end.
//!
//! Who gives up while a connection is being made must not take it with him: where callers are less patient than a
//! connection takes, as after a restart of a far server, none would ever be made, and the server would be busy with
//! letting in who has gone.

use std::pin::pin;
use std::sync::Arc;

use tokio::sync::oneshot;
use tracing::Instrument;

use super::Shared;
use super::seat::Seat;
use crate::conn::client::Conn;
use crate::error::{Error, Kind, Result};

impl Shared {
    /// Makes a connection for a seat, until the pool is closed. What nobody waits for any more becomes the pool's own, and
    /// is for who comes next.
    ///
    /// # Errors
    /// The runtime ended meanwhile.
    pub(super) async fn make(self: &Arc<Self>, seat: Seat) -> Result<(Seat, Result<Conn>)> {
        let (mut done, made) = oneshot::channel();
        let shared = self.clone();
        let making = async move {
            let mut connect = pin!(shared.unless_closed(shared.connector.connect()));
            let made = tokio::select! {
                made = &mut connect => made,
                () = done.closed() => {
                    seat.leave_to_the_pool();
                    connect.await
                }
            };
            if let Err((seat, Ok(conn))) = done.send((seat, made.flatten())) {
                seat.give_back(Arc::new(conn));
            }
        };
        drop(tokio::spawn(making.in_current_span()));
        made.await.map_err(|_| Error::of_kind(Kind::Connect, "the runtime ended while a connection was made"))
    }
}
