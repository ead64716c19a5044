//! The keys after the `?`. The page "Connections" of the guide lists them all.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::super::ready::Prepared;
use super::super::secret::Secret;
use super::environment::Environment;
use super::nearest::nearest;
use super::{Options, Settings, Wanted, ssl, variables};
use crate::error::{Error, Result};

/// The keys, but for those of TLS and the session variables.
pub(super) const OTHER: [&str; 32] = [
    "host",
    "hostaddr",
    "port",
    "user",
    "password",
    "passfile",
    "dbname",
    "database",
    "application_name",
    "fallback_application_name",
    "options",
    "results_buffer_size",
    "connect_timeout",
    "client_encoding",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
    "tcp_user_timeout",
    "target_session_attrs",
    "load_balance_hosts",
    "gssencmode",
    "sslcompression",
    "pool_max_size",
    "pool_min_idle",
    "pool_shed",
    "pool_wait_timeout",
    "pool_max_lifetime",
    "pool_idle_timeout",
    "pool_check_idle_after",
    "prepared",
    "region",
];

/// Keys of libpq that would change what is safe or meant, and are not there: why, and what to do instead.
const REFUSED: [(&str, &str); 13] = [
    (
        "sslpassword",
        "keys with a password are not read: store the key without one (openssl pkey -in a.key -out b.key)",
    ),
    ("sslcrl", "lists of revoked certificates are not read"),
    ("sslcrldir", "lists of revoked certificates are not read"),
    ("sslkeylogfile", "keys are not logged"),
    (
        "sslcertmode",
        "whether the server asks for a certificate is not looked at; without `sslcert` none is sent",
    ),
    ("requiressl", "it is the old word for `sslmode`: write `sslmode=require`, or better `verify-full`"),
    ("require_auth", "the ways to log in cannot be chosen; `channel_binding=require` lets no password out"),
    ("requirepeer", "the owner of a socket is not checked"),
    ("krbsrvname", "there is no GSSAPI: use a password or a client certificate"),
    ("gsslib", "there is no GSSAPI: use a password or a client certificate"),
    ("gssdelegation", "there is no GSSAPI: use a password or a client certificate"),
    ("service", "there are no service files: write what it says into the URL"),
    ("replication", "replication connections are not for a pool"),
];

/// The same as variables of the environment: libpq would do what they say.
pub(super) const REFUSED_VARIABLES: [(&str, &str); 7] = [
    ("PGSSLCRL", "sslcrl"),
    ("PGSSLCRLDIR", "sslcrldir"),
    ("PGREQUIREAUTH", "require_auth"),
    ("PGREQUIREPEER", "requirepeer"),
    ("PGSSLCERTMODE", "sslcertmode"),
    ("PGREQUIRESSL", "requiressl"),
    ("PGSERVICE", "service"),
];

/// What may be asked of GSSAPI, which there is not.
const ASKS_FOR_NOTHING: [(&str, ()); 2] = [("disable", ()), ("prefer", ())];

/// Variables that may ask for nothing, as their keys.
pub(super) const IDLE_VARIABLES: [(&str, &str); 1] = [("PGGSSENCMODE", "gssencmode")];

/// Refuses variables of the environment that ask for what cannot be had.
pub(super) fn refuse_variables(environment: &impl Environment) -> Result<()> {
    for (variable, key) in REFUSED_VARIABLES {
        if environment.variable(variable).is_some() {
            let why = REFUSED.iter().find(|(refused, _)| *refused == key).map_or("", |(_, why)| why);
            return Err(Error::configuration(format!(
                "the environment has {variable}, which cannot be had: {why}"
            ))
            .with_advice(format!("unset {variable} for this program")));
        }
    }
    for (variable, key) in IDLE_VARIABLES {
        if let Some(value) = environment.variable(variable) {
            one_of(key, &value, &ASKS_FOR_NOTHING)
                .map_err(|error| error.with_context(format!("in {variable}")))?;
        }
    }
    Ok(())
}

