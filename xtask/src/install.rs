//! Installs PostgreSQL where that takes no question, and else says how.

use std::env;
use std::process::{Command, Stdio};

/// A package manager that has PostgreSQL.
#[derive(Debug, Clone, Copy)]
enum Manager {
    Homebrew,
    Apt,
    Dnf,
    Apk,
    Pacman,
}

/// In this order: who has installed Homebrew prefers it.
const MANAGERS: [(&str, Manager); 5] = [
    ("brew", Manager::Homebrew),
    ("apt-get", Manager::Apt),
    ("dnf", Manager::Dnf),
    ("apk", Manager::Apk),
    ("pacman", Manager::Pacman),
];

/// Who may install packages here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rights {
    Root,
    /// `sudo` works without a password.
    Sudo,
    None,
}

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
enum Plan {
    /// Run these, in this order.
    Run(Vec<String>),
    /// Show this command to the user.
    Tell(&'static str),
}

fn plan(manager: Manager, rights: Rights) -> Plan {
    let prefix = match (manager, rights) {
        (Manager::Homebrew, _) => return Plan::Run(vec!["brew install postgresql@17".into()]),
        (Manager::Apt, Rights::Root) => "",
        (Manager::Apt, Rights::Sudo) => "sudo -n ",
        (Manager::Apt, Rights::None) => {
            return Plan::Tell(
                "sudo apt-get update && sudo apt-get install -y --no-install-recommends postgresql",
            );
        }
        (Manager::Dnf, _) => return Plan::Tell("sudo dnf install -y postgresql-server"),
        (Manager::Apk, _) => return Plan::Tell("sudo apk add postgresql"),
        (Manager::Pacman, _) => return Plan::Tell("sudo pacman -S postgresql"),
    };
    let quietly = "env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql";
    Plan::Run(vec![format!("{prefix}apt-get update"), format!("{prefix}{quietly}")])
}

/// Installs PostgreSQL, saying so first. Returns whether it was installed; if not, what to do has been printed.
pub(crate) fn postgresql() -> bool {
    // Where there is no manager, the caller shows every way to get a server.
    let Some((_, manager)) = MANAGERS.into_iter().find(|(program, _)| is_on_path(program)) else {
        return false;
    };
    match plan(manager, rights()) {
        Plan::Run(commands) => {
            println!("No database server was found. Installing PostgreSQL, which stands in for CockroachDB:");
            for command in &commands {
                println!("  $ {command}");
            }
            commands.iter().all(|command| run(command))
        }
        Plan::Tell(command) => {
            eprintln!("No database server was found. Install PostgreSQL and run this again:\n  {command}");
            false
        }
    }
}

fn run(command: &str) -> bool {
    let mut words = command.split_whitespace();
    let Some(program) = words.next() else { return false };
    // No input: nothing may wait for an answer.
    match Command::new(program).args(words).stdin(Stdio::null()).status() {
        Ok(status) if status.success() => true,
        // Package lists may be partly out of reach and still good enough.
        Ok(_) if command.ends_with("apt-get update") => true,
        Ok(status) => {
            eprintln!("`{command}` failed ({status})");
            false
        }
        Err(error) => {
            eprintln!("`{command}` cannot be run: {error}");
            false
        }
    }
}

fn rights() -> Rights {
    let quiet =
        |program: &str, argument: &[&str]| Command::new(program).args(argument).stdin(Stdio::null()).output();
    if quiet("id", &["-u"]).is_ok_and(|output| output.stdout.trim_ascii() == b"0") {
        Rights::Root
    } else if quiet("sudo", &["-n", "true"]).is_ok_and(|output| output.status.success()) {
        Rights::Sudo
    } else {
        Rights::None
    }
}

fn is_on_path(program: &str) -> bool {
    env::var_os("PATH")
        .is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debian_installs_as_root_or_by_sudo_that_asks_nothing() {
        let Plan::Run(commands) = plan(Manager::Apt, Rights::Root) else { panic!("not run") };
        assert_eq!(commands[0], "apt-get update");
        assert!(commands[1].ends_with("apt-get install -y --no-install-recommends postgresql"));
        let Plan::Run(commands) = plan(Manager::Apt, Rights::Sudo) else { panic!("not run") };
        assert!(commands.iter().all(|command| command.starts_with("sudo -n ")));
    }

    #[test]
    fn a_machine_that_would_ask_is_told_the_command() {
        assert!(
            matches!(plan(Manager::Apt, Rights::None), Plan::Tell(command) if command.contains("apt-get install"))
        );
        assert!(
            matches!(plan(Manager::Dnf, Rights::Root), Plan::Tell(command) if command.contains("dnf install"))
        );
    }

    #[test]
    fn homebrew_installs_without_root() {
        assert_eq!(
            plan(Manager::Homebrew, Rights::None),
            Plan::Run(vec!["brew install postgresql@17".into()])
        );
    }
}
