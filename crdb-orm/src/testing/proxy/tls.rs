//! TLS between a client and a proxy, which ends it.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::client::verify_server_name;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::ParsedCertificate;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use crate::conn::{Reader, Writer};
use crate::error::{Error, Result};

/// How PostgreSQL's protocol is called where TLS begins at once.
const ALPN: &[u8] = b"postgresql";

/// The certificate that a proxy shows to its clients.
pub(super) struct Shown {
    acceptor: TlsAcceptor,
    certificate: CertificateDer<'static>,
}

impl Shown {
    /// Takes PEM texts: the certificate, with those that it is signed by behind it, and its private key.
    pub(super) fn new(certificate: &[u8], key: &[u8]) -> Result<Self> {
        let wrong = |what: &str, why: String, advice: &'static str| {
            Error::configuration(format!("the {what} for a test proxy {why}")).with_advice(advice)
        };
        let chain: Vec<CertificateDer<'static>> =
            CertificateDer::pem_slice_iter(certificate).collect::<Result<_, _>>().map_err(|error| {
                wrong("certificate", format!("cannot be read as PEM: {error}"), "pass the text of the file")
            })?;
        let own = chain.first().cloned().ok_or_else(|| {
            let why = "is not there: the text holds none in PEM form".to_owned();
            wrong("certificate", why, "it begins with -----BEGIN CERTIFICATE-----")
        })?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| {
            let why = "is not there: the text holds none in PEM form (PKCS#8, PKCS#1 or SEC1)".to_owned();
            wrong(
                "private key",
                why,
                "it begins with -----BEGIN PRIVATE KEY----- or alike, and has no password",
            )
        })?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::configuration(format!("TLS of a test proxy cannot be set up: {error}")))?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(|error| {
                let why = format!("and its key cannot be used: {error}");
                wrong("certificate", why, "do they belong together?")
            })?;
        config.alpn_protocols = vec![ALPN.to_vec()];
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), certificate: own })
    }

    /// Makes TLS of a client's connection. One that has not asked for it has to name the protocol, as with PostgreSQL.
    pub(super) async fn accept(&self, client: TcpStream, at_once: bool) -> io::Result<(Reader, Writer)> {
        let stream = self.acceptor.accept(client).await?;
        if at_once && stream.get_ref().1.alpn_protocol() != Some(ALPN) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "TLS at once, without ALPN"));
        }
        let (reader, writer) = tokio::io::split(stream);
        Ok((Box::new(reader), Box::new(writer)))
    }

    /// Whether a password that is bound to one of the two certificates is bound to the other one, too.
    pub(super) fn is(&self, servers: Option<&[u8]>) -> bool {
        servers == Some(&*self.certificate)
    }

    /// The first of some hosts that it is for.
    pub(super) fn host<'h>(&self, hosts: &[&'h str]) -> Option<&'h str> {
        let certificate = ParsedCertificate::try_from(&self.certificate).ok()?;
        let fits = |host: &&str| {
            let name = host
                .parse::<IpAddr>()
                .map(ServerName::from)
                .or_else(|_| ServerName::try_from((*host).to_owned()))
                .unwrap_or(ServerName::from(IpAddr::V4(Ipv4Addr::UNSPECIFIED)));
            verify_server_name(&certificate, &name).is_ok()
        };
        hosts.iter().copied().find(fits)
    }
}
