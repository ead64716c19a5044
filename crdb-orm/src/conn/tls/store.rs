//! What TLS is set up with, kept until a file changes.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls::version::{TLS12, TLS13};

use super::files::{self, Sources, Stamps};
use super::stream::Maker;
use super::verify::Verifier;
use crate::conn::url::{Roots, SslMode, SslNegotiation, SslSettings, SslVersion};
use crate::error::{Error, Result};

/// How PostgreSQL's protocol is called where TLS begins at once
/// (<https://www.iana.org/assignments/tls-extensiontype-values>).
pub(super) const ALPN: &[u8] = b"postgresql";

/// The settings of TLS and what was read for them.
pub(in crate::conn) struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    settings: SslSettings,
    read: Mutex<Option<Read>>,
}

/// What was read, from where, and what the files were like.
#[derive(Clone)]
struct Read {
    sources: Sources,
    stamps: Stamps,
    config: Arc<ClientConfig>,
}

impl Store {
    pub(in crate::conn) fn new(settings: &SslSettings) -> Self {
        Self { shared: Arc::new(Shared { settings: settings.clone(), read: Mutex::default() }) }
    }

    /// What makes TLS of a new connection. Files that have changed are read again.
    ///
    /// # Errors
    /// A file cannot be read or used. Where it could be before, the last good one is used instead: somebody may be
    /// replacing it at this moment.
    pub(in crate::conn) async fn maker(&self) -> Result<Maker> {
        let shared = self.shared.clone();
        let read = tokio::task::spawn_blocking(move || shared.current()).await;
        let config = read.map_err(|error| Error::new(format!("reading certificates failed: {error}")))??;
        let settings = &self.shared.settings;
        Ok(Maker {
            config,
            direct: settings.negotiation() == SslNegotiation::Direct,
            by_name: settings.mode() == SslMode::VerifyFull,
        })
    }

    /// Whom we trust, for people.
    pub(in crate::conn) fn trusts(&self) -> String {
        let settings = &self.shared.settings;
        match Sources::find(settings, settings.mode() >= SslMode::VerifyCa).roots {
            Some(Roots::File(file)) => format!("the CAs in {}", file.display()),
            Some(Roots::System) | None => "the CAs that the system trusts".to_owned(),
        }
    }
}

impl Shared {
    fn current(&self) -> Result<Arc<ClientConfig>> {
        let sources = Sources::find(&self.settings, self.settings.mode() >= SslMode::VerifyCa);
        let stamps = sources.stamps();
        let before = self.read.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(before) = &before
            && before.sources == sources
            && before.stamps.still(&stamps)
        {
            return Ok(before.config.clone());
        }
        match self.load(&sources) {
            Ok(config) => {
                let read = Read { sources, stamps, config: config.clone() };
                *self.read.lock().unwrap_or_else(PoisonError::into_inner) = Some(read);
                Ok(config)
            }
            Err(error) => match before {
                Some(before) => {
                    tracing::warn!(%error, "changed certificates cannot be used: going on with the last good ones");
                    Ok(before.config)
                }
                None => Err(error),
            },
        }
    }

    fn load(&self, sources: &Sources) -> Result<Arc<ClientConfig>> {
        let settings = &self.settings;
        let failed = |error: rustls::Error| Error::configuration(format!("TLS cannot be set up: {error}"));
        let provider = Arc::new(ring::default_provider());
        let roots = sources.roots.as_ref().map(files::roots).transpose()?;
        let verifier = Verifier::new(roots, settings.mode() == SslMode::VerifyFull, &provider);
        let versions: Vec<_> = [(SslVersion::Tls13, &TLS13), (SslVersion::Tls12, &TLS12)]
            .into_iter()
            .filter(|(version, _)| settings.at_least.is_none_or(|least| *version >= least))
            .filter(|(version, _)| settings.at_most.is_none_or(|most| *version <= most))
            .map(|(_, version)| version)
            .collect();
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&versions)
            .map_err(failed)?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        let mut config = match &sources.client {
            None => builder.with_no_client_auth(),
            Some((certificate, key)) => {
                let (chain, private) = files::client(certificate, key)?;
                builder.with_client_auth_cert(chain, private).map_err(|error| {
                    Error::configuration(format!(
                        "the client certificate {} and the key {} cannot be used: {error}",
                        certificate.display(),
                        key.display()
                    ))
                    .with_advice("do they belong together?")
                })?
            }
        };
        config.enable_sni = settings.server_name.unwrap_or(true);
        if settings.negotiation() == SslNegotiation::Direct {
            config.alpn_protocols = vec![ALPN.to_vec()];
        }
        Ok(Arc::new(config))
    }
}