/// What has to wait until all keys are read.
#[derive(Default)]
pub(super) struct Late {
    pub(super) host: Option<String>,
    pub(super) port: Option<String>,
    fallback_name: Option<String>,
}

/// Applies one key that comes from elsewhere than the URL.
pub(super) fn apply_alone(settings: &mut Settings, key: &str, value: String) -> Result<()> {
    let mut late = Late::default();
    apply(settings, &mut late, &key.to_ascii_lowercase(), value)?;
    if late.host.is_some() || late.port.is_some() {
        return Err(Error::configuration(format!(
            "`{key}` is not set alone: `.host(name, port)` adds a host"
        )));
    }
    late.finish(settings);
    Ok(())
}

/// Applies one key.
pub(super) fn apply(settings: &mut Settings, late: &mut Late, key: &str, value: String) -> Result<()> {
    match key {
        "host" => late.host = Some(value),
        "port" => late.port = Some(value),
        "hostaddr" => settings.addresses = addresses(key, &value)?,
        "user" => settings.user = Some(value),
        "password" => settings.password = Some(Secret::new(value)),
        "passfile" => settings.passfile = Some(PathBuf::from(value)),
        "dbname" | "database" => settings.database = Some(value),
        "application_name" => settings.application_name = Some(value),
        "fallback_application_name" => late.fallback_name = Some(value),
        "options" => {
            for (name, value) in Options::parse(&value)?.into_pairs() {
                settings.options.push(&name, &value)?;
            }
        }
        // CockroachDB reads it at start-up only.
        "results_buffer_size" => settings.options.push(key, &value)?,
        "connect_timeout" => settings.connect_timeout = Some(duration(key, &value)?),
        "keepalives" => settings.keep_alive.on = one_of(key, &value, &[("1", true), ("0", false)])?,
        "keepalives_idle" => settings.keep_alive.idle = duration(key, &value)?,
        "keepalives_interval" => settings.keep_alive.interval = Some(duration(key, &value)?),
        "keepalives_count" => {
            let count = value.parse().ok().filter(|count| *count > 0);
            settings.keep_alive.retries = Some(count.ok_or_else(|| wrong(key, &value, "a number above 0"))?);
        }
        // libpq counts this one in milliseconds.
        "tcp_user_timeout" => {
            let millis = value.parse().ok().filter(|millis| *millis > 0).map(Duration::from_millis);
            settings.keep_alive.user_timeout = match millis {
                Some(timeout) => timeout,
                None => duration(key, &value)?,
            };
        }
        "target_session_attrs" => {
            if matches!(value.as_str(), "standby" | "prefer-standby") {
                return Err(Error::configuration(format!(
                    "`{key}={value}` cannot be had: every session is SERIALIZABLE, which a standby of PostgreSQL does not \
                     know, and CockroachDB has no standbys"
                ))
                .with_advice("on CockroachDB `follower_reads` reads from the nearest replica"));
            }
            let words = [
                ("any", Wanted::Any),
                ("read-write", Wanted::ReadWrite),
                ("read-only", Wanted::ReadOnly),
                ("primary", Wanted::Primary),
            ];
            settings.wanted = Some(one_of(key, &value, &words)?);
        }
        "load_balance_hosts" => {
            settings.in_order = Some(one_of(key, &value, &[("random", false), ("disable", true)])?);
        }
        "gssencmode" => one_of(key, &value, &ASKS_FOR_NOTHING)?,
        "sslcompression" => one_of(key, &value, &[("0", ())])?,
        "pool_max_size" => {
            let size = value.parse().ok().filter(|size| *size > 0);
            settings.pool.max_size = size.ok_or_else(|| wrong(key, &value, "a number of connections"))?;
        }
        "pool_min_idle" => {
            settings.pool.min_idle =
                value.parse().map_err(|_| wrong(key, &value, "a number of connections"))?;
        }
        "pool_shed" => settings.pool.shed = switch(key, &value)?,
        "prepared" => settings.prepared = one_of(key, &value, &Prepared::NAMES)?,
        "region" => settings.region = Some(value),
        "pool_wait_timeout" => settings.pool.wait_timeout = duration(key, &value)?,
        "pool_max_lifetime" => settings.pool.max_lifetime = duration(key, &value)?,
        "pool_idle_timeout" => settings.pool.idle_timeout = duration(key, &value)?,
        "pool_check_idle_after" => {
            let idle = millis(&value).ok_or_else(|| wrong(key, &value, DURATION))?;
            settings.pool.check_idle_after = Duration::from_millis(idle);
        }
        "client_encoding" => {
            if !matches!(value.to_ascii_lowercase().as_str(), "utf8" | "utf-8" | "unicode" | "auto") {
                return Err(Error::configuration("`client_encoding` can only be UTF8"));
            }
        }
        _ if ssl::KEYS.contains(&key) => settings.ssl.apply(key, value)?,
        _ if variables::is_known(key) => settings.set_variable(key, value)?,
        _ => return Err(unknown(key)),
    }
    Ok(())
}

