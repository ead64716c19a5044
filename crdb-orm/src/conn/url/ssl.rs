//! What a URL says about TLS.

use std::path::PathBuf;

use super::Node;
use super::environment::Environment;
use super::nearest::nearest;
use crate::error::{Error, Result};

/// Whether TLS is used, and what of the server's certificate is checked. The words of `sslmode` mean what they mean to
/// libpq (<https://www.postgresql.org/docs/current/libpq-ssl.html>).
///
/// Without one, a host that is not local is [`VerifyFull`](Self::VerifyFull), and a local one [`Prefer`](Self::Prefer).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SslMode {
    /// No TLS.
    Disable,
    /// No TLS, unless the server refuses us without.
    Allow,
    /// TLS, unless the server has none or refuses us with it. Nothing is checked, so it protects from nobody who can
    /// change what is on the wire.
    Prefer,
    /// TLS. The certificate is checked as by [`VerifyCa`](Self::VerifyCa) where a file of CAs is given or is in its
    /// usual place, and not at all otherwise.
    Require,
    /// TLS, and the certificate is signed by a CA that we trust.
    VerifyCa,
    /// TLS, the certificate is signed by a CA that we trust, and it is for the host that the URL names.
    VerifyFull,
}

impl SslMode {
    const ALL: [(&'static str, Self); 6] = [
        ("disable", Self::Disable),
        ("allow", Self::Allow),
        ("prefer", Self::Prefer),
        ("require", Self::Require),
        ("verify-ca", Self::VerifyCa),
        ("verify-full", Self::VerifyFull),
    ];

    /// The word for it in a URL.
    pub(crate) fn word(self) -> &'static str {
        word(&Self::ALL, self)
    }
}

/// How TLS begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SslNegotiation {
    /// The client asks first whether the server has TLS. Every server knows this.
    #[default]
    Postgres,
    /// TLS begins at once, which saves a round trip. PostgreSQL knows it from version 17 on, CockroachDB does not; what
    /// stands before a server and ends TLS for it may.
    Direct,
}

impl SslNegotiation {
    const ALL: [(&'static str, Self); 2] = [("postgres", Self::Postgres), ("direct", Self::Direct)];
}

/// Whether a password is bound to the TLS connection that it is sent over (SCRAM-SHA-256-PLUS), so that whoever sits in
/// between, even with a certificate that we trust, cannot use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ChannelBinding {
    /// Never.
    Disable,
    /// Where the server offers it: PostgreSQL does, CockroachDB does not.
    #[default]
    Prefer,
    /// Always: a server that does not offer it gets no password.
    Require,
}

impl ChannelBinding {
    const ALL: [(&'static str, Self); 3] =
        [("disable", Self::Disable), ("prefer", Self::Prefer), ("require", Self::Require)];
}

/// A version of TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SslVersion {
    Tls12,
    Tls13,
}

impl SslVersion {
    const ALL: [(&'static str, Self); 2] = [("TLSv1.2", Self::Tls12), ("TLSv1.3", Self::Tls13)];
}

/// Whom we trust to sign certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Roots {
    /// Those whom the operating system trusts.
    System,
    /// Those in a file.
    File(PathBuf),
}

/// What is said about TLS. What is `None` was not said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SslSettings {
    mode: Option<SslMode>,
    pub(crate) roots: Option<Roots>,
    pub(crate) certificate: Option<PathBuf>,
    pub(crate) key: Option<PathBuf>,
    negotiation: Option<SslNegotiation>,
    channel_binding: Option<ChannelBinding>,
    pub(crate) server_name: Option<bool>,
    pub(crate) at_least: Option<SslVersion>,
    pub(crate) at_most: Option<SslVersion>,
    /// The folder of the files that are used where none is named, if the user has a home.
    pub(crate) folder: Option<PathBuf>,
}

/// The keys of a URL that say something about TLS.
pub(super) const KEYS: [&str; 9] = [
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "sslnegotiation",
    "sslsni",
    "ssl_min_protocol_version",
    "ssl_max_protocol_version",
    "channel_binding",
];

/// The variables of the environment that stand for them.
const VARIABLES: [(&str, &str); 9] = [
    ("PGSSLMODE", "sslmode"),
    ("PGSSLROOTCERT", "sslrootcert"),
    ("PGSSLCERT", "sslcert"),
    ("PGSSLKEY", "sslkey"),
    ("PGSSLNEGOTIATION", "sslnegotiation"),
    ("PGSSLSNI", "sslsni"),
    ("PGSSLMINPROTOCOLVERSION", "ssl_min_protocol_version"),
    ("PGSSLMAXPROTOCOLVERSION", "ssl_max_protocol_version"),
    ("PGCHANNELBINDING", "channel_binding"),
];

impl SslSettings {
    /// What is done; known once they are complete.
    pub(crate) fn mode(&self) -> SslMode {
        self.mode.unwrap_or(SslMode::VerifyFull)
    }

    pub(crate) fn set_mode(&mut self, mode: SslMode) {
        self.mode = Some(mode);
    }

    pub(crate) fn negotiation(&self) -> SslNegotiation {
        self.negotiation.unwrap_or_default()
    }

    pub(crate) fn set_negotiation(&mut self, negotiation: SslNegotiation) {
        self.negotiation = Some(negotiation);
    }

    pub(crate) fn channel_binding(&self) -> ChannelBinding {
        self.channel_binding.unwrap_or_default()
    }

    pub(crate) fn set_channel_binding(&mut self, binding: ChannelBinding) {
        self.channel_binding = Some(binding);
    }

