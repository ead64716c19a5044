//! A `PgBouncer` of a test's own.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crdb_orm::Database;
use crdb_orm::testing::{TestDb, say_skipped};
use tokio_postgres::config::Host;

/// `PgBouncer` in transaction mode before a database of a test.
pub(crate) struct Bouncer {
    direct: TestDb,
    url: String,
    child: Child,
    folder: PathBuf,
}

fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let usual = ["/usr/sbin", "/usr/bin", "/opt/homebrew/bin", "/usr/local/bin"].map(PathBuf::from);
    std::env::split_paths(&path)
        .chain(usual)
        .map(|folder| folder.join("pgbouncer"))
        .find(|file| file.is_file())
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

impl Bouncer {
    /// Starts it with so many connections to the server; `None`, said aloud, where it is not installed.
    ///
    /// # Panics
    /// With `CI=true` where it is not installed, and when it does not start.
    pub(crate) async fn start(connections: usize, test: &str) -> Option<Self> {
        Self::start_with(connections, test, "").await
    }

    /// The same with settings of its own, one a line.
    pub(crate) async fn start_with(connections: usize, test: &str, more: &str) -> Option<Self> {
        let direct = TestDb::new().await.expect("a database");
        let Some(program) = program() else {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "pgbouncer is not installed");
            say_skipped(
                "this machine",
                test,
                "pgbouncer is not installed (Debian: apt-get install pgbouncer)",
            );
            return None;
        };
        let plain =
            direct.url().split_once("://").map_or(String::new(), |(_, rest)| format!("postgresql://{rest}"));
        let server: tokio_postgres::Config = plain.parse().expect("the URL of the database");
        let host = match server.get_hosts().first() {
            Some(Host::Tcp(name)) => name.clone(),
            Some(Host::Unix(folder)) => folder.display().to_string(),
            None => "localhost".to_owned(),
        };
        let port = server.get_ports().first().copied().unwrap_or(5432);
        let (user, name) = (server.get_user().unwrap_or("root"), server.get_dbname().expect("its name"));
        let password = server.get_password().map(|password| String::from_utf8_lossy(password).into_owned());
        let password = password.map_or_else(String::new, |password| format!(" password='{password}'"));
        let listen = free_port();
        let folder = std::env::temp_dir().join(format!("crdb-orm-pgbouncer-{}-{listen}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).expect("a folder for all");
        let ini = folder.join("pgbouncer.ini");
        let settings = format!(
            "[databases]\n{name} = host='{host}' port={port} user='{user}' dbname='{name}'{password}\n[pgbouncer]\n\
             listen_addr = 127.0.0.1\nlisten_port = {listen}\nunix_socket_dir =\nauth_type = any\n\
             pool_mode = transaction\ndefault_pool_size = {connections}\nmax_client_conn = 200\n{more}\n"
        );
        fs::write(&ini, settings).expect("its settings");
        let mut command = Command::new(program);
        if is_root() {
            // It refuses to be root. Whoever runs the server may go to its socket.
            let owner = Command::new("stat").args(["-c", "%U", &host]).output().map(|output| output.stdout);
            let owner =
                owner.map(|name| String::from_utf8_lossy(name.trim_ascii()).into_owned()).unwrap_or_default();
            let user = if owner.is_empty() || owner == "root" { "nobody" } else { &owner };
            command.args(["-u", user]);
        }
        let log = fs::File::create(folder.join("log")).expect("a log");
        let child = command.arg(&ini).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn();
        let url = format!("postgresql://{user}@127.0.0.1:{listen}/{name}?sslmode=disable");
        let mut bouncer = Self { direct, url, child: child.expect("pgbouncer"), folder };
        bouncer.wait(listen).await;
        Some(bouncer)
    }

    async fn wait(&mut self, port: u16) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            assert!(self.child.try_wait().is_ok_and(|ended| ended.is_none()), "pgbouncer ended: {log}");
            assert!(Instant::now() < deadline, "pgbouncer does not listen: {log}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The database without anything in between.
    pub(crate) fn direct(&self) -> &Database {
        &self.direct
    }

    /// The same, as a proxy takes it.
    pub(crate) fn test_db(&self) -> &TestDb {
        &self.direct
    }

    /// The way through it.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// How many connections the server has for this database.
    pub(crate) async fn server_connections(&self) -> i64 {
        if self.direct.server().is_cockroachdb() {
            return 0;
        }
        let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = ''";
        super::value(self.direct(), sql).await
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    listener.local_addr().expect("its address").port()
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
