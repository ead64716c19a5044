//! The Go program beside this file, and questions to it.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

use crdb_orm::testing::say_skipped;
use serde::{Deserialize, Serialize};

/// CockroachDB's grammar: one process that answers the questions of all tests of this program.
#[derive(Debug)]
pub(crate) struct Parser {
    process: Mutex<Process>,
}

/// What the grammar reads in one statement.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Parsed {
    /// The kind of its syntax tree, such as `CreateTable`.
    pub(crate) kind: String,
    /// How many placeholders it has.
    pub(crate) placeholders: usize,
    /// The statement as the grammar itself writes it.
    pub(crate) format: String,
    /// What the grammar makes of its own text, where that is something else; empty otherwise.
    #[serde(default)]
    pub(crate) again: String,
    /// All that the syntax tree holds: where, and what.
    #[serde(default)]
    pub(crate) leaves: Vec<(String, String)>,
}

impl Parsed {
    /// The grammar writes the storage parameters of a unique index after its predicate and visibility, and reads them
    /// before these only.
    pub(crate) fn is_misprinted(&self) -> bool {
        self.again.contains("at or near \"with\": syntax error")
            && self.format.contains("UNIQUE INDEX")
            && self.format.contains(" WITH (")
    }
}

#[derive(Debug, Default, Serialize)]
struct Question<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    sql: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    leaves: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    normal: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    keywords: bool,
}

#[derive(Debug, Deserialize)]
struct Answer {
    #[serde(default)]
    error: String,
    #[serde(default)]
    statements: Vec<Parsed>,
    #[serde(default)]
    words: Vec<String>,
}

#[derive(Debug)]
struct Process {
    questions: BufWriter<ChildStdin>,
    answers: BufReader<ChildStdout>,
    /// It ends by itself when its input does, with this program.
    _child: Child,
}

impl Parser {
    /// Builds and starts the program; without Go or without the module says that `test` is skipped.
    ///
    /// # Panics
    /// With `CI=true` without Go, and where the program does not build.
    pub(crate) fn build(test: &str) -> Option<&'static Self> {
        static BUILT: OnceLock<Result<Parser, (&str, &str)>> = OnceLock::new();
        match BUILT.get_or_init(Self::try_build) {
            Ok(parser) => Some(parser),
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
        let program =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("grammar{}", env::consts::EXE_SUFFIX));
        let built = run(&go, &["build", "-o", &program.to_string_lossy(), "."]);
        assert!(built.status.success(), "the Go program does not build:\n{}", text(&built));
        let mut child = Command::new(&program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the Go program starts");
        let questions = BufWriter::new(child.stdin.take().expect("its input"));
        let answers = BufReader::new(child.stdout.take().expect("its output"));
        Ok(Self { process: Mutex::new(Process { questions, answers, _child: child }) })
    }

    fn ask(&self, question: &Question<'_>) -> Answer {
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        let mut line = serde_json::to_string(question).expect("a question is JSON");
        line.push('\n');
        process.questions.write_all(line.as_bytes()).expect("the Go program reads");
        process.questions.flush().expect("the Go program reads");
        line.clear();
        process.answers.read_line(&mut line).expect("the Go program answers");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("an answer is not JSON: {error}: {line}"))
    }

    fn statements(&self, sql: &str, leaves: bool) -> Result<Vec<Parsed>, String> {
        let answer = self.ask(&Question { sql: Some(sql), leaves, ..Question::default() });
        if answer.error.is_empty() { Ok(answer.statements) } else { Err(answer.error) }
    }

    /// The statements of a text, or why it does not parse.
    pub(crate) fn parse(&self, sql: &str) -> Result<Vec<Parsed>, String> {
        self.statements(sql, false)
    }

    /// The same with what their syntax trees hold.
    pub(crate) fn read(&self, sql: &str) -> Result<Vec<Parsed>, String> {
        self.statements(sql, true)
    }

    /// The only statement of a text.
    pub(crate) fn one(&self, sql: &str) -> Result<Parsed, String> {
        let mut all = self.parse(sql)?;
        match all.len() {
            1 => Ok(all.remove(0)),
            count => Err(format!("it is {count} statements instead of one")),
        }
    }

    /// A name as CockroachDB stores it, in Unicode's normal form C.
    pub(crate) fn normal(&self, name: &str) -> String {
        let mut answer = self.ask(&Question { normal: Some(name), ..Question::default() });
        answer.words.pop().expect("a word for a word")
    }

    /// The keywords of the grammar.
    pub(crate) fn keywords(&self) -> Vec<String> {
        self.ask(&Question { keywords: true, ..Question::default() }).words
    }

    /// Fails unless each file parses and is not empty.
    pub(crate) fn check(&self, files: impl IntoIterator<Item = PathBuf>) {
        let mut wrong = Vec::new();
        for file in files {
            let sql = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            if let Err(error) = self.check_text(&sql) {
                wrong.push(format!("{}: {error}", file.display()));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// What is wrong with a text that shall be statements, and be the same when the grammar reads its own format of it.
    pub(crate) fn check_text(&self, sql: &str) -> Result<Vec<Parsed>, String> {
        let all = self.parse(sql)?;
        if all.is_empty() {
            return Err("there is no statement in it".to_owned());
        }
        match all.iter().find(|one| !one.again.is_empty() && !one.is_misprinted()) {
            Some(one) => Err(format!("its format is not stable:\n{}\n{}", one.format, one.again)),
            None => Ok(all),
        }
    }
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