impl Late {
    /// Applies what only counts where nothing better was said.
    pub(super) fn finish(&mut self, settings: &mut Settings) {
        if settings.application_name.is_none() {
            settings.application_name = self.fallback_name.take();
        }
    }
}

fn unknown(key: &str) -> Error {
    // After a `?` in a password that is not escaped, its rest looks like a key.
    if key.len() > 64 || !key.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c)) {
        return Error::configuration("the URL has a key that holds what no key does")
            .with_advice("if a `?` before it is a part of the password, write it as %3F");
    }
    let shown = key;
    if let Some((_, why)) = REFUSED.iter().find(|(refused, _)| *refused == key) {
        return Error::configuration(format!("the URL has the key `{shown}`, which cannot be had: {why}"));
    }
    let all = OTHER.into_iter().chain(ssl::KEYS).chain(variables::NAMES.iter().copied());
    let hint = nearest(key, all).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    Error::configuration(format!("the URL has an unknown key `{shown}`{hint}"))
        .with_advice("a session variable can be given as `options=-c%20name=value`")
}

/// On or off.
fn switch(key: &str, value: &str) -> Result<bool> {
    match value.to_ascii_lowercase().as_str() {
        "on" | "true" | "1" | "yes" => Ok(true),
        "off" | "false" | "0" | "no" => Ok(false),
        _ => Err(wrong(key, value, "on or off")),
    }
}

fn wrong(key: &str, value: &str, expected: &str) -> Error {
    let shown: String = value.chars().take(32).collect();
    Error::configuration(format!("`{key}={shown}` is not {expected}"))
}

fn one_of<T: Copy>(key: &str, value: &str, words: &[(&str, T)]) -> Result<T> {
    words.iter().find(|(word, _)| *word == value).map(|(_, meaning)| *meaning).ok_or_else(|| {
        let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        wrong(key, value, &format!("what can be had: {}", all.join(" or ")))
    })
}

/// The addresses of hosts, in their order; an empty one is left to the resolver.
pub(super) fn addresses(key: &str, value: &str) -> Result<Vec<Option<IpAddr>>> {
    value
        .split(',')
        .map(|part| match part {
            "" => Ok(None),
            part => part.parse().map(Some).map_err(|_| wrong(key, part, "an IP address")),
        })
        .collect()
}

/// What a duration looks like.
const DURATION: &str = "a duration, such as 10 (seconds), 10s or 500ms";

/// Seconds, or a number with `ms`, `s`, `m` or `h`. Never zero.
pub(super) fn duration(key: &str, value: &str) -> Result<Duration> {
    millis(value)
        .filter(|millis| *millis > 0)
        .map(Duration::from_millis)
        .ok_or_else(|| wrong(key, value, DURATION))
}

/// The milliseconds of a duration.
fn millis(value: &str) -> Option<u64> {
    let end = value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len());
    let unit = match &value[end..] {
        "ms" => Some(1),
        "" | "s" => Some(1000),
        "m" | "min" => Some(60 * 1000),
        "h" => Some(60 * 60 * 1000),
        _ => None,
    };
    unit.zip(value[..end].parse::<u64>().ok()).and_then(|(unit, number)| number.checked_mul(unit))
}
