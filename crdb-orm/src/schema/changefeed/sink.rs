//! Where a changefeed sends its messages.

use std::fmt;

use super::mistake::{ChangefeedErrorKind, Mistake};
use super::redact::{self, Shown};
use super::value::{has_control, only, starts_with};
use crate::schema::const_check::str_eq;
use crate::schema::ident;

/// How many parameters a sink has at most.
const PARAMETERS: usize = 16;

/// Where a changefeed sends its messages: a URI with its credentials, or nowhere but to the session that started it.
///
/// It is made from a whole URI ([`Sink::uri`]), or by the builder of a kind of sink, such as
/// [`KafkaSink`](super::KafkaSink), which names its parameters and encodes their values.
///
/// Credentials are shown nowhere: `Debug` and `Display` write `redacted` for them, and only the statement that goes to
/// the server has them. Better still is to keep them out of the program: [`Sink::external`] names a connection that an
/// operator has made by `CREATE EXTERNAL CONNECTION`.
///
/// Source: `CockroachDB`, "Changefeed sinks".
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Sink<'a> {
    kind: SinkKind,
    address: Address<'a>,
    parameters: [Option<Parameter<'a>>; PARAMETERS],
}

/// A kind of sink: each has options of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SinkKind {
    /// Apache Kafka, and what talks like it: Confluent Cloud, Azure Event Hubs, Amazon MSK.
    Kafka,
    /// Google Cloud Pub/Sub.
    PubSub,
    /// An HTTPS endpoint.
    Webhook,
    /// Files in a bucket, on a web server or on a node's disk.
    CloudStorage,
    /// Apache Pulsar (a preview).
    Pulsar,
    /// A connection that is kept in the cluster under a name. What it leads to is not known here.
    External,
    /// Nothing is sent, for measuring.
    Null,
    /// No sink: the rows stream to the session that starts the changefeed.
    Sinkless,
    /// The URI has no scheme that is known.
    Unknown,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Address<'a> {
    /// A whole URI.
    Uri(&'a str),
    /// A scheme, a host and a path, to be encoded.
    Parts { scheme: &'static str, host: &'a str, path: &'a str },
    /// None.
    Nowhere,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Parameter<'a> {
    name: &'static str,
    value: &'a str,
}

/// The schemes, with what they lead to.
const SCHEMES: [(&str, SinkKind); 18] = [
    ("kafka", SinkKind::Kafka),
    ("confluent-cloud", SinkKind::Kafka),
    ("azure-event-hub", SinkKind::Kafka),
    ("gcpubsub", SinkKind::PubSub),
    ("webhook-https", SinkKind::Webhook),
    ("s3", SinkKind::CloudStorage),
    ("gs", SinkKind::CloudStorage),
    ("azure", SinkKind::CloudStorage),
    ("azure-blob", SinkKind::CloudStorage),
    ("azure-storage", SinkKind::CloudStorage),
    ("nodelocal", SinkKind::CloudStorage),
    ("file-https", SinkKind::CloudStorage),
    ("file-http", SinkKind::CloudStorage),
    ("https", SinkKind::CloudStorage),
    ("http", SinkKind::CloudStorage),
    ("pulsar", SinkKind::Pulsar),
    ("external", SinkKind::External),
    ("null", SinkKind::Null),
];

impl<'a> Sink<'a> {
    /// No sink: the rows stream to the session that starts the changefeed.
    pub const NONE: Sink<'static> =
        Sink { kind: SinkKind::Sinkless, address: Address::Nowhere, parameters: [None; PARAMETERS] };

    /// A sink by its whole URI, such as `kafka://broker:9092?topic_prefix=shop_`, whose values are encoded already.
    pub const fn uri(uri: &'a str) -> Self {
        let mut kind = SinkKind::Unknown;
        let mut i = 0;
        while i < SCHEMES.len() {
            if has_scheme(uri, SCHEMES[i].0) {
                kind = SCHEMES[i].1;
            }
            i += 1;
        }
        Self { kind, address: Address::Uri(uri), parameters: [None; PARAMETERS] }
    }

    /// A connection that an operator has made by `CREATE EXTERNAL CONNECTION`, so that no credential is in the program.
    pub const fn external(name: &'a str) -> Self {
        Self::at(SinkKind::External, "external", name, "")
    }

    /// A sink that drops everything, for measuring.
    pub const fn null() -> Self {
        Self::at(SinkKind::Null, "null", "", "")
    }

    pub(super) const fn at(kind: SinkKind, scheme: &'static str, host: &'a str, path: &'a str) -> Self {
        Self { kind, address: Address::Parts { scheme, host, path }, parameters: [None; PARAMETERS] }
    }

    /// Sets a parameter; a second value replaces the first.
    #[track_caller]
    pub(super) const fn with(mut self, name: &'static str, value: &'a str) -> Self {
        let mut i = 0;
        while i < PARAMETERS {
            match self.parameters[i] {
                Some(other) if !str_eq(other.name, name) => {}
                _ => {
                    self.parameters[i] = Some(Parameter { name, value });
                    return self;
                }
            }
            i += 1;
        }
        panic!("a sink has no more than sixteen parameters")
    }

    /// The sink itself, as the builders of each kind of sink give it.
    #[must_use]
    pub const fn sink(self) -> Self {
        self
    }

    /// What kind of sink it is.
    pub const fn kind(&self) -> SinkKind {
        self.kind
    }

    /// The scheme, where it is a known one.
    const fn scheme(&self) -> Option<&'static str> {
        match self.address {
            Address::Parts { scheme, .. } => Some(scheme),
            Address::Nowhere => None,
            Address::Uri(uri) => {
                let mut i = 0;
                while i < SCHEMES.len() {
                    if has_scheme(uri, SCHEMES[i].0) {
                        return Some(SCHEMES[i].0);
                    }
                    i += 1;
                }
                None
            }
        }
    }

    pub(crate) const fn is_msk_by_role(&self) -> bool {
        self.value_is("sasl_mechanism", "AWS_MSK_IAM")
    }

    pub(crate) const fn is_event_hub(&self) -> bool {
        match self.scheme() {
            Some(scheme) => str_eq(scheme, "azure-event-hub"),
            None => false,
        }
    }

    const fn value_is(&self, name: &str, value: &str) -> bool {
        match self.value(name) {
            Some(given) => str_eq(given, value),
            None => false,
        }
    }

    /// Whether a parameter is given.
    pub(super) const fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// The value of a parameter, encoded in a whole URI and not encoded otherwise.
    const fn value(&self, name: &str) -> Option<&'a str> {
        if let Address::Uri(uri) = self.address {
            return parameter(uri, name);
        }
        let mut i = 0;
        while i < PARAMETERS {
            if let Some(given) = self.parameters[i]
                && str_eq(given.name, name)
            {
                return Some(given.value);
            }
            i += 1;
        }
        None
    }

    /// What is wrong with it. No message holds any of the URI, which may be a credential that stands in a wrong place.
    pub(super) const fn mistake(&self) -> Option<Mistake<'a>> {
        match self.address {
            Address::Nowhere => return None,
            Address::Uri(uri) => {
                if uri.is_empty() || has_control(uri) {
                    return wrong(&[
                        "a sink is a URI such as `kafka://broker:9092`, without control characters",
                    ]);
                }
                if starts_with(uri, "webhook-http://") {
                    return wrong(&["CockroachDB sends to a webhook only over TLS: `webhook-https://..`"]);
                }
                if matches!(self.kind, SinkKind::Unknown) {
                    return wrong(&[
                        "a sink's URI begins with one of `kafka`, `confluent-cloud`, `azure-event-hub`, `gcpubsub`, ",
                        "`webhook-https`, `s3`, `gs`, `azure`, `nodelocal`, `file-https`, `pulsar`, `external` or ",
                        "`null`, and `://`",
                    ]);
                }
            }
            Address::Parts { host, path, .. } => {
                if host.is_empty() && !matches!(self.kind, SinkKind::Null) {
                    return wrong(&["the sink has no host, bucket or name"]);
                }
                if !only(host, if matches!(self.kind, SinkKind::Kafka) { b".-_:,[]" } else { b".-_:[]" }) {
                    return wrong(&[
                        "the host of a sink is of letters, digits, `.`, `-`, `_` and a port: other parts of a URI have ",
                        "a method of their own, or stand in `Sink::uri`",
                    ]);
                }
                if has_control(path) {
                    return wrong(&["the path of a sink cannot hold control characters"]);
                }
            }
        }
        if matches!(self.kind, SinkKind::PubSub | SinkKind::Pulsar) && self.has("topic_prefix") {
            return wrong(&["Pub/Sub and Pulsar have no `topic_prefix`: use `topic_name`"]);
        }
        if let Some(scheme) = self.scheme() {
            if str_eq(scheme, "confluent-cloud") && !(self.has("api_key") && self.has("api_secret")) {
                return wrong(&["Confluent Cloud needs `api_key` and `api_secret`"]);
            }
            if self.is_event_hub() && !(self.has("shared_access_key_name") && self.has("shared_access_key")) {
                return wrong(&["Azure Event Hubs needs `shared_access_key_name` and `shared_access_key`"]);
            }
        }
        if matches!(self.kind, SinkKind::Kafka | SinkKind::Webhook)
            && self.has("client_cert") != self.has("client_key")
        {
            return wrong(&["`client_cert` and `client_key` go together"]);
        }
        None
    }

    /// Writes the URI as a literal; without `secrets`, what may be one is `redacted`.
    pub(crate) fn push_literal(&self, sql: &mut String, secrets: bool) {
        let mut uri = String::new();
        if secrets {
            self.push_uri(&mut uri);
        } else {
            uri = self.redacted();
        }
        ident::push_literal(sql, &uri);
    }

    /// The URI as the server reads it.
    pub(super) fn push_uri(&self, out: &mut String) {
        match self.address {
            Address::Nowhere => {}
            Address::Uri(uri) => out.push_str(uri),
            Address::Parts { scheme, .. } => {
                out.push_str(scheme);
                out.push_str("://");
                out.push_str(&self.encoded());
            }
        }
    }

    /// What stands after `://`, encoded.
    fn encoded(&self) -> String {
        let Address::Parts { host, path, .. } = self.address else { return String::new() };
        let mut out = host.to_owned();
        if !path.is_empty() {
            out.push('/');
            encode(&mut out, path.trim_start_matches('/'), true);
        }
        for (i, parameter) in self.parameters.iter().flatten().enumerate() {
            out.push(if i == 0 { '?' } else { '&' });
            out.push_str(parameter.name);
            out.push('=');
            encode(&mut out, parameter.value, false);
        }
        out
    }

    /// The URI without anything that may be a credential.
    fn redacted(&self) -> String {
        let Some(scheme) = self.scheme() else {
            return if self.kind == SinkKind::Sinkless { String::new() } else { redact::REDACTED.to_owned() };
        };
        let shown = match self.kind {
            SinkKind::CloudStorage if !scheme.contains("http") => Shown::Path,
            SinkKind::CloudStorage | SinkKind::Webhook => Shown::Nothing,
            _ => Shown::Host,
        };
        let rest = match self.address {
            Address::Uri(uri) => uri.split_once("://").map_or("", |(_, rest)| rest).to_owned(),
            _ => self.encoded(),
        };
        redact::uri(scheme, &rest, shown)
    }
}

