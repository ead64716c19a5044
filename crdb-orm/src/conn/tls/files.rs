//! The files of certificates and keys.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::conn::url::{Roots, SslSettings};
use crate::error::{Error, Result};

/// What the system trusts changes rarely, and is read again after this time.
const SYSTEM: Duration = Duration::from_hours(1);

/// Which files are used now. Where none is named, those in the user's `.postgresql` folder are, if they are there, as by
/// libpq.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sources {
    /// `None`: nobody in particular is trusted.
    pub(super) roots: Option<Roots>,
    /// The client's certificate and its key.
    pub(super) client: Option<(PathBuf, PathBuf)>,
}

impl Sources {
    /// `verify` tells that a certificate has to be checked, so that somebody has to be trusted.
    pub(super) fn find(settings: &SslSettings, verify: bool) -> Self {
        let usual = |name: &str| {
            let file = settings.folder.as_ref()?.join(name);
            file.is_file().then_some(file)
        };
        let roots = settings.roots.clone().or_else(|| usual("root.crt").map(Roots::File));
        let roots = roots.or_else(|| verify.then_some(Roots::System));
        let certificate = settings.certificate.clone().or_else(|| usual("postgresql.crt"));
        let client = certificate.map(|certificate| {
            let key = settings.key.clone().or_else(|| usual("postgresql.key"));
            // Both may stand in one file.
            let key = key.unwrap_or_else(|| certificate.clone());
            (certificate, key)
        });
        Self { roots, client }
    }

    /// What tells that a file has changed.
    pub(super) fn stamps(&self) -> Stamps {
        let mut files = Vec::new();
        if let Some(Roots::File(file)) = &self.roots {
            files.push(stamp(file));
        }
        if let Some((certificate, key)) = &self.client {
            files.extend([stamp(certificate), stamp(key)]);
        }
        let until = (self.roots == Some(Roots::System)).then(|| Instant::now() + SYSTEM);
        Stamps { files, until }
    }
}

/// What files were like when they were read.
#[derive(Debug, Clone)]
pub(super) struct Stamps {
    files: Vec<Option<(SystemTime, u64)>>,
    until: Option<Instant>,
}

impl Stamps {
    /// Whether what was read then is what would be read now.
    pub(super) fn still(&self, now: &Self) -> bool {
        self.files == now.files && self.until.is_none_or(|until| Instant::now() < until)
    }
}

fn stamp(file: &Path) -> Option<(SystemTime, u64)> {
    let found = fs::metadata(file).ok()?;
    Some((found.modified().ok()?, found.len()))
}

/// Reads the CAs that we trust.
pub(super) fn roots(roots: &Roots) -> Result<RootCertStore> {
    let mut store = RootCertStore::empty();
    match roots {
        Roots::System => {
            let found = rustls_native_certs::load_native_certs();
            store.add_parsable_certificates(found.certs);
            if store.is_empty() {
                let why = found.errors.first().map_or_else(String::new, |error| format!(": {error}"));
                return Err(Error::configuration(format!("the system names no CA that it trusts{why}")).with_advice(
                    "install the system's CA certificates (package ca-certificates), name their file by the variable \
                     SSL_CERT_FILE, or name the CA of the cluster by `sslrootcert`",
                ));
            }
        }
        Roots::File(file) => {
            for certificate in certificates("sslrootcert", file)? {
                store.add(certificate).map_err(|error| {
                    Error::configuration(format!(
                        "`sslrootcert` {} holds a certificate that makes no sense: {error}",
                        file.display()
                    ))
                })?;
            }
        }
    }
    Ok(store)
}

/// Reads the client's certificate and those that it is signed by, and its key.
pub(super) fn client(
    certificate: &Path,
    key: &Path,
) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)> {
    let chain = certificates("sslcert", certificate)?;
    let text = read("sslkey", key)?;
    let wrong = |why: &str| Error::configuration(format!("`sslkey` {} {why}", key.display()));
    let locked = |marker: &[u8]| text.windows(marker.len()).any(|part| part == marker);
    if locked(b"ENCRYPTED") {
        return Err(wrong("is locked by a password").with_advice(
            "store it without one, readable by its owner only: openssl pkey -in locked.key -out client.key; chmod 600 client.key",
        ));
    }
    let key = PrivateKeyDer::from_pem_slice(&text).map_err(|_| {
        wrong("holds no private key in PEM form (PKCS#8, PKCS#1 or SEC1)")
            .with_advice("it begins with -----BEGIN PRIVATE KEY----- or alike; openssl pkey -in client.key converts others")
    })?;
    Ok((chain, key))
}

fn certificates(what: &str, file: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let text = read(what, file)?;
    let wrong = |why: &str| Error::configuration(format!("`{what}` {} {why}", file.display()));
    let all: Vec<_> = CertificateDer::pem_slice_iter(&text)
        .collect::<Result<_, _>>()
        .map_err(|error| wrong(&format!("cannot be read as PEM: {error}")))?;
    if all.is_empty() {
        return Err(wrong("holds no certificate in PEM form").with_advice(
            "it begins with -----BEGIN CERTIFICATE-----; openssl x509 -inform der -in a.cer -out a.crt converts others",
        ));
    }
    Ok(all)
}

fn read(what: &str, file: &Path) -> Result<Vec<u8>> {
    fs::read(file).map_err(|error| {
        let advice = match error.kind() {
            io::ErrorKind::NotFound => {
                "is the path right? nothing in it is replaced: neither `~` nor `$HOME`"
            }
            io::ErrorKind::PermissionDenied => "may this user read it?",
            _ => "is it a file that this user can read?",
        };
        let what = format!("`{what}` {} cannot be read: {error}", file.display());
        Error::configuration(what).with_advice(advice)
    })
}