    /// Applies one key.
    pub(super) fn apply(&mut self, key: &str, value: String) -> Result<()> {
        let file = |value: String| {
            let fits = !value.is_empty() && !value.contains('\0');
            fits.then(|| PathBuf::from(value))
                .ok_or_else(|| Error::configuration(format!("`{key}` is not the path of a file")))
        };
        match key {
            "sslmode" => self.mode = Some(read(key, &SslMode::ALL, &value)?),
            "sslrootcert" if value == "system" => self.roots = Some(Roots::System),
            "sslrootcert" => self.roots = Some(Roots::File(file(value)?)),
            "sslcert" => self.certificate = Some(file(value)?),
            "sslkey" => self.key = Some(file(value)?),
            "sslnegotiation" => self.negotiation = Some(read(key, &SslNegotiation::ALL, &value)?),
            "sslsni" => self.server_name = Some(read(key, &[("0", false), ("1", true)], &value)?),
            "ssl_min_protocol_version" => self.at_least = Some(read(key, &SslVersion::ALL, &value)?),
            "ssl_max_protocol_version" => self.at_most = Some(read(key, &SslVersion::ALL, &value)?),
            _ => self.channel_binding = Some(read(key, &ChannelBinding::ALL, &value)?),
        }
        Ok(())
    }

    /// What was said, as keys of a URL.
    pub(super) fn pairs(&self) -> Vec<(&'static str, String)> {
        let path = |path: &PathBuf| path.to_string_lossy().into_owned();
        let roots = self.roots.as_ref().map(|roots| match roots {
            Roots::System => "system".to_owned(),
            Roots::File(file) => path(file),
        });
        let values = [
            self.mode.map(|mode| mode.word().to_owned()),
            roots,
            self.certificate.as_ref().map(path),
            self.key.as_ref().map(path),
            self.negotiation.map(|negotiation| word(&SslNegotiation::ALL, negotiation).to_owned()),
            self.server_name.map(|sent| u8::from(sent).to_string()),
            self.at_least.map(|version| word(&SslVersion::ALL, version).to_owned()),
            self.at_most.map(|version| word(&SslVersion::ALL, version).to_owned()),
            self.channel_binding.map(|binding| word(&ChannelBinding::ALL, binding).to_owned()),
        ];
        KEYS.into_iter().zip(values).filter_map(|(key, value)| Some((key, value?))).collect()
    }

    /// Fills in what was not said, and checks what was.
    ///
    /// A mode is never weakened: what cannot be had is an error.
    pub(super) fn complete(&mut self, nodes: &[Node], environment: &impl Environment) -> Result<()> {
        let said: Vec<&str> = self.pairs().into_iter().map(|(key, _)| key).collect();
        for (variable, key) in VARIABLES {
            if !said.contains(&key)
                && let Some(value) = environment.variable(variable)
            {
                self.apply(key, value).map_err(|error| error.with_context(format!("in {variable}")))?;
            }
        }
        self.folder = environment.postgresql();
        let remote = nodes.iter().find(|node| !node.is_local());
        let system = self.roots == Some(Roots::System);
        let mode = *self.mode.get_or_insert(if remote.is_some() || system {
            SslMode::VerifyFull
        } else {
            SslMode::Prefer
        });
        let weak = mode < SslMode::Require;
        if cfg!(not(feature = "tls")) && !weak {
            let why = remote
                .map_or_else(String::new, |node| format!(", the default for {node}, which is not local,"));
            return Err(Error::configuration(format!(
                "sslmode={}{why} needs TLS, and crdb-orm was built without its feature `tls`",
                mode.word()
            ))
            .with_advice("turn the feature on; on a network that you trust, say `sslmode=disable`"));
        }
        // The next two are refused by libpq, too.
        if system && mode != SslMode::VerifyFull {
            return Err(Error::configuration(format!(
                "sslmode={} is too weak for `sslrootcert=system`: anybody can have a certificate that the system \
                 trusts, so its name has to be checked",
                mode.word()
            ))
            .with_advice("use sslmode=verify-full, or name the file of your own CA by `sslrootcert`"));
        }
        if self.negotiation() == SslNegotiation::Direct && weak {
            return Err(Error::configuration(format!(
                "sslmode={} is too weak for `sslnegotiation=direct`: without asking nobody can know that the server \
                 has TLS",
                mode.word()
            ))
            .with_advice("use sslmode=require, verify-ca or verify-full"));
        }
        if self.channel_binding() == ChannelBinding::Require && mode == SslMode::Disable {
            return Err(Error::configuration(
                "`channel_binding=require` needs TLS, and sslmode=disable forbids it",
            ));
        }
        if let (Some(least), Some(most)) = (self.at_least, self.at_most)
            && least > most
        {
            return Err(Error::configuration(
                "`ssl_min_protocol_version` is above `ssl_max_protocol_version`",
            ));
        }
        if self.key.is_some() && self.certificate.is_none() && !weak {
            return Err(Error::configuration("`sslkey` is given and `sslcert` is not"));
        }
        Ok(())
    }
}

/// Reads one of some words.
fn read<T: Copy>(key: &str, words: &[(&'static str, T)], value: &str) -> Result<T> {
    words.iter().find(|(word, _)| *word == value).map(|(_, meaning)| *meaning).ok_or_else(|| {
        let names = words.iter().map(|(word, _)| *word);
        let hint = nearest(value, names.clone())
            .map_or_else(String::new, |near| format!(" (did you mean `{near}`?)"));
        let shown: String = value.chars().take(32).collect();
        let all: Vec<&str> = names.collect();
        Error::configuration(format!("unknown {key} `{shown}`{hint}; it is one of {}", all.join(", ")))
    })
}

fn word<T: Copy + PartialEq>(words: &[(&'static str, T)], meaning: T) -> &'static str {
    words.iter().find(|(_, other)| *other == meaning).map_or("", |(word, _)| word)
}
