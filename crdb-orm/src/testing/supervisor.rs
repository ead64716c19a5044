//! A server of our own, with the script that takes it away when this process ends.

use std::fs;
use std::io;
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::programs::Programs;
use super::{account, address, folder};
use crate::error::{Error, Result};

const SCRIPT: &str = include_str!("supervisor.sh");

/// The script itself gives up after a minute.
const LONGEST_START: Duration = Duration::from_mins(2);
const LONGEST_STOP: Duration = Duration::from_secs(15);
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// How many of the last lines of the server's log an error shows.
const LOG_LINES: usize = 15;

/// A running server. Dropping it stops the server and removes its folder; so does the end of this process.
#[derive(Debug)]
pub(super) struct Supervisor {
    script: Child,
    /// Only this process holds this end of the pipe; the server lives until it closes.
    lifeline: Option<ChildStdin>,
    folder: PathBuf,
}

/// Starts a server and returns it with its URL.
pub(super) fn start(programs: &Programs, tcp: bool) -> Result<(Supervisor, String)> {
    folder::sweep();
    // Between the choice of a free port and its use, another process may take it.
    let mut attempts = 3;
    loop {
        attempts -= 1;
        let started = start_once(programs, tcp);
        if started.is_ok() || !tcp || attempts == 0 {
            return started;
        }
    }
}

fn start_once(programs: &Programs, tcp: bool) -> Result<(Supervisor, String)> {
    let (kind, program_folder) = match programs {
        Programs::Cockroach(folder) => ("cockroach", folder),
        Programs::PostgreSql(folder) => ("postgresql", folder),
    };
    // CockroachDB chooses a free port itself and tells which.
    let port = if tcp && kind == "postgresql" {
        Some(free_port().map_err(failed("find a free port"))?)
    } else {
        None
    };
    let own = folder::create().map_err(failed("make a temporary folder"))?;
    let (supervisor, lock) = match spawn(kind, program_folder, port, &own) {
        Ok(script) => (script, own.lock),
        Err(error) => {
            let _ = fs::remove_dir_all(&own.path);
            return Err(error);
        }
    };
    drop(lock);
    let supervisor = supervisor.wait_until_ready()?;
    let url = match (programs, port) {
        (Programs::Cockroach(_), _) => {
            let text = fs::read_to_string(supervisor.folder.join("listening-url"));
            address::with_database(text.map_err(failed("read the server's URL"))?.trim(), "defaultdb")
        }
        (Programs::PostgreSql(_), Some(port)) => address::local_port("postgres", port, "postgres"),
        (Programs::PostgreSql(_), None) => {
            let socket = supervisor.folder.to_str().ok_or_else(|| {
                Error::new("cannot start a database server: the name of the temporary folder is not UTF-8; set TMPDIR")
            })?;
            address::unix_socket("postgres", socket, "postgres")
        }
    };
    Ok((supervisor, url))
}

fn spawn(kind: &str, programs: &Path, port: Option<u16>, own: &folder::Folder) -> Result<Supervisor> {
    let mut command = shell();
    command
        .args(["-c", SCRIPT, "crdb-orm-dev-server"])
        .arg(&own.path)
        .arg(kind)
        .arg(programs)
        .arg(port.map(|port| port.to_string()).unwrap_or_default())
        // Ctrl-C in the terminal goes to the parent's group; the script must live to clean up.
        .process_group(0)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(own.lock.try_clone().map_err(failed("share the lock"))?)
        .stderr(own.lock.try_clone().map_err(failed("share the lock"))?);
    for (name, _) in std::env::vars_os() {
        // PGDATA, PGPORT and the like would change what the programs do.
        if name.to_str().is_some_and(|name| name.starts_with("PG") || name.starts_with("COCKROACH_")) {
            command.env_remove(name);
        }
    }
    if own.of_root && kind == "postgresql" {
        let account = account::unprivileged().ok_or_else(|| {
            Error::new(
                "cannot start PostgreSQL as root: it needs an unprivileged account, and /etc/passwd has neither `postgres` \
                 nor `nobody`; run as another user, or add one: useradd --system postgres",
            )
        })?;
        chown(&own.path, Some(account.uid), Some(account.gid))
            .map_err(failed("hand the folder to PostgreSQL's account"))?;
        command.uid(account.uid).gid(account.gid);
    }
    let mut script = command.spawn().map_err(failed("run /bin/sh"))?;
    let lifeline = script.stdin.take();
    Ok(Supervisor { script, lifeline, folder: own.path.clone() })
}

/// A shell that can trap every signal: one that is ignored on entry (under `nohup`, in a background job of a script)
/// stays ignored, by the rules of POSIX, unless it is reset before the shell starts.
fn shell() -> Command {
    const RESET: &str = "--default-signal=HUP,INT,QUIT,TERM";
    let can_reset =
        Command::new("env").args([RESET, "true"]).stdin(Stdio::null()).stderr(Stdio::null()).status();
    if can_reset.is_ok_and(|status| status.success()) {
        let mut command = Command::new("env");
        command.args([RESET, "/bin/sh"]);
        return command;
    }
    Command::new("/bin/sh")
}

impl Supervisor {
    fn wait_until_ready(mut self) -> Result<Self> {
        let deadline = Instant::now() + LONGEST_START;
        loop {
            if self.folder.join("ready").exists() {
                return Ok(self);
            }
            if let Ok(reason) = fs::read_to_string(self.folder.join("failed")) {
                return Err(self.error(reason.trim()));
            }
            match self.script.try_wait() {
                Ok(Some(status)) => return Err(self.error(&format!("its supervisor ended ({status})"))),
                Err(error) => return Err(self.error(&format!("its supervisor is lost ({error})"))),
                Ok(None) if Instant::now() > deadline => return Err(self.error("it took too long")),
                Ok(None) => sleep(LOOK_AGAIN),
            }
        }
    }

    fn error(&self, reason: &str) -> Error {
        let mut message = format!("the database server for tests did not start: {reason}");
        for file in ["log", "lock"] {
            let text = fs::read(self.folder.join(file)).unwrap_or_default();
            let text = String::from_utf8_lossy(&text);
            let lines: Vec<&str> = text.lines().collect();
            for line in &lines[lines.len().saturating_sub(LOG_LINES)..] {
                message.push_str("\n  ");
                message.push_str(line);
            }
        }
        Error::new(message)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        let deadline = Instant::now() + LONGEST_STOP;
        while matches!(self.script.try_wait(), Ok(None)) && Instant::now() < deadline {
            sleep(LOOK_AGAIN);
        }
    }
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn failed(what: &'static str) -> impl Fn(io::Error) -> Error {
    move |error| Error::new(format!("cannot start a database server for tests: could not {what}: {error}"))
}
