//! The keys after the `?`.

use std::time::Duration;

use super::super::ready::Prepared;
use super::super::secret::Secret;
use super::Settings;
use super::nearest::nearest;
use crate::error::{Error, Result};

/// Keys of TLS: accepted, so that one URL serves with and without it.
const TLS: [&str; 4] = ["sslrootcert", "sslcert", "sslkey", "sslnegotiation"];

/// Session variables, set once the server is known.
const SESSION: [&str; 9] = [
    "default_transaction_use_follower_reads",
    "disallow_full_table_scans",
    "sql_safe_updates",
    "statement_timeout",
    "lock_timeout",
    "transaction_timeout",
    "idle_in_transaction_session_timeout",
    "idle_session_timeout",
    "timezone",
];

const OTHER: [&str; 19] = [
    "sslmode",
    "host",
    "port",
    "user",
    "password",
    "dbname",
    "database",
    "application_name",
    "options",
    "connect_timeout",
    "pool_max_size",
    "pool_min_idle",
    "pool_shed",
    "pool_wait_timeout",
    "pool_max_lifetime",
    "pool_idle_timeout",
    "client_encoding",
    "prepared",
    "region",
];

/// What has to wait until all keys are read.
#[derive(Default)]
pub(super) struct Late {
    pub(super) sslmode: Option<String>,
    pub(super) host: Option<String>,
    pub(super) port: Option<String>,
}

/// Applies one key.
pub(super) fn apply(settings: &mut Settings, late: &mut Late, key: &str, value: String) -> Result<()> {
    match key {
        "sslmode" => late.sslmode = Some(value),
        "host" => late.host = Some(value),
        "port" => late.port = Some(value),
        "user" => settings.user = Some(value),
        "password" => settings.password = Some(Secret::new(value)),
        "dbname" | "database" => settings.database = Some(value),
        "application_name" => settings.application_name = Some(value),
        "options" => settings.options = Some(value),
        "connect_timeout" => settings.connect_timeout = duration(key, &value)?,
        "pool_max_size" => {
            settings.pool.max_size = value.parse().ok().filter(|size| *size > 0).ok_or_else(|| {
                Error::configuration(format!("`{key}={value}` is not a number of connections"))
            })?;
        }
        "pool_min_idle" => {
            settings.pool.min_idle = value.parse().map_err(|_| {
                Error::configuration(format!("`{key}={value}` is not a number of connections"))
            })?;
        }
        "pool_shed" => settings.pool.shed = switch(key, &value)?,
        "prepared" => settings.prepared = prepared(&value)?,
        "region" => settings.net.region = Some(value),
        "pool_wait_timeout" => settings.pool.wait_timeout = duration(key, &value)?,
        "pool_max_lifetime" => settings.pool.max_lifetime = duration(key, &value)?,
        "pool_idle_timeout" => settings.pool.idle_timeout = duration(key, &value)?,
        "client_encoding" => {
            if !matches!(value.to_ascii_lowercase().as_str(), "utf8" | "utf-8" | "unicode") {
                return Err(Error::configuration("`client_encoding` can only be UTF8"));
            }
        }
        _ if TLS.contains(&key) => {}
        _ if SESSION.contains(&key) => settings.session.push((key.to_owned(), value)),
        _ => return Err(unknown(key)),
    }
    Ok(())
}

fn unknown(key: &str) -> Error {
    let all = OTHER.into_iter().chain(SESSION).chain(TLS);
    let shown: String = key.chars().take(64).collect();
    let hint = nearest(key, all).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    Error::configuration(format!("the URL has an unknown key `{shown}`{hint}"))
        .with_advice("a session variable can be given as `options=-c%20name=value`")
}

/// `auto`, `never` or `always`.
fn prepared(value: &str) -> Result<Prepared> {
    let found = Prepared::NAMES.iter().find(|(name, _)| *name == value);
    found.map(|(_, prepared)| *prepared).ok_or_else(|| {
        let shown: String = value.chars().take(32).collect();
        Error::configuration(format!("`prepared={shown}` is none of auto, never and always"))
    })
}

/// On or off.
fn switch(key: &str, value: &str) -> Result<bool> {
    match value.to_ascii_lowercase().as_str() {
        "on" | "true" | "1" | "yes" => Ok(true),
        "off" | "false" | "0" | "no" => Ok(false),
        _ => {
            let shown: String = value.chars().take(32).collect();
            Err(Error::configuration(format!("`{key}={shown}` is neither on nor off")))
        }
    }
}

/// Seconds, or a number with `ms`, `s`, `m` or `h`. Never zero.
fn duration(key: &str, value: &str) -> Result<Duration> {
    let end = value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len());
    let unit = match &value[end..] {
        "ms" => Some(1),
        "" | "s" => Some(1000),
        "m" | "min" => Some(60 * 1000),
        "h" => Some(60 * 60 * 1000),
        _ => None,
    };
    unit.zip(value[..end].parse::<u64>().ok())
        .and_then(|(unit, number)| number.checked_mul(unit))
        .filter(|millis| *millis > 0)
        .map(Duration::from_millis)
        .ok_or_else(|| {
            let shown: String = value.chars().take(32).collect();
            Error::configuration(format!(
                "`{key}={shown}` is not a duration, such as 10 (seconds), 10s or 500ms"
            ))
        })
}
