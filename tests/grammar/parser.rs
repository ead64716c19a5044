//! The Go program beside this file.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use crdb_orm::testing::say_skipped;

/// The program, built.
#[derive(Debug, Clone)]
pub(crate) struct Parser {
    program: PathBuf,
}

impl Parser {
    /// Builds the program; without Go or without the module says that `test` is skipped.
    ///
    /// # Panics
    /// With `CI=true` without Go, and where the program does not build.
    pub(crate) fn build(test: &str) -> Option<Self> {
        static BUILT: OnceLock<Result<Parser, (&str, &str)>> = OnceLock::new();
        match BUILT.get_or_init(Self::try_build) {
            Ok(parser) => Some(parser.clone()),
            Err((place, reason)) => {
                say_skipped(place, test, reason);
                None
            }
        }
    }

    fn try_build() -> Result<Self, (&'static str, &'static str)> {
        let go = go();
        assert!(go.is_some() || env::var("CI").as_deref() != Ok("true"), "Go is not installed: see .ci/run");
        let go = go.ok_or(("a machine without Go", "the grammar of CockroachDB is a Go module"))?;
        // It fetches what the program is made of, and nothing else.
        if !run(&go, &["list", "-deps", "."]).status.success() {
            return Err(("a machine without the Go module", "cockroachdb-parser could not be fetched"));
        }
        let program = folder().join(format!("grammar{}", env::consts::EXE_SUFFIX));
        let built = run(&go, &["build", "-o", &program.to_string_lossy(), "."]);
        assert!(built.status.success(), "the Go program does not build:\n{}", text(&built));
        Ok(Self { program })
    }

    /// Fails unless all files parse.
    pub(crate) fn check(&self, files: impl IntoIterator<Item = PathBuf>) {
        let output = Command::new(&self.program).args(files).output().expect("the Go program runs");
        assert!(output.status.success(), "{}", text(&output));
    }

    /// Fails unless the text parses.
    pub(crate) fn check_text(&self, name: &str, sql: &str) {
        let path = folder().join(format!("{name}.sql"));
        fs::write(&path, sql).expect("a file for the text");
        self.check([path]);
    }

    /// The keywords of the grammar.
    pub(crate) fn keywords(&self) -> Vec<String> {
        let output = Command::new(&self.program).arg("-keywords").output().expect("the Go program runs");
        assert!(output.status.success(), "{}", text(&output));
        String::from_utf8(output.stdout).expect("words").lines().map(str::to_owned).collect()
    }
}

fn folder() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

/// Go on `PATH`, or where its own installer puts it.
fn go() -> Option<OsString> {
    ["go", "/usr/local/go/bin/go"]
        .map(OsString::from)
        .into_iter()
        .find(|go| Command::new(go).arg("version").output().is_ok_and(|output| output.status.success()))
}

fn run(go: &OsString, arguments: &[&str]) -> Output {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("grammar");
    let mut command = Command::new(go);
    command.args(arguments).current_dir(source).env("GOFLAGS", "-mod=readonly");
    command.output().expect("Go runs")
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
