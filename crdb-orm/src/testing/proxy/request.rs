//! What a client asks for: messages up to the one that the server answers with `ReadyForQuery`.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};

use super::cockroach::Translation;
use super::frame::{self, Frame};
use super::split;

/// The messages of a client up to its next Sync, or one simple query.
#[derive(Debug, Default)]
pub(super) struct Request {
    pub(super) bytes: Bytes,
    /// The kinds of its messages; `d` is Describe of a statement and `D` of a portal.
    pub(super) shape: Vec<u8>,
    /// The statements that it prepares.
    pub(super) prepares: Vec<Arc<str>>,
    /// The statements that it runs: the whole text of a simple query is one.
    pub(super) runs: Vec<Arc<str>>,
    /// The text of a simple query as it goes to the server.
    pub(super) simple: Option<String>,
    /// Whether the server answers with `ReadyForQuery`.
    pub(super) answered: bool,
}

impl Request {
    /// Where a mark stands: the number of the statement among those of a simple query, else zero.
    pub(super) fn find(&self, mark: &str, prepared: bool) -> Option<usize> {
        let texts = if prepared { &self.prepares } else { &self.runs };
        let text = texts.iter().find(|text| text.contains(mark))?;
        if self.simple.is_none() {
            return Some(0);
        }
        // A mark may reach over several of them; it stands where it ends.
        let end = text.find(mark)? + mark.len();
        Some(split::statements(text).iter().position(|range| end <= range.end).unwrap_or(0))
    }

    /// The first statements of a simple query, and the one after them.
    pub(super) fn divide(&self, statement: usize) -> (&str, &str) {
        let Some(text) = &self.simple else { return ("", "") };
        match split::statements(text).get(statement) {
            Some(range) => (&text[..range.start], &text[range.clone()]),
            None => ("", text),
        }
    }
}

/// Puts requests together, and knows which text is behind the name of a statement or portal.
pub(super) struct Assembler {
    translation: Option<Arc<Translation>>,
    bytes: BytesMut,
    request: Request,
    statements: HashMap<Vec<u8>, Arc<str>>,
    portals: HashMap<Vec<u8>, Arc<str>>,
}

impl Assembler {
    pub(super) fn new(translation: Option<Arc<Translation>>) -> Self {
        Self {
            translation,
            bytes: BytesMut::new(),
            request: Request::default(),
            statements: HashMap::new(),
            portals: HashMap::new(),
        }
    }

    /// Adds a message. What may go on its way is returned.
    pub(super) fn push(&mut self, frame: &Frame) -> Option<Request> {
        match frame.tag {
            b'Q' => {
                let text = lossy(frame::text(frame.body()).0);
                let sent = self.translated(&text);
                match &sent {
                    Some(sent) => self.bytes.extend_from_slice(&frame::query(sent)),
                    None => self.bytes.extend_from_slice(&frame.bytes),
                }
                self.request.simple = Some(sent.unwrap_or_else(|| text.to_string()));
                self.request.runs.push(text);
                self.note(b'Q');
                Some(self.take(true))
            }
            b'S' | b'F' => {
                self.add(frame, frame.tag);
                Some(self.take(true))
            }
            b'P' => {
                self.parse(frame);
                None
            }
            b'B' => {
                let (portal, rest) = frame::text(frame.body());
                let (statement, _) = frame::text(rest);
                if let Some(text) = self.statements.get(statement) {
                    self.portals.insert(portal.to_vec(), text.clone());
                }
                self.add(frame, b'B');
                None
            }
            b'E' => {
                let (portal, _) = frame::text(frame.body());
                if let Some(text) = self.portals.get(portal) {
                    self.request.runs.push(text.clone());
                }
                self.add(frame, b'E');
                None
            }
            b'D' => {
                let of_a_statement = frame.body().first() == Some(&b'S');
                self.add(frame, if of_a_statement { b'd' } else { b'D' });
                None
            }
            b'C' => {
                if let Some((kind, name)) = frame.body().split_first() {
                    let names = if *kind == b'S' { &mut self.statements } else { &mut self.portals };
                    names.remove(frame::text(name).0);
                }
                self.add(frame, b'C');
                None
            }
            // COPY data, passwords, Terminate; and Flush, whose texts count with the Sync that will come.
            _ => {
                self.bytes.extend_from_slice(&frame.bytes);
                Some(Request { bytes: self.bytes.split().freeze(), ..Request::default() })
            }
        }
    }

