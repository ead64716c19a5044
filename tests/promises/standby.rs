//! A standby of PostgreSQL, for the tests of what it is not used for.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crdb_orm::testing::DevServer;
use tokio_postgres::{NoTls, SimpleQueryMessage};

/// The server ends with the shell's standard input, however the test ends.
const SUPERVISE: &str = r#""$@" & server=$!; read -r _; kill -INT "$server"; wait "$server""#;

/// A server that waits for a primary which never comes, until it is promoted.
pub(crate) struct Standby {
    folder: PathBuf,
    url: String,
    child: Child,
}

impl Standby {
    /// Starts one beside a PostgreSQL, with its programs and its account.
    pub(crate) async fn beside(server: &DevServer) -> Self {
        let programs = ask(server.url(), "SELECT setting FROM pg_config WHERE name = 'BINDIR'").await;
        let programs = PathBuf::from(programs.expect("the folder of its programs"));
        let superuser = ask(server.url(), "SELECT current_user").await.expect("its user");
        let beside = server.folder().expect("a folder");
        let owner = fs::metadata(beside).expect("a folder");
        let port =
            TcpListener::bind(("127.0.0.1", 0)).and_then(|free| free.local_addr()).expect("a port").port();
        let folder = std::env::temp_dir().join(format!("crdb-orm-standby-{}-{port}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        chown(&folder, Some(owner.uid()), Some(owner.gid())).expect("the owner of the server");
        let data = folder.join("data");
        let as_its_account = |program: &Path| {
            let mut command = Command::new(program);
            command.uid(owner.uid()).gid(owner.gid()).current_dir(&folder);
            command
        };
        let mut init = as_its_account(&programs.join("initdb"));
        init.args(["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C", "-U", &superuser, "-D"])
            .arg(&data);
        let made = init.output().expect("initdb");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        fs::write(data.join("standby.signal"), "").expect("what makes it a standby");
        let child = as_its_account(Path::new("sh"))
            .args(["-c", SUPERVISE, "sh"])
            .arg(programs.join("postgres"))
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"])
            .args(["-c", "unix_socket_directories=", "-c", "logging_collector=off"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("postgres");
        let standby =
            Self { folder, url: format!("postgresql://{superuser}@127.0.0.1:{port}/postgres"), child };
        let deadline = Instant::now() + Duration::from_secs(20);
        while tokio_postgres::connect(&standby.url, NoTls).await.is_err() {
            assert!(Instant::now() < deadline, "the standby does not answer");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(standby.ask("SELECT pg_is_in_recovery()").await.as_deref(), Some("t"));
        standby
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// One value, over a new connection.
    pub(crate) async fn ask(&self, sql: &str) -> Option<String> {
        ask(&self.url, sql).await
    }
}

async fn ask(url: &str, sql: &str) -> Option<String> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the superuser");
    tokio::spawn(connection);
    let answer = client.simple_query(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    answer.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    })
}

impl Drop for Standby {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
