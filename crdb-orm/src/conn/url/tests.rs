use proptest::prelude::*;

use super::environment::Environment;
use super::*;

/// An environment of a test.
#[derive(Default)]
struct Given<'a>(&'a [(&'a str, &'a str)]);

impl Environment for Given<'_> {
    fn given(&self, name: &str) -> Option<String> {
        self.0.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
    }

    fn user(&self) -> Option<String> {
        self.given("the user of the system")
    }
}

fn read(url: &str, environment: &[(&str, &str)]) -> Result<Settings> {
    complete::complete(Settings::parse(url)?, &Given(environment))
}

fn parse(url: &str) -> Settings {
    read(url, &[]).unwrap()
}

fn refused(url: &str) -> String {
    refused_in(url, &[])
}

fn refused_in(url: &str, environment: &[(&str, &str)]) -> String {
    let error = read(url, environment).unwrap_err();
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
        nodes("cockroachdb://app@node1,node2:5,[::1]:7,[fe80::1%25eth0]/shop?sslmode=disable"),
        ["node1:26257", "node2:5", "[::1]:7", "[fe80::1%eth0]:26257"]
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
    assert_eq!(url.connect_timeout(), Duration::from_secs(3));
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
fn a_host_that_is_not_local_is_verified_and_a_mode_is_never_weakened() {
    #[cfg(feature = "tls")]
    for (url, mode) in [
        ("cockroachdb://app:hunter2@cluster.example.com:26257/shop", SslMode::VerifyFull),
        (
            "cockroachdb://cluster.example.com/shop?sslmode=verify-full&sslrootcert=system",
            SslMode::VerifyFull,
        ),
        ("postgres://localhost?sslrootcert=system", SslMode::VerifyFull),
        ("postgres://localhost,db.example.com/x", SslMode::VerifyFull),
        ("postgres://localhost/x?hostaddr=10.0.0.1", SslMode::VerifyFull),
        ("postgres://localhost?sslmode=require", SslMode::Require),
        ("postgres://localhost?sslmode=verify-ca&sslrootcert=ca.crt", SslMode::VerifyCa),
    ] {
        assert_eq!(parse(url).ssl.mode(), mode, "{url}");
    }
    #[cfg(not(feature = "tls"))]
    for url in ["cockroachdb://app:hunter2@db.example.com/shop", "postgres://localhost?sslmode=require"] {
        assert!(refused(url).contains("feature `tls`"), "{url}");
    }
    for (url, mode) in [
        ("postgres://db.example.com?sslmode=disable", SslMode::Disable),
        ("postgres://db.example.com?sslmode=prefer", SslMode::Prefer),
        ("postgres://127.0.0.1,[::1],localhost,%2Ftmp/db", SslMode::Prefer),
        ("postgres://db.example.com/x?hostaddr=127.0.0.2", SslMode::Prefer),
    ] {
        assert_eq!(parse(url).ssl.mode(), mode, "{url}");
    }
}

#[cfg(feature = "tls")]
#[test]
fn what_does_not_fit_together_is_refused() {
    for (url, part) in [
        ("postgres://localhost?sslrootcert=system&sslmode=verify-ca", "too weak"),
        ("postgres://localhost?sslnegotiation=direct", "too weak"),
        ("postgres://localhost?sslmode=disable&channel_binding=require", "needs TLS"),
        ("postgres://localhost?sslmode=require&sslkey=a.key", "`sslcert`"),
        (
            "postgres://localhost?ssl_min_protocol_version=TLSv1.3&ssl_max_protocol_version=TLSv1.2",
            "ssl_max_protocol_version",
        ),
        ("postgres://localhost?sslcert=", "path"),
        ("postgres://localhost?sslpassword=hunter2", "openssl"),
        ("postgres://localhost?sslcrl=a", "revoked"),
        ("postgres://localhost?gssencmode=require", "gssencmode"),
        ("postgres://a,b?sslmode=disable&hostaddr=1.2.3.4", "1 addresses for 2 hosts"),
        ("postgres://a?sslmode=disable&hostaddr=b", "IP address"),
        ("postgres://localhost?target_session_attrs=standby", "no standbys"),
        ("postgres://localhost?target_session_attrs=prefer-standby", "no standbys"),
        ("postgres://localhost?target_session_attrs=leader", "read-only or primary"),
    ] {
        let shown = refused(url);
        assert!(shown.contains(part), "{url}: {shown}");
    }
}

#[test]
fn a_url_of_the_cloud_console_is_read() {
    let url = parse(
        "postgresql://app:pw@blue-cow-123.abc.cockroachlabs.cloud:26257/shop?sslmode=disable\
         &options=--cluster%3Dblue-cow-123&application_name=web&results_buffer_size=65536\
         &default_transaction_use_follower_reads=on&app.tenant=7",
    );
    let options = "--cluster=blue-cow-123 -c results_buffer_size=65536";
    assert_eq!(url.options.text().as_deref(), Some(options));
    let session = [("default_transaction_use_follower_reads", "on"), ("app.tenant", "7")];
    assert_eq!(url.session, session.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[test]
fn the_environment_says_what_the_url_does_not() {
    let environment = [
        ("PGHOST", "one,two"),
        ("PGPORT", "1,2"),
        ("PGUSER", "env-user"),
        ("PGPASSWORD", "env-word"),
        ("PGDATABASE", "env-base"),
        ("PGAPPNAME", "env-name"),
        ("PGOPTIONS", "-c a=b"),
        ("PGCONNECT_TIMEOUT", "7"),
        ("PGSSLMODE", "disable"),
    ];
    let url = read("cockroachdb://", &environment).unwrap();
    assert_eq!(url.nodes.iter().map(ToString::to_string).collect::<Vec<_>>(), ["one:1", "two:2"]);
    assert_eq!(url.user.as_deref(), Some("env-user"));
    assert_eq!(url.password, Some(Secret::new("env-word")));
    assert_eq!(url.database.as_deref(), Some("env-base"));
    assert_eq!(url.application_name.as_deref(), Some("env-name"));
    assert_eq!(url.options.text().as_deref(), Some("-c a=b"));
    assert_eq!(url.connect_timeout(), Duration::from_secs(7));
    assert_eq!(url.ssl.mode(), SslMode::Disable);

    let said =
        "cockroachdb://u:p@localhost:5/d?application_name=n&options=-c%20c=d&connect_timeout=3&sslmode=allow";
    let url = read(said, &environment).unwrap();
    assert_eq!(url.nodes[0].to_string(), "localhost:5");
    assert_eq!((url.user.as_deref(), url.password), (Some("u"), Some(Secret::new("p"))));
    assert_eq!((url.database.as_deref(), url.application_name.as_deref()), (Some("d"), Some("n")));
    assert_eq!(url.options.text().as_deref(), Some("-c c=d"));
    assert_eq!((url.connect_timeout.unwrap().as_secs(), url.ssl.mode()), (3, SslMode::Allow));

    // A port alone leaves the host to the environment.
    let url = read("cockroachdb://:9/?sslmode=disable", &[("PGHOST", "db")]).unwrap();
    assert_eq!(url.nodes[0].to_string(), "db:9");
    // What makes no sense names the variable.
    assert!(refused_in("postgres://", &[("PGSSLMODE", "maybe")]).contains("PGSSLMODE"));
    assert!(refused_in("postgres://", &[("PGPORT", "x")]).contains("PGPORT"));
    assert!(refused_in("postgres://", &[("PGCONNECT_TIMEOUT", "x")]).contains("PGCONNECT_TIMEOUT"));
    assert!(refused_in("postgres://", &[("PGOPTIONS", "x")]).contains("PGOPTIONS"));
}

/// Every variable of the guide, the key that says the same, and two values; what it cannot be, where it can be anything
/// but that.
const VARIABLES: [(&str, &str, &str, &str, Option<&str>); 21] = [
    ("PGHOST", "host", "env.example", "url.example", None),
    ("PGHOSTADDR", "hostaddr", "10.0.0.1", "10.0.0.2", Some("db.example")),
    ("PGPORT", "port", "7001", "7002", Some("0")),
    ("PGUSER", "user", "env-user", "url-user", None),
    ("PGPASSWORD", "password", "env-word", "url-word", None),
    ("PGPASSFILE", "passfile", "/no/env", "/no/url", None),
    ("PGDATABASE", "dbname", "env-base", "url-base", None),
    ("PGAPPNAME", "application_name", "env-name", "url-name", None),
    ("PGOPTIONS", "options", "-c a.b=env", "-c a.c=url", Some("hunter")),
    ("PGCONNECT_TIMEOUT", "connect_timeout", "7", "8", Some("soon")),
    ("PGTARGETSESSIONATTRS", "target_session_attrs", "read-write", "any", Some("writer")),
    ("PGLOADBALANCEHOSTS", "load_balance_hosts", "disable", "random", Some("hosts")),
    ("PGSSLMODE", "sslmode", "require", "verify-ca", Some("maybe")),
    ("PGSSLROOTCERT", "sslrootcert", "/no/env.crt", "/no/url.crt", None),
    ("PGSSLCERT", "sslcert", "/no/env.crt", "/no/url.crt", None),
    ("PGSSLKEY", "sslkey", "/no/env.key", "/no/url.key", None),
    ("PGSSLNEGOTIATION", "sslnegotiation", "direct", "postgres", Some("now")),
    ("PGSSLSNI", "sslsni", "0", "1", Some("2")),
    ("PGSSLMINPROTOCOLVERSION", "ssl_min_protocol_version", "TLSv1.3", "TLSv1.2", Some("SSLv3")),
    ("PGSSLMAXPROTOCOLVERSION", "ssl_max_protocol_version", "TLSv1.2", "TLSv1.3", Some("SSLv3")),
    ("PGCHANNELBINDING", "channel_binding", "require", "prefer", Some("maybe")),
];

/// Everything that a URL and the environment have said.
fn all_of(settings: &Settings) -> String {
    let nodes: Vec<_> = settings.nodes.iter().map(|node| format!("{node:?}")).collect();
    let order = (settings.wanted, settings.in_order, settings.connect_timeout, &settings.ssl);
    let who = (&settings.user, settings.password.as_ref().map(Secret::reveal), &settings.database);
    let named = (&settings.application_name, settings.options.text());
    format!("{nodes:?} {order:?} {who:?} {named:?} {:?}", settings.passwords.path())
}

#[cfg(feature = "tls")]
#[test]
fn each_variable_of_the_environment_means_what_its_key_means_and_the_url_wins_over_it() {
    for (variable, key, env, url, bad) in VARIABLES {
        // What the others need to make sense, and neither a host nor a port where those are looked at.
        let base = match key {
            "sslkey" => "postgresql://?sslcert=/no/a.crt&sslmode=require",
            "sslnegotiation" => "postgresql://?sslmode=require",
            _ => "postgresql://",
        };
        let with = |value: &str| {
            let value = percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC);
            // A port needs a host where it stands behind the `?`.
            if key == "port" {
                format!("postgresql://:{value}")
            } else {
                format!("{base}{}{key}={value}", if base.contains('?') { '&' } else { '?' })
            }
        };
        let said = |url: &str, environment: &[(&str, &str)]| {
            all_of(&read(url, environment).unwrap_or_else(|error| panic!("{variable}: {url}: {error}")))
        };
        let nothing = said(base, &[]);
        let by_variable = said(base, &[(variable, env)]);
        assert_ne!(by_variable, nothing, "{variable} has no effect");
        assert_eq!(by_variable, said(&with(env), &[]), "{variable} is not {key}");
        assert_eq!(
            said(&with(url), &[(variable, env)]),
            said(&with(url), &[]),
            "{variable} wins over the URL"
        );
        assert_ne!(said(&with(url), &[]), by_variable, "{variable}: the two values are the same");
        // One that is empty is not set.
        assert_eq!(said(base, &[(variable, "")]), nothing, "{variable}");
        if let Some(bad) = bad {
            let shown = refused_in(base, &[(variable, bad)]);
            assert!(shown.contains(variable), "{variable} is not named: {shown}");
            // And it does not matter where the URL has its own.
            assert_eq!(said(&with(url), &[(variable, bad)]), said(&with(url), &[]), "{variable}");
        }
    }
}

#[test]
fn the_guide_lists_every_variable() {
    let guide = include_str!("../../../../docs/src/connections.md");
    let environment = guide.split("### The environment").nth(1).and_then(|rest| rest.split("\n## ").next());
    let environment = environment.expect("a part of the guide");
    let named: Vec<&str> = environment.split('`').filter(|word| word.starts_with("PG")).collect();
    let (known, refused) =
        (VARIABLES.map(|(variable, ..)| variable), keys::REFUSED_VARIABLES.map(|(name, _)| name));
    let idle = keys::IDLE_VARIABLES.map(|(name, _)| name);
    for variable in known.iter().chain(&refused).chain(&idle) {
        assert!(named.contains(variable), "{variable} is not in docs/src/connections.md");
    }
    for variable in named {
        let is_known = known.contains(&variable) || refused.contains(&variable) || idle.contains(&variable);
        assert!(is_known, "{variable} is not tested");
    }
}

#[test]
fn addresses_of_the_environment_lead_no_host_of_the_url_elsewhere() {
    let environment = [("PGHOST", "one,two"), ("PGHOSTADDR", "10.0.0.1,10.0.0.2"), ("PGSSLMODE", "disable")];
    let at = |url: &str| -> Vec<String> {
        read(url, &environment).unwrap().nodes.iter().map(|node| format!("{node:?}")).collect()
    };
    let both = at("postgresql://");
    assert!(both[0].contains("10.0.0.1") && both[1].contains("10.0.0.2"), "{both:?}");
    assert!(!at("postgresql://three")[0].contains("10.0.0"));
    assert!(at("postgresql://?hostaddr=10.0.0.9")[0].contains("10.0.0.9"));
    let shown = refused_in("postgresql://", &[("PGHOST", "one"), ("PGHOSTADDR", "10.0.0.1,10.0.0.2")]);
    assert!(shown.contains("PGHOSTADDR has 2 addresses for 1 hosts"), "{shown}");
}

#[test]
fn a_variable_that_asks_for_what_there_is_not_is_refused() {
    let of = |value: &'static str| read("postgres://localhost", &[("PGGSSENCMODE", value)]);
    assert!(of("prefer").is_ok() && of("disable").is_ok());
    let shown = refused_in("postgres://localhost", &[("PGGSSENCMODE", "require")]);
    assert!(shown.contains("PGGSSENCMODE") && shown.contains("gssencmode"), "{shown}");
    for (variable, key) in keys::REFUSED_VARIABLES {
        let shown = refused_in("postgres://localhost", &[(variable, "hunter2")]);
        let by_key = refused(&format!("postgres://localhost?{key}=hunter2"));
        let why = by_key.split("cannot be had: ").nth(1).and_then(|rest| rest.split(" Error {").next());
        assert!(
            shown.contains(variable) && shown.contains(why.expect("a reason").trim()),
            "{shown}, {by_key}"
        );
    }
}

#[test]
fn an_idle_connection_is_asked_for_a_sign_of_life_after_half_a_minute_or_whenever_it_is_said() {
    let after = |url: &str| parse(url).pool.check_idle_after;
    assert_eq!(after("postgres://localhost"), Duration::from_secs(30));
    assert_eq!(after("postgres://localhost?pool_check_idle_after=5"), Duration::from_secs(5));
    assert_eq!(after("postgres://localhost?pool_check_idle_after=0"), Duration::ZERO);
    let shown = parse("postgres://localhost?pool_check_idle_after=0ms").shown();
    assert!(shown.ends_with("&pool_check_idle_after=0ms"), "{shown}");
    assert!(refused("postgres://localhost?pool_check_idle_after=never").contains("a duration"));
    assert!(refused("postgres://localhost?pool_idle_timeout=0").contains("a duration"));
}

#[cfg(unix)]
#[test]
fn a_password_file_is_looked_at_last() {
    use std::os::unix::fs::PermissionsExt;
    let path = std::env::temp_dir().join(format!("url-of-crdb-orm-{:016x}", fastrand::u64(..)));
    std::fs::write(&path, "localhost:5432:shop:app:from-file\n").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    let file = path.to_str().unwrap();
    let password = |url: &str, environment: &[(&str, &str)]| {
        let settings = read(url, environment).unwrap();
        settings.password_for(&settings.nodes[0]).map(|password| password.reveal().to_owned())
    };
    let from = [
        password("postgres://app@localhost/shop", &[("PGPASSFILE", file)]),
        password(&format!("postgres://app@localhost/shop?passfile={file}"), &[]),
        password("postgres://app:own@localhost/shop", &[("PGPASSFILE", file)]),
        password("postgres://app@localhost/shop", &[("PGPASSFILE", file), ("PGPASSWORD", "env")]),
        password("postgres://app@localhost/other", &[("PGPASSFILE", file)]),
    ];
    std::fs::remove_file(&path).unwrap();
    assert_eq!(
        from.each_ref().map(Option::as_deref),
        [Some("from-file"), Some("from-file"), Some("own"), Some("env"), None]
    );
}

#[cfg(unix)]
#[test]
fn the_password_file_knows_the_user_of_the_system_and_the_database_that_is_named_like_it() {
    use std::os::unix::fs::PermissionsExt;
    let path = std::env::temp_dir().join(format!("url-of-crdb-orm-{:016x}", fastrand::u64(..)));
    std::fs::write(&path, "db1:5432:shop:alice:one\ndb1:5432:alice:alice:two\ndb1:5432:shop:bob:three\n")
        .unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    let password = |url: &str, more: &[(&str, &str)]| {
        let given = [("PGPASSFILE", path.to_str().unwrap()), ("the user of the system", "alice")];
        let settings = read(url, &[&given, more].concat()).unwrap();
        settings.password_for(&settings.nodes[0]).map(|password| password.reveal().to_owned())
    };
    let from = [
        password("postgresql://db1/shop", &[]),
        password("postgresql://db1", &[]),
        password("postgresql://db1/shop", &[("PGUSER", "bob")]),
        password("postgresql://carol@db1/shop", &[]),
    ];
    std::fs::remove_file(&path).unwrap();
    assert_eq!(from.each_ref().map(Option::as_deref), [Some("one"), Some("two"), Some("three"), None]);
}

#[test]
fn the_url_for_people_has_no_secret() {
    let url = "cockroach://u:hunter2@[::1]:7,h/d?app.key=hunter2&options=-c%20crdb:token=hunter2%20--cluster=c\
               &statement_timeout=5s&sslmode=disable";
    let shown = "cockroachdb://u@[::1]:7,h/d?sslmode=disable\
                 &options=%2D%2Dcrdb%3Atoken%3Dhidden%20%2D%2Dcluster%3Dc&app.key=hidden&statement_timeout=5s";
    assert_eq!(parse(url).shown().replace("--", "%2D%2D"), shown);
    assert!(!format!("{:?} {:#?}", parse(url), parse(url)).contains("hunter2"));
}

/// Every key is in the table of the guide.
#[test]
fn the_guide_lists_every_key() {
    let guide = include_str!("../../../../docs/src/connections.md");
    for key in keys::OTHER.into_iter().chain(ssl::KEYS) {
        assert!(guide.contains(&format!("`{key}`")), "{key} is not in docs/src/connections.md");
    }
}

#[test]
fn what_is_wrong_is_said_and_a_password_never() {
    for (url, part) in [
        ("postgres://u:hunter2@localhost:port/", "port"),
        ("postgres://u:hunter2", "port"),
        ("postgres://u:hunter2/db", "port"),
        ("postgres://u:hunter2,localhost:5432/db", "port"),
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

/// Texts with everything that could be taken for a part of a URL.
fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z]{1,8}", "[ -~]{1,10}", "[^\\x00]{1,6}"]
}

fn host() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z][a-z0-9.-]{0,12}",
        Just("::1".to_owned()),
        Just("10.1.2.3".to_owned()),
        "/[a-z/ @:?#]{1,9}"
    ]
}

