//! What the tests of the server share.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crdb_orm::testing::{DevServer, DevServerOptions, say_skipped};

/// A server of the test's own, whatever the environment says; none on a machine that has only the address of one.
pub(crate) fn own_server(test: &str) -> Option<DevServer> {
    can_start(test).then(|| DevServerOptions::new().start().expect("a server"))
}

/// Whether a server can be started here.
pub(crate) fn can_start(test: &str) -> bool {
    let can = DevServerOptions::new().is_available();
    if !can {
        say_skipped("a machine without programs of a server", test, "it starts a server of its own");
    }
    can
}

/// Waits until something is so, and fails when it is not so within 20 seconds.
pub(crate) fn until(what: &str, mut so: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !so() {
        assert!(Instant::now() < deadline, "not within 20 seconds: {what}");
        sleep(Duration::from_millis(20));
    }
}

/// The folder is gone, and so is every process that names it or works in it.
pub(crate) fn nothing_is_left_of(folder: &Path) {
    until("the folder is gone", || !folder.exists());
    until("its processes are gone", || processes_of(folder).is_empty());
}

/// The processes that name a folder or work in it: pid and command line.
pub(crate) fn processes_of(folder: &Path) -> Vec<(u32, String)> {
    let text = folder.to_str().expect("a folder with a name in UTF-8");
    let Ok(entries) = fs::read_dir("/proc") else { return processes_by_ps(text) };
    let mut found = Vec::new();
    for entry in entries.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        let works_there =
            fs::read_link(entry.path().join("cwd")).is_ok_and(|place| place.starts_with(folder));
        if line.contains(text) || works_there {
            found.push((pid, line));
        }
    }
    found
}

fn processes_by_ps(text: &str) -> Vec<(u32, String)> {
    let output = Command::new("ps").args(["-axo", "pid=,args="]).output().expect("ps");
    let output = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines = output.lines().filter(|line| line.contains(text));
    lines
        .filter_map(|line| line.trim().split_once(' '))
        .map(|(pid, line)| (pid.parse().expect("a pid"), line.to_owned()))
        .collect()
}

/// Sends a signal to a process, or to a group when the target starts with `-`.
pub(crate) fn signal(name: &str, target: &str) {
    let sent = Command::new("/bin/sh").args(["-c", "kill -s \"$1\" -- \"$2\"", "sh", name, target]).status();
    assert!(sent.expect("sh").success(), "SIG{name} was not sent to {target}");
}

/// A process that holds a server of its own, in a group of its own, as a terminal would have it.
pub(crate) struct Holder {
    pub(crate) process: Child,
    output: BufReader<ChildStdout>,
}

impl Holder {
    pub(crate) fn start(how: &str) -> Self {
        let program = env!("CARGO_BIN_EXE_dev-server-holder");
        // Whoever runs the tests may ignore signals (`nohup` does), and that is inherited.
        let mut command = if cfg!(target_os = "linux") {
            let mut command = Command::new("env");
            command.args(["--default-signal=HUP,INT,QUIT,TERM", program]);
            command
        } else {
            Command::new(program)
        };
        command.arg(how).env_remove("CRDB_TEST_URL").env_remove("DATABASE_URL").process_group(0);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the holder");
        let output = BufReader::new(process.stdout.take().expect("its output"));
        Self { process, output }
    }

    /// The next line that it prints; waits for it.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }

    /// The folder of its server; waits until the server runs and a database is made.
    pub(crate) fn folder(&mut self) -> PathBuf {
        let folder = PathBuf::from(self.line());
        self.line();
        self.line();
        assert!(folder.is_dir(), "the holder has no server");
        assert!(!processes_of(&folder).is_empty(), "its server does not run");
        folder
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A folder of programs that the test writes as scripts, open to the account that a server runs as.
pub(crate) struct Scripts(pub(crate) PathBuf);

impl Scripts {
    pub(crate) fn new(test: &str) -> Self {
        let folder = PathBuf::from("/tmp").join(format!("scripts-of-{test}-{}", std::process::id()));
        fs::create_dir(&folder).expect("a folder");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).expect("open to all");
        Self(folder)
    }

    pub(crate) fn add(&self, name: &str, body: &str) {
        let path = self.0.join(name);
        fs::write(&path, format!("#!/bin/sh\n{body}\n")).expect("a script");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("executable");
    }
}

impl Drop for Scripts {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