    fn parse(&mut self, frame: &Frame) {
        let (name, rest) = frame::text(frame.body());
        let (text, types) = frame::text(rest);
        let text = lossy(text);
        self.statements.insert(name.to_vec(), text.clone());
        match self.translated(&text) {
            Some(sent) => {
                let mut body = BytesMut::new();
                body.put_slice(name);
                body.put_u8(0);
                frame::put_text(&mut body, &sent);
                body.put_slice(types);
                frame::put(&mut self.bytes, b'P', &body);
            }
            None => self.bytes.extend_from_slice(&frame.bytes),
        }
        self.request.prepares.push(text);
        self.note(b'P');
    }

    fn translated(&self, text: &str) -> Option<String> {
        self.translation.as_ref()?.apply(text)
    }

    fn add(&mut self, frame: &Frame, kind: u8) {
        self.bytes.extend_from_slice(&frame.bytes);
        self.note(kind);
    }

    fn note(&mut self, kind: u8) {
        self.request.shape.push(kind);
    }

    fn take(&mut self, answered: bool) -> Request {
        let mut request = std::mem::take(&mut self.request);
        request.bytes = self.bytes.split().freeze();
        request.answered = answered;
        request
    }
}

fn lossy(bytes: &[u8]) -> Arc<str> {
    String::from_utf8_lossy(bytes).into()
}

#[cfg(test)]
mod tests {
    use postgres_protocol::message::frontend;

    use super::super::frame::Frames;
    use super::*;

    async fn requests(messages: BytesMut) -> Vec<Request> {
        let mut frames = Frames::new(&messages[..]);
        let mut assembler = Assembler::new(None);
        let mut found = Vec::new();
        while let Some(frame) = frames.next().await.unwrap() {
            found.extend(assembler.push(&frame));
        }
        found
    }

    #[tokio::test]
    async fn a_statement_is_followed_from_its_name_to_where_it_runs() {
        let mut out = BytesMut::new();
        frontend::parse("s1", "SELECT 'one'", [], &mut out).unwrap();
        frontend::describe(b'S', "s1", &mut out).unwrap();
        frontend::sync(&mut out);
        for _ in 0..2 {
            let bound = frontend::bind("p", "s1", [], [(); 0], |(), _| unreachable!(), [1], &mut out);
            assert!(bound.is_ok());
            frontend::execute("p", 0, &mut out).unwrap();
            frontend::sync(&mut out);
        }
        frontend::query("SELECT 'two'; COMMIT", &mut out).unwrap();
        let found = requests(out).await;
        let prepared: Vec<usize> = found.iter().map(|request| request.prepares.len()).collect();
        let run: Vec<Vec<&str>> =
            found.iter().map(|request| request.runs.iter().map(|text| &**text).collect()).collect();
        assert_eq!(prepared, [1, 0, 0, 0]);
        assert_eq!(run, [vec![], vec!["SELECT 'one'"], vec!["SELECT 'one'"], vec!["SELECT 'two'; COMMIT"]]);
        assert_eq!(found[0].shape, b"PdS");
        assert_eq!((found[0].find("one", false), found[0].find("one", true)), (None, Some(0)));
        assert_eq!((found[3].find("COMMIT", false), found[3].find("two", false)), (Some(1), Some(0)));
        assert_eq!(found[3].find("two'; COMMIT", false), Some(1));
        assert_eq!(found[3].divide(1), ("SELECT 'two';", " COMMIT"));
    }
}
