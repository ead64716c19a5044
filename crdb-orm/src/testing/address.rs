//! The address of a database on a server whose address is known.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What needs no escape in a path segment or a host of a URL.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The same server, credentials and parameters, with another database. What is no URL is refused by who reads it.
pub(super) fn with_database(server: &str, database: &str) -> String {
    let Some((scheme, rest)) = server.split_once("://") else { return server.to_owned() };
    let (place, parameters) = match rest.split_once('?') {
        Some((place, parameters)) => (place, Some(parameters)),
        None => (rest, None),
    };
    let authority = place.split_once('/').map_or(place, |(authority, _)| authority);
    let mut url = format!("{scheme}://{authority}/{}", encoded(database));
    // A `dbname` among the parameters would win over the path.
    let kept: Vec<&str> = parameters
        .into_iter()
        .flat_map(|all| all.split('&'))
        .filter(|one| !one.is_empty() && !one.starts_with("dbname="))
        .collect();
    if !kept.is_empty() {
        url.push('?');
        url.push_str(&kept.join("&"));
    }
    url
}

/// A URL of a server that listens on a unix socket in a folder.
pub(super) fn unix_socket(user: &str, folder: &str, database: &str) -> String {
    format!("postgresql://{user}@{}/{}", encoded(folder), encoded(database))
}

/// A URL of a server that listens on a local port.
pub(super) fn local_port(user: &str, port: u16, database: &str) -> String {
    format!("postgresql://{user}@127.0.0.1:{port}/{}?sslmode=disable", encoded(database))
}

/// A URL of a server on a TCP address, with these keys.
pub(super) fn tcp(user: &str, password: Option<&str>, node: &str, database: &str, keys: &str) -> String {
    let password = password.map_or_else(String::new, |password| format!(":{}", encoded(password)));
    format!("postgresql://{}{password}@{node}/{}?{keys}", encoded(user), encoded(database))
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_database_of_a_url_changes() {
        for (server, expected) in [
            (
                "postgresql://u:p%40@h:26257/old?sslmode=disable",
                "postgresql://u:p%40@h:26257/new?sslmode=disable",
            ),
            ("cockroachdb://a@n1,n2:1/old", "cockroachdb://a@n1,n2:1/new"),
            (
                "postgresql://root@127.0.0.1:4?sslmode=disable",
                "postgresql://root@127.0.0.1:4/new?sslmode=disable",
            ),
            ("postgresql://h/old?dbname=x&a=b", "postgresql://h/new?a=b"),
            ("postgresql://u@%2Ftmp%2Fs/old", "postgresql://u@%2Ftmp%2Fs/new"),
            ("host=h dbname=old", "host=h dbname=old"),
        ] {
            assert_eq!(with_database(server, "new"), expected);
        }
    }

    #[test]
    fn a_folder_becomes_a_socket_host() {
        let config: tokio_postgres::Config =
            unix_socket("postgres", "/tmp/a b", "x").parse().expect("a URL that the driver reads");
        assert_eq!(config.get_hosts(), [tokio_postgres::config::Host::Unix("/tmp/a b".into())]);
    }
}
