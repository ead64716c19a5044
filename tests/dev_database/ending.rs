//! Nothing is left of a server, however the process that started it ends.

use std::fs;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use crate::support::{Holder, can_start, nothing_is_left_of, own_server, processes_of, signal, until};

#[test]
fn nothing_is_left_after_a_drop() {
    let Some(server) = own_server("nothing_is_left_after_a_drop") else { return };
    let folder = server.folder().expect("its folder").to_owned();
    assert!(folder.is_dir());
    drop(server);
    assert!(!folder.exists(), "a drop waits for the end");
    nothing_is_left_of(&folder);
}

#[test]
fn nothing_is_left_after_a_normal_end() {
    ends_by_itself("nothing_is_left_after_a_normal_end", "return", 0);
    ends_by_itself("nothing_is_left_after_a_normal_end", "exit", 0);
}

#[test]
fn nothing_is_left_after_a_panic() {
    ends_by_itself("nothing_is_left_after_a_panic", "panic", 101);
}

#[test]
fn nothing_is_left_after_sigterm() {
    ends_by_signal("nothing_is_left_after_sigterm", "TERM", false);
}

#[test]
fn nothing_is_left_after_sigkill() {
    ends_by_signal("nothing_is_left_after_sigkill", "KILL", false);
}

#[test]
fn nothing_is_left_after_ctrl_c() {
    // A terminal sends it to the whole group.
    ends_by_signal("nothing_is_left_after_ctrl_c", "INT", true);
}

#[test]
fn nothing_is_left_when_the_terminal_closes() {
    ends_by_signal("nothing_is_left_when_the_terminal_closes", "HUP", true);
}

#[test]
fn nothing_is_left_when_killed_while_the_server_starts() {
    if !can_start("nothing_is_left_when_killed_while_the_server_starts") {
        return;
    }
    for milliseconds in [0, 60, 250, 500, 800] {
        let mut holder = Holder::start("wait");
        let own = format!("crdb-orm-dev-{}-", holder.process.id());
        let of_the_holder = || -> Vec<PathBuf> {
            let entries = [std::env::temp_dir(), "/tmp".into()]
                .into_iter()
                .filter_map(|place| fs::read_dir(place).ok());
            let paths = entries.flatten().flatten().map(|entry| entry.path());
            paths.filter(|path| path.to_str().is_some_and(|text| text.contains(&own))).collect()
        };
        // Between the folder and its supervisor there is less than a millisecond; the next start would sweep that folder.
        until("its supervisor runs", || of_the_holder().first().is_some_and(|path| !processes_of(path).is_empty()));
        let folder = of_the_holder().remove(0);
        sleep(Duration::from_millis(milliseconds));
        holder.process.kill().expect("killed");
        holder.process.wait().expect("ended");
        nothing_is_left_of(&folder);
    }
}

#[test]
fn nothing_is_left_when_the_supervisor_is_told_to_end() {
    for name in ["TERM", "INT", "HUP"] {
        let Some(server) = own_server("nothing_is_left_when_the_supervisor_is_told_to_end") else { return };
        let folder = server.folder().expect("its folder").to_owned();
        signal(name, &supervisor_of(&folder).to_string());
        nothing_is_left_of(&folder);
    }
}

#[test]
fn a_server_whose_supervisor_is_killed_ends_too() {
    let test = "a_server_whose_supervisor_is_killed_ends_too";
    if !PathBuf::from("/usr/bin/setpriv").exists() {
        crdb_orm::testing::say_skipped("a system without setpriv", test, "nothing else tells the server");
        return;
    }
    let Some(server) = own_server(test) else { return };
    let folder = server.folder().expect("its folder").to_owned();
    signal("KILL", &supervisor_of(&folder).to_string());
    drop(server);
    until("its processes are gone", || processes_of(&folder).is_empty());
    // A later start sweeps the folder; this test does not wait until it is old enough.
    fs::remove_dir_all(&folder).expect("removed");
}

fn supervisor_of(folder: &std::path::Path) -> u32 {
    let found = processes_of(folder).into_iter().find(|(_, line)| line.contains("crdb-orm-dev-server"));
    found.expect("a supervisor").0
}

fn ends_by_itself(test: &str, how: &str, code: i32) {
    if !can_start(test) {
        return;
    }
    let mut holder = Holder::start(how);
    let folder = PathBuf::from(holder.line());
    assert_eq!(holder.process.wait().expect("ended").code(), Some(code));
    assert!(folder.is_absolute(), "the holder has no server");
    nothing_is_left_of(&folder);
}

fn ends_by_signal(test: &str, name: &str, whole_group: bool) {
    if !can_start(test) {
        return;
    }
    let mut holder = Holder::start("wait");
    let folder = holder.folder();
    let pid = holder.process.id();
    signal(name, &if whole_group { format!("-{pid}") } else { pid.to_string() });
    assert!(!holder.process.wait().expect("ended").success());
    nothing_is_left_of(&folder);
}