fn settings() -> impl Strategy<Value = Settings> {
    let hosts = proptest::collection::vec((host(), proptest::option::of(1_u16..)), 1..4);
    let maybe = || proptest::option::of(text());
    let names = prop_oneof![Just("statement_timeout"), Just("app.x"), Just("search_path")];
    let session = proptest::collection::vec((names, text()), 0..3);
    let options = proptest::collection::vec(("[a-z_]{1,5}", "[^\\x00]{0,5}"), 0..3);
    let given = (hosts, maybe(), maybe(), maybe(), maybe());
    (any::<bool>(), given, session, options, 1_u64..1_000_000, 0_usize..7).prop_map(
        |(cockroach, (hosts, user, password, database, name), session, options, millis, mode)| {
            let mut settings = Settings::empty(if cockroach { Scheme::Cockroach } else { Scheme::Postgres });
            for (host, port) in hosts {
                settings.add_host(host, port);
            }
            settings.user = user;
            settings.password = password.map(Secret::new);
            settings.database = database;
            settings.application_name = name;
            for (name, mut value) in session {
                if name == "search_path" {
                    // Any text can be one of a list.
                    value = format!("app, \"{}\"", value.replace('"', "\"\""));
                }
                settings.set_variable(name, value).unwrap();
            }
            for (name, value) in options {
                settings.options.push(&name, &value).unwrap();
            }
            settings.set_connect_timeout(Duration::from_millis(millis));
            settings.keep_alive.interval = Some(Duration::from_millis(millis));
            settings.pool.max_size = mode + 1;
            let modes = [SslMode::Disable, SslMode::Allow, SslMode::Prefer, SslMode::Require];
            if let Some(mode) = modes.get(mode) {
                settings.ssl.set_mode(*mode);
                settings.ssl.roots = Some(Roots::File("/a b/ca.crt".into()));
                settings.in_order = Some(true);
                settings.wanted = Some(Wanted::ReadWrite);
            }
            settings
        },
    )
}

