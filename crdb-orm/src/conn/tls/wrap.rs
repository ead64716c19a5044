//! TLS around a connection that no driver makes.

use std::io;

use tokio::net::TcpStream;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};

use super::stream::Maker;
use crate::conn::dial::Wrapped;

/// Makes TLS of a connection to a host.
pub(in crate::conn) async fn wrap(mut maker: Maker, host: &str, stream: TcpStream) -> io::Result<Wrapped> {
    let connect = MakeTlsConnect::<TcpStream>::make_tls_connect(&mut maker, host)?;
    let stream = connect.connect(stream).await?;
    let certificate = stream.certificate().map(<[u8]>::to_vec);
    let (reader, writer) = tokio::io::split(stream);
    Ok((Box::new(reader), Box::new(writer), certificate))
}
