//! Writing a URL.

use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::super::PoolOptions;
use super::super::ready::Prepared;
use super::{KeepAlive, Scheme, Settings, Wanted, variables};

/// What needs no code anywhere in a URL.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The URL of what was given. Reading it gives the same settings, but for what may be a secret where that is left out.
pub(super) fn print(settings: &Settings, with_password: bool) -> String {
    let mut url = match settings.scheme {
        Scheme::Cockroach => "cockroachdb://".to_owned(),
        Scheme::Postgres => "postgresql://".to_owned(),
    };
    if let Some(user) = &settings.user {
        url.push_str(&encoded(user));
    }
    if let Some(password) = settings.password.as_ref().filter(|_| with_password) {
        url.push(':');
        url.push_str(&encoded(password.reveal()));
    }
    if settings.user.is_some() || (with_password && settings.password.is_some()) {
        url.push('@');
    }
    let hosts = settings.hosts.iter().map(|host| {
        let name = match host.name.parse::<std::net::Ipv6Addr>() {
            Ok(_) => format!("[{}]", host.name),
            Err(_) => encoded(&host.name),
        };
        host.port.map_or_else(|| name.clone(), |port| format!("{name}:{port}"))
    });
    url.push_str(&hosts.collect::<Vec<_>>().join(","));
    if let Some(database) = &settings.database {
        url.push('/');
        url.push_str(&encoded(database));
    }
    for (index, (key, value)) in pairs(settings, with_password).into_iter().enumerate() {
        url.push(if index == 0 { '?' } else { '&' });
        url.push_str(&key);
        url.push('=');
        url.push_str(&encoded(&value));
    }
    url
}

fn pairs(settings: &Settings, with_secrets: bool) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut add = |key: &str, value: Option<String>| pairs.extend(value.map(|value| (key.to_owned(), value)));
    let addresses = settings.addresses.iter().map(|one| one.map_or_else(String::new, |one| one.to_string()));
    let addresses = addresses.collect::<Vec<_>>().join(",");
    add("hostaddr", (!settings.addresses.is_empty()).then_some(addresses));
    add("passfile", settings.passfile.as_ref().map(|path| path.to_string_lossy().into_owned()));
    for (key, value) in settings.ssl.pairs() {
        add(key, Some(value));
    }
    add("application_name", settings.application_name.clone());
    // Tokens and what an application keeps in variables of its own may be secrets; the known ones are none.
    let hide =
        |name: &str| !(with_secrets || name == "cluster" || variables::NAMES.binary_search(&name).is_ok());
    add("options", settings.options.hidden(hide).text());
    add("connect_timeout", settings.connect_timeout.map(millis));
    add(
        "target_session_attrs",
        settings.wanted.map(|wanted| {
            match wanted {
                Wanted::Any => "any",
                Wanted::ReadWrite => "read-write",
                Wanted::ReadOnly => "read-only",
                Wanted::Primary => "primary",
            }
            .to_owned()
        }),
    );
    let order = |in_order| if in_order { "disable" } else { "random" };
    add("load_balance_hosts", settings.in_order.map(|in_order| order(in_order).to_owned()));
    let (given, usual) = (settings.keep_alive, KeepAlive::default());
    add("keepalives", (!given.on).then(|| "0".to_owned()));
    add("keepalives_idle", (given.idle != usual.idle).then(|| millis(given.idle)));
    add("keepalives_interval", given.interval.map(millis));
    add("keepalives_count", given.retries.map(|retries| retries.to_string()));
    add("tcp_user_timeout", (given.user_timeout != usual.user_timeout).then(|| millis(given.user_timeout)));
    let (prepared, usual) = (settings.prepared, Prepared::default());
    let word = Prepared::NAMES.iter().find(|(_, one)| *one == prepared && prepared != usual);
    add("prepared", word.map(|(word, _)| (*word).to_owned()));
    add("region", settings.region.clone());
    for (name, value) in &settings.session {
        add(name, Some(if hide(name) { "hidden".to_owned() } else { value.clone() }));
    }
    let (given, usual) = (settings.pool, PoolOptions::default());
    add("pool_max_size", (given.max_size != usual.max_size).then(|| given.max_size.to_string()));
    add("pool_min_idle", (given.min_idle != usual.min_idle).then(|| given.min_idle.to_string()));
    add("pool_shed", (given.shed != usual.shed).then(|| if given.shed { "on" } else { "off" }.to_owned()));
    add("pool_wait_timeout", (given.wait_timeout != usual.wait_timeout).then(|| millis(given.wait_timeout)));
    add("pool_max_lifetime", (given.max_lifetime != usual.max_lifetime).then(|| millis(given.max_lifetime)));
    add("pool_idle_timeout", (given.idle_timeout != usual.idle_timeout).then(|| millis(given.idle_timeout)));
    let given = (given.check_idle_after != usual.check_idle_after).then_some(given.check_idle_after);
    add("pool_check_idle_after", given.map(millis));
    pairs
}

fn millis(duration: Duration) -> String {
    format!("{}ms", duration.as_millis().min(u64::MAX.into()))
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}
