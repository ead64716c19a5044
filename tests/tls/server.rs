//! A PostgreSQL with TLS, started for the tests.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crdb_orm::testing::{DevServer, DevServerOptions, say_skipped};
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

use crate::certificates::{Ca, Leaf, Pair};

/// Who may log in, and how. The superuser `postgres` may in every way, from this machine.
const ACCESS: &str = "\
local     all postgres trust
host      all postgres,free 127.0.0.1/32 trust
hostssl   all scram 127.0.0.1/32 scram-sha-256
hostssl   all only_tls 127.0.0.1/32 trust
hostnossl all only_plain 127.0.0.1/32 trust
hostssl   all certified 127.0.0.1/32 cert
";

const ROLES: &str = "\
CREATE ROLE free LOGIN; CREATE ROLE only_tls LOGIN CREATEDB; CREATE ROLE only_plain LOGIN; CREATE ROLE certified LOGIN CREATEDB;
CREATE ROLE scram LOGIN PASSWORD 'Geheim7x/Wort9q'";

/// The server, and who has signed its certificate.
pub(crate) struct TlsServer {
    dev: DevServer,
    pub(crate) ca: Ca,
    port: u16,
}

impl TlsServer {
    /// A server of its own with a certificate for `localhost`. `None`, and a line that says so, where there is none.
    pub(crate) async fn start(test: &str) -> Option<Self> {
        let dev =
            tokio::task::spawn_blocking(|| DevServerOptions::new().tcp().start()).await.expect("no panic");
        let dev = match dev {
            Ok(dev) if !dev.is_cockroachdb() => dev,
            Ok(_) => {
                say_skipped("CockroachDB", test, "the files of a PostgreSQL are needed to turn its TLS on");
                return None;
            }
            Err(error) => panic!("{error}"),
        };
        let port = dev.url().rsplit_once(':').and_then(|(_, rest)| rest.split('/').next()?.parse().ok());
        let server = Self { dev, ca: Ca::new("the CA of the cluster"), port: port.expect("a port") };
        server.ask(ROLES).await;
        server.present(&server.ca.sign(&Leaf::server(&["localhost"]))).await;
        Some(server)
    }

    /// The server that most tests share.
    pub(crate) async fn shared(test: &str) -> Option<&'static Self> {
        static SHARED: OnceLock<Option<TlsServer>> = OnceLock::new();
        let test = test.to_owned();
        let start = move || {
            SHARED.get_or_init(|| {
                // Its own runtime: the one of the first test ends with it.
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                runtime.expect("a runtime").block_on(Self::start(&test))
            })
        };
        tokio::task::spawn_blocking(start).await.expect("no panic").as_ref()
    }

    /// Shows another certificate to whoever connects from now on.
    pub(crate) async fn present(&self, pair: &Pair) {
        let number = fastrand::u64(..);
        let certificate = self.file(&format!("{number:x}.crt"), &pair.certificate);
        let key = self.file(&format!("{number:x}.key"), &pair.key);
        let ca = self.file("ca.crt", &self.ca.pem);
        let access = self.ask("SHOW hba_file").await.expect("a path");
        fs::write(access, ACCESS).expect("who may log in");
        for (name, value) in [
            ("ssl_cert_file", &certificate),
            ("ssl_key_file", &key),
            ("ssl_ca_file", &ca),
            ("ssl", &"on".into()),
        ] {
            self.ask(&format!("ALTER SYSTEM SET {name} = '{value}'")).await;
        }
        self.ask("SELECT pg_reload_conf()").await;
        let deadline = Instant::now() + Duration::from_secs(10);
        while self.ask("SHOW ssl_cert_file").await.as_deref() != Some(certificate.as_str())
            || self.ask("SHOW ssl").await.as_deref() != Some("on")
        {
            assert!(Instant::now() < deadline, "the server does not take its new certificate");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Turns TLS off.
    pub(crate) async fn without_tls(&self) {
        self.ask("ALTER SYSTEM SET ssl = 'off'").await;
        self.ask("SELECT pg_reload_conf()").await;
        while self.ask("SHOW ssl").await.as_deref() != Some("off") {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// A file that only the server's account can read.
    fn file(&self, name: &str, text: &str) -> String {
        let folder = self.dev.folder().expect("a folder");
        let path = folder.join(name);
        fs::write(&path, text).expect("a file");
        let owner = fs::metadata(folder).expect("a folder");
        fs::set_permissions(&path, Permissions::from_mode(0o600)).expect("mode 0600");
        chown(&path, Some(owner.uid()), Some(owner.gid())).expect("the owner of the folder");
        path.into_os_string().into_string().expect("a path of letters")
    }

    /// One value, over a new connection without TLS.
    pub(crate) async fn ask(&self, sql: &str) -> Option<String> {
        let client = self.plain().await;
        let answer = client.simple_query(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        answer.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        })
    }

    async fn plain(&self) -> Client {
        let (client, connection) =
            tokio_postgres::connect(self.dev.url(), NoTls).await.expect("the superuser");
        tokio::spawn(connection);
        client
    }

    /// A URL to the host `localhost`, which its certificate is for.
    pub(crate) fn url(&self, user: &str, keys: &str) -> String {
        self.url_at("localhost", user, keys)
    }

    /// A URL to another name of this machine.
    pub(crate) fn url_at(&self, host: &str, user: &str, keys: &str) -> String {
        format!(
            "postgresql://{user}@{host}:{}/postgres?hostaddr=127.0.0.1&connect_timeout=10&{keys}",
            self.port
        )
    }

    pub(crate) fn node(&self, host: &str) -> String {
        format!("{host}:{}", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }
}
