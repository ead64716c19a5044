//! Taking a URL apart.
//!
//! No error here may quote the part between `//` and `@`, nor anything that could be a piece of it.

use std::collections::HashSet;

use percent_encoding::percent_decode_str;

use super::super::secret::Secret;
use super::keys::{self, Late};
use super::{GivenHost, Scheme, Settings};
use crate::error::{Error, Result};

pub(super) fn parse(url: &str) -> Result<Settings> {
    let (scheme, rest) = scheme(url.trim())?;
    let (authority, path, query) = split(rest)?;
    let (userinfo, hosts) = match authority.rsplit_once('@') {
        Some((userinfo, hosts)) => (userinfo, hosts),
        None => ("", authority),
    };
    let (user, password) = match userinfo.split_once(':') {
        Some((user, password)) => (user, Some(password)),
        None => (userinfo, None),
    };
    let mut settings = Settings::empty(scheme);
    settings.user = non_empty(decode(user, "the user name")?);
    settings.password = password.map(|text| decode(text, "the password")).transpose()?.map(Secret::new);
    settings.database = non_empty(decode(path, "the database")?);
    let mut late = Late::default();
    let mut seen = HashSet::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').ok_or_else(|| {
            Error::configuration("the URL has a key without `=` and a value")
                .with_advice("if a `?` before it is a part of the password, write it as %3F")
        })?;
        let key = decode(key, "a key")?.to_ascii_lowercase();
        let value = decode(value, &format!("`{key}`"))?;
        keys::apply(&mut settings, &mut late, &key, value)?;
        if !seen.insert(key.clone()) {
            return Err(Error::configuration(format!("the URL has the key `{key}` twice")));
        }
    }
    late.finish(&mut settings);
    settings.hosts = hosts_of(hosts, &late)?;
    for (what, text) in [
        ("user", &settings.user),
        ("database", &settings.database),
        ("application_name", &settings.application_name),
    ] {
        if text.as_ref().is_some_and(|text| text.contains('\0')) {
            return Err(Error::configuration(format!("the {what} holds a NUL byte")));
        }
    }
    Ok(settings)
}

/// The scheme, and what follows it.
fn scheme(url: &str) -> Result<(Scheme, &str)> {
    let wrong = || {
        Error::configuration(
            "the URL does not start with `cockroachdb://`, `cockroach://`, `postgresql://` or `postgres://`",
        )
        .with_advice("a URL looks like cockroachdb://user:password@host:26257/database")
    };
    let (scheme, rest) = url.split_once("://").ok_or_else(wrong)?;
    match scheme.to_ascii_lowercase().as_str() {
        "cockroachdb" | "cockroach" => Ok((Scheme::Cockroach, rest)),
        "postgresql" | "postgres" => Ok((Scheme::Postgres, rest)),
        _ => Err(wrong()),
    }
}

/// `user:password@hosts`, database, and the part after `?`.
fn split(rest: &str) -> Result<(&str, &str, &str)> {
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    let (path, query) = tail.split_once('?').unwrap_or((tail, ""));
    let path = path.strip_prefix('/').unwrap_or(path);
    // `user:pa/ss@host` would be taken for a host `user` with a port `pa`, which an error would then show.
    let in_a_key =
        || query.split('&').any(|pair| pair.split('=').next().is_some_and(|key| key.contains('@')));
    let port_is_none = || {
        let port = authority.rsplit_once(':').map_or("", |(_, port)| port);
        !authority.contains('@') && !port.bytes().all(|byte| byte.is_ascii_digit())
    };
    if path.contains('@') || (query.contains('@') && (in_a_key() || port_is_none())) {
        return Err(Error::configuration(
            "user name or password hold `/` or `?`: write them as %2F and %3F, and `@` as %40 wherever it does not \
             stand before the host",
        ));
    }
    Ok((authority, path, query))
}

fn decode(text: &str, what: &str) -> Result<String> {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digits = [bytes.next(), bytes.next()];
            if !digits.iter().all(|digit| digit.is_some_and(|digit| digit.is_ascii_hexdigit())) {
                return Err(Error::configuration(format!(
                    "{what} in the URL holds a `%` that does not start a percent code: write it as %25"
                )));
            }
        }
    }
    match percent_decode_str(text).decode_utf8() {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err(Error::configuration(format!("{what} in the URL is not UTF-8"))),
    }
}

fn non_empty(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// The hosts: from the authority, or from the keys `host` and `port`, as libpq does.
fn hosts_of(authority: &str, late: &Late) -> Result<Vec<GivenHost>> {
    let mut pairs: Vec<(String, Option<String>)> = Vec::new();
    match &late.host {
        Some(list) => {
            if !authority.is_empty() {
                return Err(Error::configuration(
                    "the URL names hosts before the `?` and by the key `host`, too",
                ));
            }
            pairs.extend(list.split(',').map(|host| (host.to_owned(), None)));
        }
        None if authority.is_empty() && late.port.is_none() => {}
        None => {
            for part in authority.split(',') {
                let (host, port) = host_and_port(part)?;
                pairs.push((decode(host, "a host")?, port.map(str::to_owned)));
            }
        }
    }
    let ports: Vec<&str> = late.port.as_deref().map(|list| list.split(',').collect()).unwrap_or_default();
    if !(ports.len() <= 1 || ports.len() == pairs.len()) {
        return Err(Error::configuration(format!("{} ports for {} hosts", ports.len(), pairs.len())));
    }
    let mut hosts = Vec::with_capacity(pairs.len());
    for (index, (name, own)) in pairs.into_iter().enumerate() {
        let text = own.as_deref().or_else(|| ports.get(index).or(ports.first()).copied());
        let port = text.filter(|text| !text.is_empty()).map(port_number).transpose()?;
        if name.contains('\0') {
            return Err(Error::configuration("a host holds a NUL byte"));
        }
        hosts.push(GivenHost { name, port });
    }
    Ok(hosts)
}

fn host_and_port(node: &str) -> Result<(&str, Option<&str>)> {
    if let Some(rest) = node.strip_prefix('[') {
        let (host, rest) = rest
            .split_once(']')
            .ok_or_else(|| Error::configuration("a host starts with `[` and has no `]`"))?;
        // A zone may follow, as %25eth0.
        let address = host.split_once('%').map_or(host, |(address, _)| address);
        if address.parse::<std::net::Ipv6Addr>().is_err() {
            return Err(Error::configuration("what stands between `[` and `]` is not an IPv6 address"));
        }
        return match rest.strip_prefix(':') {
            Some(port) => Ok((host, Some(port))),
            None if rest.is_empty() => Ok((host, None)),
            None => Err(Error::configuration("after `]` there may only be `:` and a port")),
        };
    }
    match node.split_once(':') {
        Some((_, port)) if port.contains(':') => Err(Error::configuration(
            "a host has more than one `:`: write an IPv6 address in brackets, as [::1]:26257",
        )),
        Some((host, port)) => Ok((host, Some(port))),
        None => Ok((node, None)),
    }
}

pub(super) fn port_number(text: &str) -> Result<u16> {
    text.parse().ok().filter(|port| *port != 0).ok_or_else(|| {
        // Without an `@`, what stands here is the password.
        let shown = if text.len() <= 16 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            format!("`{text}`")
        } else {
            "what stands after the `:` of a host".to_owned()
        };
        Error::configuration(format!("{shown} is not a port (1 to 65535)"))
            .with_advice("a URL looks like cockroachdb://user:password@host:26257/database")
    })
}
