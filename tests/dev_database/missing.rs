//! Where there is no server, or it does not start, the error says what to do.

use std::process::Command;

use crdb_orm::testing::DevServerOptions;

use crate::support::{Scripts, nothing_is_left_of};

#[test]
fn missing_programs_are_an_error_that_says_what_to_install() {
    let empty = Scripts::new("missing_programs");
    let options = DevServerOptions::new().search_in([&empty.0]);
    assert!(!options.is_available());
    let message = options.start().expect_err("no server").to_string();
    for word in [
        "apt-get install -y postgresql",
        "brew install postgresql",
        "docker run",
        "CRDB_TEST_URL",
        "cockroach",
    ] {
        assert!(message.contains(word), "{word:?} is missing in: {message}");
    }
}

#[test]
fn the_environment_names_the_folders_to_search() {
    let empty = Scripts::new("the_environment");
    let mut holder = Command::new(env!("CARGO_BIN_EXE_dev-server-holder"));
    holder
        .arg("return")
        .env_remove("CRDB_TEST_URL")
        .env_remove("DATABASE_URL")
        .env("CRDB_DEV_SERVER_PATH", &empty.0);
    let output = holder.output().expect("the holder");
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("apt-get install"));
}

#[test]
fn a_server_that_does_not_start_is_an_error_with_the_end_of_its_log() {
    let scripts = Scripts::new("does_not_start");
    scripts.add("initdb", "echo \"in $PWD\"; echo no room on the moon >&2; exit 3");
    scripts.add("postgres", "exit 0");
    let message = DevServerOptions::new().search_in([&scripts.0]).start().expect_err("no server").to_string();
    assert!(message.contains("initdb failed"), "{message}");
    assert!(message.contains("no room on the moon"), "{message}");
    nothing_is_left_of(folder_in(&message).as_ref());

    scripts.add("initdb", "mkdir data; exit 0");
    scripts.add("postgres", "echo \"in $PWD\"; echo the port is taken >&2; exit 1");
    let message = DevServerOptions::new().search_in([&scripts.0]).start().expect_err("no server").to_string();
    assert!(message.contains("ended while it started"), "{message}");
    assert!(message.contains("the port is taken"), "{message}");
    nothing_is_left_of(folder_in(&message).as_ref());
}

#[test]
fn a_server_that_is_given_and_does_not_answer_is_an_error_without_its_password() {
    let options = DevServerOptions::new().url("postgresql://u:tiger-lily@127.0.0.1:1/x");
    assert!(!format!("{options:?}").contains("tiger-lily"));
    let message = options.start().expect_err("no server").to_string();
    assert!(message.contains("refused"), "{message}");
    assert!(message.contains("CRDB_TEST_URL"), "{message}");
    assert!(!message.contains("tiger-lily"), "{message}");
}

fn folder_in(message: &str) -> String {
    let line = message.lines().find_map(|line| line.trim().strip_prefix("in "));
    line.expect("the folder in the log").to_owned()
}
