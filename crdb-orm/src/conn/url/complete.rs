//! What neither the URL nor the builder says.

use super::environment::Environment;
use super::keys::{addresses, apply_alone, duration, refuse_variables};
use super::parse::port_number;
use super::passfile::Passfile;
use super::{GivenHost, Node, Options, Settings};
use crate::error::{Error, Result};

/// The host where none is named.
const HOST: &str = "localhost";

/// Fills in from the environment, then from defaults.
pub(super) fn complete(mut settings: Settings, environment: &impl Environment) -> Result<Settings> {
    let or = |given: Option<String>, variable| given.or_else(|| environment.variable(variable));
    // Known here, and not by the driver alone: the password file asks for it, and for the database that is named like it.
    settings.user = or(settings.user, "PGUSER").or_else(|| environment.user());
    settings.database = or(settings.database, "PGDATABASE")
        .or_else(|| (settings.scheme == super::Scheme::Cockroach).then(|| "defaultdb".to_owned()));
    settings.application_name = or(settings.application_name, "PGAPPNAME");
    if settings.options.is_empty()
        && let Some(text) = environment.variable("PGOPTIONS")
    {
        settings.options = Options::parse(&text).map_err(|error| error.with_context("in PGOPTIONS"))?;
    }
    if settings.connect_timeout.is_none()
        && let Some(text) = environment.variable("PGCONNECT_TIMEOUT")
    {
        settings.connect_timeout = Some(duration("PGCONNECT_TIMEOUT", &text)?);
    }
    for (variable, key, said) in [
        ("PGTARGETSESSIONATTRS", "target_session_attrs", settings.wanted.is_some()),
        ("PGLOADBALANCEHOSTS", "load_balance_hosts", settings.in_order.is_some()),
    ] {
        if !said && let Some(value) = environment.variable(variable) {
            apply_alone(&mut settings, key, value)
                .map_err(|error| error.with_context(format!("in {variable}")))?;
        }
    }
    refuse_variables(environment)?;
    settings.nodes = nodes(&settings, environment)?;
    if settings.password.is_none() {
        settings.password = environment.variable("PGPASSWORD").map(Into::into);
    }
    if settings.password.is_none() {
        let file = settings.passfile.clone().or_else(|| environment.variable("PGPASSFILE").map(Into::into));
        if let Some(file) = file.or_else(|| environment.passfile()) {
            settings.passwords = Passfile::at(&file);
        }
    }
    for (what, text) in [
        ("user", &settings.user),
        ("database", &settings.database),
        ("application_name", &settings.application_name),
    ] {
        if text.as_ref().is_some_and(|text| text.contains('\0')) {
            return Err(Error::configuration(format!("the {what} holds a NUL byte")));
        }
    }
    settings.ssl.complete(&settings.nodes, environment)?;
    Ok(settings)
}

fn nodes(settings: &Settings, environment: &impl Environment) -> Result<Vec<Node>> {
    let mut hosts = settings.hosts.clone();
    let (mut given, mut key) = (settings.addresses.clone(), "`hostaddr`");
    let mut port = None;
    if hosts.len() == 1 && hosts[0].name.is_empty() {
        // A port alone.
        port = hosts.remove(0).port;
    }
    if hosts.is_empty() {
        // An address alone is a host, too. Addresses of the environment belong to its hosts: a host that the URL names is
        // not led elsewhere by them.
        let list = if given.is_empty() { environment.variable("PGHOST") } else { None };
        if given.is_empty()
            && let Some(list) = environment.variable("PGHOSTADDR")
        {
            (given, key) = (addresses("PGHOSTADDR", &list)?, "PGHOSTADDR");
        }
        let names = list.as_deref().map(|list| list.split(',').map(str::to_owned).collect());
        let names: Vec<String> = names.unwrap_or_else(|| vec![String::new(); given.len().max(1)]);
        hosts.extend(names.into_iter().map(|name| GivenHost { name, port }));
    }
    let ports = environment.variable("PGPORT");
    let ports: Vec<&str> = ports.as_deref().map(|list| list.split(',').collect()).unwrap_or_default();
    if hosts.iter().any(|host| host.port.is_none()) && ports.len() > 1 && ports.len() != hosts.len() {
        return Err(Error::configuration(format!(
            "PGPORT has {} ports for {} hosts",
            ports.len(),
            hosts.len()
        )));
    }
    if !given.is_empty() && given.len() != hosts.len() {
        let (addresses, hosts) = (given.len(), hosts.len());
        return Err(Error::configuration(format!("{key} has {addresses} addresses for {hosts} hosts")));
    }
    let mut nodes = Vec::with_capacity(hosts.len());
    for (index, GivenHost { name, port }) in hosts.into_iter().enumerate() {
        let port = match (port, ports.get(index).or(ports.first())) {
            (Some(port), _) => port,
            (None, Some(text)) if !text.is_empty() => {
                port_number(text).map_err(|error| error.with_context("in PGPORT"))?
            }
            (None, _) => settings.scheme.port(),
        };
        if name.contains('\0') {
            return Err(Error::configuration("a host holds a NUL byte"));
        }
        let address = given.get(index).copied().flatten();
        nodes.push(match (name.as_str(), address) {
            ("", None) => Node::Tcp { host: HOST.to_owned(), port, address },
            ("", Some(host)) => Node::Tcp { host: host.to_string(), port, address },
            (directory, _) if directory.starts_with('/') => Node::Unix { directory: name, port },
            _ => Node::Tcp { host: name, port, address },
        });
    }
    Ok(nodes)
}
