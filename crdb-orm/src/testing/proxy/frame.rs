//! Messages of the wire, cut out of a stream of bytes.

use std::io;

use bytes::{BufMut, Bytes, BytesMut};
use postgres_protocol::message::backend::Header;
use tokio::io::{AsyncRead, AsyncReadExt};

/// The kind and the length of a message.
const HEAD: usize = 5;

/// One message, of either side: <https://www.postgresql.org/docs/current/protocol-message-formats.html>.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) tag: u8,
    /// The whole message.
    pub(super) bytes: Bytes,
}

impl Frame {
    pub(super) fn body(&self) -> &[u8] {
        self.bytes.get(HEAD..).unwrap_or_default()
    }
}

/// The messages of a stream.
pub(super) struct Frames<R> {
    from: R,
    buffer: BytesMut,
}

impl<R: AsyncRead + Unpin> Frames<R> {
    pub(super) fn new(from: R) -> Self {
        Self { from, buffer: BytesMut::with_capacity(8 * 1024) }
    }

    /// The next message; none when the stream has ended. Nothing is lost when the future is dropped.
    pub(super) async fn next(&mut self) -> io::Result<Option<Frame>> {
        loop {
            if let Some(frame) = self.buffered()? {
                return Ok(Some(frame));
            }
            if self.from.read_buf(&mut self.buffer).await? == 0 {
                return Ok(None);
            }
        }
    }

    /// The next message, if it has arrived already.
    pub(super) fn buffered(&mut self) -> io::Result<Option<Frame>> {
        let Some(header) = Header::parse(&self.buffer)? else { return Ok(None) };
        let length = usize::try_from(header.len()).map_err(io::Error::other)?.saturating_add(1);
        if self.buffer.len() < length {
            self.buffer.reserve(length - self.buffer.len());
            return Ok(None);
        }
        Ok(Some(Frame { tag: header.tag(), bytes: self.buffer.split_to(length).freeze() }))
    }
}

/// Adds a message.
pub(super) fn put(out: &mut BytesMut, tag: u8, body: &[u8]) {
    out.put_u8(tag);
    // A body is one that this proxy wrote or that a message had, so it is shorter than the wire allows.
    out.put_u32(u32::try_from(body.len() + 4).unwrap_or(u32::MAX));
    out.put_slice(body);
}

/// Adds a text and its end.
pub(super) fn put_text(out: &mut BytesMut, text: &str) {
    // A NUL would end the text early and shift what follows.
    out.extend(text.bytes().filter(|byte| *byte != 0));
    out.put_u8(0);
}

/// A query of the simple protocol.
pub(super) fn query(text: &str) -> Bytes {
    let mut body = BytesMut::new();
    put_text(&mut body, text);
    let mut out = BytesMut::new();
    put(&mut out, b'Q', &body);
    out.freeze()
}

/// `ReadyForQuery`.
pub(super) fn ready(status: u8) -> Bytes {
    let mut out = BytesMut::new();
    put(&mut out, b'Z', &[status]);
    out.freeze()
}

/// The text up to the first NUL, and what comes after it.
pub(super) fn text(bytes: &[u8]) -> (&[u8], &[u8]) {
    match bytes.iter().position(|byte| *byte == 0) {
        Some(end) => (&bytes[..end], &bytes[end + 1..]),
        None => (bytes, &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn messages_are_found_whatever_the_pieces_they_come_in() {
        let mut bytes = query("SELECT 1").to_vec();
        bytes.extend_from_slice(&ready(b'I'));
        let mut frames = Frames::new(Pieces(bytes, 0));
        let first = frames.next().await.unwrap().unwrap();
        assert_eq!((first.tag, first.body()), (b'Q', &b"SELECT 1\0"[..]));
        let second = frames.next().await.unwrap().unwrap();
        assert_eq!((second.tag, second.body()), (b'Z', &b"I"[..]));
        assert!(frames.next().await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_length_that_cannot_be_is_an_error() {
        let mut frames = Frames::new(&b"Q\0\0\0\x03"[..]);
        assert!(frames.next().await.is_err());
    }

    /// A reader that gives one byte at a time.
    struct Pieces(Vec<u8>, usize);

    impl AsyncRead for Pieces {
        fn poll_read(
            mut self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
            into: &mut tokio::io::ReadBuf<'_>,
        ) -> std::task::Poll<io::Result<()>> {
            if let Some(byte) = self.0.get(self.1).copied() {
                into.put_slice(&[byte]);
                self.1 += 1;
            }
            std::task::Poll::Ready(Ok(()))
        }
    }
}
