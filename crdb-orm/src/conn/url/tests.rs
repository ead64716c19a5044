use proptest::prelude::*;

use super::*;

fn parse(url: &str) -> Settings {
    Settings::parse(url).unwrap()
}

fn refused(url: &str) -> String {
    let error = Settings::parse(url).unwrap_err();
    assert!(error.is_configuration(), "{error}");
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("hunter2"), "a password is shown: {shown}");
    shown
}

fn nodes(url: &str) -> Vec<String> {
    parse(url).nodes.iter().map(ToString::to_string).collect()
}

#[test]
fn the_scheme_decides_port_and_database() {
    assert_eq!(nodes("cockroachdb://localhost"), ["localhost:26257"]);
    assert_eq!(nodes("cockroach://localhost"), ["localhost:26257"]);
    assert_eq!(nodes("postgres://localhost"), ["localhost:5432"]);
    assert_eq!(nodes("postgresql://localhost"), ["localhost:5432"]);
    assert_eq!(parse("cockroachdb://localhost").database.as_deref(), Some("defaultdb"));
    assert_eq!(parse("postgres://localhost").database, None);
    assert!(refused("mysql://localhost").contains("cockroachdb://"));
    assert!(refused("localhost:26257").contains("cockroachdb://"));
}

#[test]
fn many_hosts_with_ports_addresses_and_sockets() {
    assert_eq!(
        nodes("cockroachdb://app@node1,node2:5,[::1]:7,[fe80::1]/shop?sslmode=disable"),
        ["node1:26257", "node2:5", "[::1]:7", "[fe80::1]:26257"]
    );
    assert_eq!(nodes("postgres://%2Ftmp%2Fpg:5433/db"), ["/tmp/pg/.s.PGSQL.5433"]);
    assert_eq!(nodes("postgres:///db?host=/tmp/pg&port=5433"), ["/tmp/pg/.s.PGSQL.5433"]);
    assert_eq!(nodes("postgres:///db?host=a,b&port=1,2&sslmode=disable"), ["a:1", "b:2"]);
    assert_eq!(nodes("postgres://"), ["localhost:5432"]);
}

#[test]
fn percent_codes_are_read_everywhere() {
    let url = parse("postgres://us%40er:p%2Fw%3A%40%20@localhost/my%20db?application_name=a%26b");
    assert_eq!(url.user.as_deref(), Some("us@er"));
    assert_eq!(url.password, Some(Secret::new("p/w:@ ")));
    assert_eq!(url.database.as_deref(), Some("my db"));
    assert_eq!(url.application_name.as_deref(), Some("a&b"));
    assert_eq!(parse("postgres://localhost/d?user=u&password=p").password, Some(Secret::new("p")));
}

#[test]
fn keys_of_the_pool_and_the_session() {
    let url = parse(
        "postgres://localhost?pool_max_size=7&pool_wait_timeout=250ms&connect_timeout=3&statement_timeout=5s",
    );
    assert_eq!(url.pool.max_size, 7);
    assert_eq!(url.pool.wait_timeout, Duration::from_millis(250));
    assert_eq!(url.connect_timeout, Duration::from_secs(3));
    assert_eq!(url.session, [("statement_timeout".to_owned(), "5s".to_owned())]);
}

#[test]
fn an_unknown_key_is_named_with_its_nearest() {
    let shown = refused("postgres://localhost?aplication_name=x");
    assert!(
        shown.contains("`aplication_name`") && shown.contains("did you mean `application_name`"),
        "{shown}"
    );
    assert!(refused("postgres://localhost?sslmode=verify_full").contains("did you mean `verify-full`"));
    assert!(!refused("postgres://localhost?zzz=1").contains("did you mean"));
    assert!(refused("postgres://localhost?port=1&port=2").contains("twice"));
}

#[test]
fn a_mode_that_needs_tls_is_refused_and_not_weakened() {
    for url in [
        "cockroachdb://app:hunter2@cluster.example.com:26257/shop",
        "cockroachdb://app:hunter2@cluster.example.com:26257/shop?sslmode=verify-full&sslrootcert=system",
        "postgres://localhost?sslmode=require",
        "postgres://localhost?sslmode=verify-ca",
        "postgres://localhost,db.example.com/x",
    ] {
        assert!(refused(url).contains("does not have yet"), "{url}");
    }
    parse("postgres://db.example.com?sslmode=disable");
    parse("postgres://db.example.com?sslmode=prefer");
    parse("postgres://127.0.0.1,[::1],localhost,%2Ftmp/db");
}

#[test]
fn what_is_wrong_is_said_and_a_password_never() {
    for (url, part) in [
        ("postgres://u:hunter2@localhost:port/", "port"),
        ("postgres://u:hunter2@localhost:0/", "port"),
        ("postgres://u:hunter2@localhost:70000/", "port"),
        ("postgres://u:hunter2@::1/", "brackets"),
        ("postgres://u:hunter2@[::1/", "`]`"),
        ("postgres://u:hunter2@[zz]/", "IPv6"),
        ("postgres://u:hunter2%zz@localhost/", "%25"),
        ("postgres://u:hunter2/x@localhost/db", "%2F"),
        ("postgres://u:hunter2?x@localhost/db", "%3F"),
        ("postgres://u:hunter2@localhost/db?pool_max_size=0", "connections"),
        ("postgres://u:hunter2@localhost/db?connect_timeout=soon", "duration"),
        ("postgres://u:hunter2@localhost/db?host=other", "host"),
        ("postgres://u:hunter2@localhost/d%00b", "NUL"),
        ("postgres://u:hunter2@localhost/%ff", "UTF-8"),
    ] {
        let shown = refused(url);
        assert!(shown.contains(part), "{url}: {shown}");
    }
    let shown = format!("{:?}", parse("postgres://u:hunter2@localhost/?user=v"));
    assert!(!shown.contains("hunter2"), "{shown}");
}

proptest! {
    #[test]
    fn no_text_makes_it_panic_or_show_a_password(text in ".{0,80}") {
        let _ = Settings::parse(&text);
        let _ = Settings::parse(&format!("postgres://{text}"));
        if let Err(error) = Settings::parse(&format!("postgres://u:hunter2{text}@localhost/db?{text}")) {
            let shown = format!("{error} {error:?}");
            prop_assert!(!shown.contains("hunter2"));
        }
    }
}
