//! The environment of the process, and one for tests.

use std::path::PathBuf;

/// Where defaults come from.
pub(super) trait Environment {
    /// A variable as it is.
    fn given(&self, name: &str) -> Option<String>;

    /// A variable; one that is empty counts as not set.
    fn variable(&self, name: &str) -> Option<String> {
        self.given(name).filter(|value| !value.is_empty())
    }

    /// The user of the operating system.
    fn user(&self) -> Option<String>;

    /// The home folder of the user.
    fn home(&self) -> Option<PathBuf> {
        self.variable(if cfg!(windows) { "APPDATA" } else { "HOME" }).map(PathBuf::from)
    }

    /// The user's folder for PostgreSQL's clients.
    fn postgresql(&self) -> Option<PathBuf> {
        self.home().map(|home| home.join(if cfg!(windows) { "postgresql" } else { ".postgresql" }))
    }

    /// The usual place of the password file.
    fn passfile(&self) -> Option<PathBuf> {
        if cfg!(windows) {
            self.postgresql().map(|folder| folder.join("pgpass.conf"))
        } else {
            self.home().map(|home| home.join(".pgpass"))
        }
    }
}

/// The environment of this process.
pub(super) struct Process;

impl Environment for Process {
    fn given(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn user(&self) -> Option<String> {
        // Without one, the driver says so when it connects.
        whoami::username().ok().filter(|name| !name.is_empty())
    }
}