#[test]
fn what_a_key_says_can_be_set_without_a_url() {
    let set = |pairs: &[(&str, &str)]| {
        let mut settings = Settings::parse("cockroachdb://db1/shop?keepalives_idle=9").expect("a URL");
        for (key, value) in pairs {
            if let Err(error) = settings.set_key(key, (*value).to_owned()) {
                return error.to_string();
            }
        }
        print::print(&settings, true)
    };
    let url = "cockroachdb://db1/shop?keepalives_idle=20&sslsni=0&load_balance_hosts=disable";
    let read = Settings::parse(url).expect("a URL");
    let pairs = [("keepalives_idle", "20"), ("SSLSNI", "0"), ("load_balance_hosts", "disable")];
    assert_eq!(set(&pairs), print::print(&read, true));
    for (pairs, why) in [
        ([("keepalive_idle", "20")], "did you mean `keepalives_idle`"),
        ([("sslmode", "never")], "sslmode"),
        ([("host", "b")], "`.host(name, port)`"),
        ([("user", "a\0b")], "NUL"),
        ([("service", "x")], "no service files"),
    ] {
        let said = set(&pairs);
        assert!(said.contains(why), "{said}");
    }
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

    /// A slip of the finger anywhere but in the password does not show it.
    #[test]
    fn a_url_with_slips_in_it_does_not_panic_and_shows_no_password(
        slips in proptest::collection::vec((any::<proptest::sample::Index>(), 0..3, "[ -~]"), 1..5)
    ) {
        let good = "postgres://us%20er:\u{1}@localhost:5432,[::1]/db?sslmode=disable&port=1&options=-c%20a=b&hostaddr=::1,";
        let mut url: Vec<char> = good.chars().collect();
        for (at, what, by) in slips {
            let at = at.index(url.len());
            if url[at] == '\u{1}' {
                continue;
            }
            match what {
                0 => drop(url.remove(at)),
                1 => url.insert(at, by.chars().next().unwrap()),
                _ => url[at] = by.chars().next().unwrap(),
            }
        }
        let url: String = url.into_iter().collect::<String>().replace('\u{1}', "hunter2");
        if let Err(error) = read(&url, &[]) {
            let shown = format!("{error} {error:?}");
            prop_assert!(!shown.contains("hunter2"), "{}: {}", url, shown);
        }
    }

    #[test]
    fn what_is_printed_is_read_as_the_same(given in settings()) {
        let url = print::print(&given, true);
        let read = Settings::parse(&url).map_err(|error| TestCaseError::fail(format!("{url}: {error}")))?;
        prop_assert_eq!(&read.hosts, &given.hosts, "{}", url);
        prop_assert_eq!(&read.user, &given.user);
        prop_assert!(read.password == given.password && read.options == given.options, "{}", url);
        prop_assert_eq!(&read.database, &given.database);
        prop_assert_eq!(&read.application_name, &given.application_name);
        prop_assert_eq!(&read.session, &given.session);
        prop_assert_eq!(&read.ssl, &given.ssl);
        prop_assert_eq!((read.scheme, read.in_order, read.wanted), (given.scheme, given.in_order, given.wanted));
        prop_assert_eq!((read.connect_timeout, read.keep_alive), (given.connect_timeout, given.keep_alive));
        prop_assert_eq!(read.pool.max_size, given.pool.max_size);
        prop_assert_eq!(print::print(&read, true), url);
        if let Some(password) = given.password.as_ref().map(Secret::reveal).filter(|text| text.len() > 5) {
            let elsewhere = [&given.user, &given.database, &given.application_name];
            let said = format!("{read:?}");
            let twice = elsewhere.into_iter().flatten().any(|text| text.contains(password));
            prop_assert!(twice || !said.contains(password), "{}", said);
        }
    }
}
