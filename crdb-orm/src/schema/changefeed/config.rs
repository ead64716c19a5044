//! The settings of a sink that stand in an option, as JSON.

use std::fmt::Write;

use super::mistake::{ChangefeedErrorKind, Mistake, first};
use super::value::{self, Duration};

/// How a changefeed talks to Kafka: `kafka_sink_config`.
///
/// Source: `CockroachDB`, "Changefeed sinks", Kafka sink configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KafkaSinkConfig<'a> {
    client_id: Option<&'a str>,
    version: Option<&'a str>,
    required_acks: Option<RequiredAcks>,
    compression: Option<KafkaCompression>,
    compression_level: Option<u32>,
    flush_messages: Option<u32>,
    flush_max_messages: Option<u32>,
    flush_bytes: Option<u32>,
    flush_frequency: Option<&'a str>,
}

/// How many of Kafka's brokers must have a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequiredAcks {
    /// None of them.
    None,
    /// The leader.
    One,
    /// A quorum.
    All,
}

/// How messages to Kafka are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KafkaCompression {
    /// Not at all.
    None,
    /// By gzip; its levels are 0 to 9.
    Gzip,
    /// By Snappy, which has no levels.
    Snappy,
    /// By LZ4; its levels are 0 and the powers of two from 512 to 131072.
    Lz4,
    /// By Zstandard; its levels are 1 to 4.
    Zstd,
}

impl<'a> KafkaSinkConfig<'a> {
    /// Without any setting.
    pub const fn new() -> Self {
        Self {
            client_id: None,
            version: None,
            required_acks: None,
            compression: None,
            compression_level: None,
            flush_messages: None,
            flush_max_messages: None,
            flush_bytes: None,
            flush_frequency: None,
        }
    }

    /// Sets the client's name, by which Kafka's quotas go: letters, digits, `.`, `_` and `-`.
    #[must_use]
    pub const fn client_id(mut self, id: &'a str) -> Self {
        self.client_id = Some(id);
        self
    }

    /// Sets the version of Kafka, such as `2.8.0`.
    #[must_use]
    pub const fn version(mut self, version: &'a str) -> Self {
        self.version = Some(version);
        self
    }

    /// Sets how many brokers must have a message.
    #[must_use]
    pub const fn required_acks(mut self, acks: RequiredAcks) -> Self {
        self.required_acks = Some(acks);
        self
    }

    /// Sets how messages are compressed.
    #[must_use]
    pub const fn compression(mut self, compression: KafkaCompression) -> Self {
        self.compression = Some(compression);
        self
    }

    /// Sets how hard it compresses (24.3 and later).
    #[must_use]
    pub const fn compression_level(mut self, level: u32) -> Self {
        self.compression_level = Some(level);
        self
    }

    /// Sends a batch when it has so many messages; needs [`Self::flush_frequency`] when it is more than one.
    #[must_use]
    pub const fn flush_messages(mut self, messages: u32) -> Self {
        self.flush_messages = Some(messages);
        self
    }

    /// Sends at most so many messages in a batch.
    #[must_use]
    pub const fn flush_max_messages(mut self, messages: u32) -> Self {
        self.flush_max_messages = Some(messages);
        self
    }

    /// Sends a batch when it has so many bytes; needs [`Self::flush_frequency`].
    #[must_use]
    pub const fn flush_bytes(mut self, bytes: u32) -> Self {
        self.flush_bytes = Some(bytes);
        self
    }

    /// Sends a batch so long after its first message, such as `1s`.
    #[must_use]
    pub const fn flush_frequency(mut self, duration: &'a str) -> Self {
        self.flush_frequency = Some(duration);
        self
    }

    pub(crate) const fn has_level(&self) -> bool {
        self.compression_level.is_some()
    }