/// The URI, with `redacted` for what may be a credential.
impl fmt::Display for Sink<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.redacted())
    }
}

impl fmt::Debug for Sink<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sink({self})")
    }
}

#[expect(clippy::unnecessary_wraps, reason = "callers return it as it is")]
const fn wrong<'a>(text: &[&'a str]) -> Option<Mistake<'a>> {
    Some(Mistake::new(ChangefeedErrorKind::WrongSink, text))
}

const fn has_scheme(uri: &str, scheme: &str) -> bool {
    let (bytes, length) = (uri.as_bytes(), scheme.len());
    starts_with(uri, scheme)
        && bytes.len() >= length + 3
        && bytes[length] == b':'
        && bytes[length + 1] == b'/'
        && bytes[length + 2] == b'/'
}

/// The value of a parameter in a URI.
const fn parameter<'a>(uri: &'a str, name: &str) -> Option<&'a str> {
    let (bytes, name) = (uri.as_bytes(), name.as_bytes());
    let mut i = 0;
    while i < bytes.len() && bytes[i] != b'?' {
        i += 1;
    }
    while i < bytes.len() {
        // Here stands the `?` or a `&`.
        i += 1;
        let mut matched = 0;
        while matched < name.len() && i + matched < bytes.len() && bytes[i + matched] == name[matched] {
            matched += 1;
        }
        let start = i + matched + 1;
        let found = matched == name.len() && i + matched < bytes.len() && bytes[i + matched] == b'=';
        while i < bytes.len() && bytes[i] != b'&' {
            i += 1;
        }
        if found && start < i {
            let (head, _) = uri.split_at(i);
            let (_, value) = head.split_at(start);
            return Some(value);
        }
    }
    None
}

/// Percent-encodes all but what RFC 3986 calls unreserved, and slashes where they part a path.
fn encode(out: &mut String, text: &str, path: bool) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || (path && byte == b'/') {
            out.push(char::from(byte));
        } else {
            const DIGITS: [u8; 16] = *b"0123456789ABCDEF";
            out.push('%');
            out.push(char::from(DIGITS[usize::from(byte >> 4)]));
            out.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
}