    pub(super) const fn mistake(&self) -> Option<Mistake<'a>> {
        if let Some(id) = self.client_id
            && (id.is_empty() || !value::only(id, b"._-"))
        {
            return wrong(&[
                "the `client_id` of `kafka_sink_config` is of letters, digits, `.`, `_` and `-`",
            ]);
        }
        if let Some(version) = self.version
            && (version.is_empty() || !value::only(version, b"."))
        {
            return wrong(&["the `version` of `kafka_sink_config` is one of Kafka, such as `2.8.0`"]);
        }
        if let Some(level) = self.compression_level {
            let fits = match self.compression {
                Some(KafkaCompression::Gzip) => level <= 9,
                Some(KafkaCompression::Zstd) => level >= 1 && level <= 4,
                Some(KafkaCompression::Lz4) => {
                    level == 0 || (level.is_power_of_two() && level >= 512 && level <= 131_072)
                }
                Some(KafkaCompression::None | KafkaCompression::Snappy) | None => false,
            };
            if !fits {
                return wrong(&[
                    "the `compression_level` of `kafka_sink_config` is 0 to 9 for gzip, 1 to 4 for zstd, ",
                    "0 or a power of two from 512 to 131072 for lz4; without one of them there is none",
                ]);
            }
        }
        first!(flush_frequency(self.flush_frequency, "kafka_sink_config"));
        if !is_some(self.flush_frequency)
            && (more_than(self.flush_messages, 1) || more_than(self.flush_bytes, 0))
        {
            return wrong(&[
                "`kafka_sink_config` holds messages back until there are enough, so it needs a `flush_frequency`, ",
                "such as `1s`, after which they are sent anyway",
            ]);
        }
        if let (Some(least), Some(most)) = (self.flush_messages, self.flush_max_messages)
            && most > 0
            && most < least
        {
            return wrong(&["`kafka_sink_config` waits for more messages than it sends in a batch at most"]);
        }
        None
    }

    /// As the server reads it.
    pub(super) fn json(&self) -> String {
        let mut flush = Object::new();
        flush.number("MaxMessages", self.flush_max_messages);
        flush.number("Messages", self.flush_messages);
        flush.number("Bytes", self.flush_bytes);
        flush.text("Frequency", self.flush_frequency);
        let mut all = Object::new();
        all.object("Flush", flush);
        all.text("ClientID", self.client_id);
        all.text("Version", self.version);
        all.text(
            "RequiredAcks",
            self.required_acks.map(|acks| match acks {
                RequiredAcks::None => "NONE",
                RequiredAcks::One => "ONE",
                RequiredAcks::All => "ALL",
            }),
        );
        all.text(
            "Compression",
            self.compression.map(|compression| match compression {
                KafkaCompression::None => "NONE",
                KafkaCompression::Gzip => "GZIP",
                KafkaCompression::Snappy => "SNAPPY",
                KafkaCompression::Lz4 => "LZ4",
                KafkaCompression::Zstd => "ZSTD",
            }),
        );
        all.number("CompressionLevel", self.compression_level);
        all.finish()
    }
}

/// How messages to Pub/Sub or a webhook are put in batches and sent again: `pubsub_sink_config`,
/// `webhook_sink_config`.
///
/// Source: `CockroachDB`, "Changefeed sinks", webhook sink configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SinkBatching<'a> {
    messages: Option<u32>,
    bytes: Option<u32>,
    frequency: Option<&'a str>,
    retries: Option<Retries>,
    backoff: Option<&'a str>,
}

/// How often a batch is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Retries {
    Times(u32),
    Forever,
}

impl<'a> SinkBatching<'a> {
    /// Without any setting.
    pub const fn new() -> Self {
        Self { messages: None, bytes: None, frequency: None, retries: None, backoff: None }
    }

    /// Sends a batch when it has so many messages; needs [`Self::frequency`].
    #[must_use]
    pub const fn messages(mut self, messages: u32) -> Self {
        self.messages = Some(messages);
        self
    }

    /// Sends a batch when it has so many bytes; needs [`Self::frequency`].
    #[must_use]
    pub const fn bytes(mut self, bytes: u32) -> Self {
        self.bytes = Some(bytes);
        self
    }

    /// Sends a batch so long after its first message, such as `5s`.
    #[must_use]
    pub const fn frequency(mut self, duration: &'a str) -> Self {
        self.frequency = Some(duration);
        self
    }

    /// Sends a batch that failed at most so many times again, at least once.
    #[must_use]
    pub const fn retries(mut self, times: u32) -> Self {
        self.retries = Some(Retries::Times(times));
        self
    }

    /// Sends a batch that failed again until it succeeds.
    #[must_use]
    pub const fn retry_forever(mut self) -> Self {
        self.retries = Some(Retries::Forever);
        self
    }

    /// Waits so long before the first retry, twice as long before the next, up to 30 seconds.
    #[must_use]
    pub const fn backoff(mut self, duration: &'a str) -> Self {
        self.backoff = Some(duration);
        self
    }

    pub(super) const fn mistake(&self, option: &'static str) -> Option<Mistake<'a>> {
        first!(flush_frequency(self.frequency, option));
        if !is_some(self.frequency) && (more_than(self.messages, 0) || more_than(self.bytes, 0)) {
            return wrong(&[
                "`",
                option,
                "` holds messages back until there are enough, so it needs a `frequency`, such as `5s`, after ",
                "which they are sent anyway",
            ]);
        }
        if matches!(self.retries, Some(Retries::Times(0))) {
            return wrong(&["`", option, "` retries at least once, or for ever: `retry_forever()`"]);
        }
        if let Some(backoff) = self.backoff
            && !matches!(value::duration(backoff), Duration::Some)
        {
            return wrong(&["the `backoff` of `", option, "` is a duration such as `500ms`"]);
        }
        None
    }

    /// As the server reads it.
    pub(super) fn json(&self) -> String {
        let mut flush = Object::new();
        flush.number("Messages", self.messages);
        flush.number("Bytes", self.bytes);
        flush.text("Frequency", self.frequency);
        let mut retry = Object::new();
        match self.retries {
            Some(Retries::Times(times)) => retry.number("Max", Some(times)),
            Some(Retries::Forever) => retry.text("Max", Some("inf")),
            None => {}
        }
        retry.text("Backoff", self.backoff);
        let mut all = Object::new();
        all.object("Flush", flush);
        all.object("Retry", retry);
        all.finish()
    }
}

#[expect(clippy::unnecessary_wraps, reason = "callers return it as it is")]
const fn wrong<'a>(text: &[&'a str]) -> Option<Mistake<'a>> {
    Some(Mistake::new(ChangefeedErrorKind::WrongValue, text))
}

const fn more_than(number: Option<u32>, limit: u32) -> bool {
    match number {
        Some(number) => number > limit,
        None => false,
    }
}

/// Whether there is a frequency of more than nothing.
const fn is_some(frequency: Option<&str>) -> bool {
    match frequency {
        Some(text) => matches!(value::duration(text), Duration::Some),
        None => false,
    }
}

const fn flush_frequency<'a>(text: Option<&'a str>, option: &'static str) -> Option<Mistake<'a>> {
    match text {
        Some(text) if matches!(value::duration(text), Duration::Wrong) => {
            wrong(&["the flush frequency of `", option, "` is a duration such as `10s`, `500ms` or `1h30m`"])
        }
        _ => None,
    }
}

/// A JSON object, with what is there.
struct Object(String);

impl Object {
    fn new() -> Self {
        Self(String::new())
    }

    fn key(&mut self, name: &str) {
        self.0.push_str(if self.0.is_empty() { "{" } else { ", " });
        push_json_text(&mut self.0, name);
        self.0.push_str(": ");
    }

    fn number(&mut self, name: &str, number: Option<u32>) {
        if let Some(number) = number {
            self.key(name);
            let _ = write!(self.0, "{number}");
        }
    }

    fn text(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.key(name);
            push_json_text(&mut self.0, text);
        }
    }

    fn object(&mut self, name: &str, object: Self) {
        if !object.0.is_empty() {
            self.key(name);
            self.0.push_str(&object.finish());
        }
    }

    fn finish(mut self) -> String {
        self.0.push_str(if self.0.is_empty() { "{}" } else { "}" });
        self.0
    }
}

/// Writes a text as JSON does.
pub(super) fn push_json_text(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
