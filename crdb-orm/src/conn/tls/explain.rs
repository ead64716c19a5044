//! What is wrong with TLS, in words.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::io;

use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, Error as Tls};

use super::Explained;
use super::stream::NO_ALPN;

/// Explains an error of TLS that stands anywhere behind `error`. `trusts` says whom we trust.
pub(in crate::conn) fn explain(
    error: &(dyn StdError + 'static),
    host: &str,
    trusts: &str,
) -> Option<Explained> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(tls) = error.downcast_ref::<Tls>() {
            return Some(of_rustls(tls, host, trusts));
        }
        let io = error.downcast_ref::<io::Error>();
        if let Some(inner) = io.and_then(io::Error::get_ref) {
            if let Some(tls) = inner.downcast_ref::<Tls>() {
                return Some(of_rustls(tls, host, trusts));
            }
            if inner.to_string() == NO_ALPN {
                return Some(Explained {
                    what: NO_ALPN.to_owned(),
                    advice:
                        "PostgreSQL knows `sslnegotiation=direct` from version 17 on, CockroachDB does not: \
                             leave it out"
                            .into(),
                });
            }
        }
        next = error.source();
    }
    None
}

fn of_rustls(error: &Tls, host: &str, trusts: &str) -> Explained {
    let (what, advice): (String, Cow<'static, str>) = match error {
        Tls::InvalidCertificate(error) => of_certificate(error, host, trusts),
        Tls::AlertReceived(alert) => of_alert(*alert),
        Tls::InvalidMessage(_)
        | Tls::InappropriateMessage { .. }
        | Tls::InappropriateHandshakeMessage { .. } => {
            ("what it sent is not TLS".to_owned(), "is it a CockroachDB or PostgreSQL port?".into())
        }
        Tls::PeerIncompatible(why) => (
            format!("it has no version or cipher of TLS that we have: {why:?}"),
            "TLS 1.2 with ECDHE, or TLS 1.3, is needed; see `ssl_min_protocol_version`, too".into(),
        ),
        other => (other.to_string(), "see `sslmode` and the certificates".into()),
    };
    Explained { what, advice }
}

fn of_certificate(error: &CertificateError, host: &str, trusts: &str) -> (String, Cow<'static, str>) {
    match error {
        CertificateError::UnknownIssuer => (
            format!("its certificate is signed by nobody of {trusts}"),
            "name the file with the CA's certificate by `sslrootcert`: CockroachDB Cloud's console offers it, \
             `cockroach cert create-ca` writes ca.crt"
                .into(),
        ),
        CertificateError::NotValidForNameContext { presented, .. } => {
            let mut names: Vec<_> = presented.iter().map(|name| plain(name)).take(8).collect();
            names.sort();
            let names = if names.is_empty() { "no name at all".to_owned() } else { names.join(", ") };
            (
                format!("its certificate is for {names} and not for {host}"),
                "use a name of the certificate as host in the URL, or let the certificate name this host (in its \
                 subjectAltName; the common name does not count); sslmode=verify-ca does not look at the name"
                    .into(),
            )
        }
        CertificateError::NotValidForName => (
            format!("its certificate is not for {host}"),
            "use a name of the certificate as host in the URL; sslmode=verify-ca does not look at the name".into(),
        ),
        CertificateError::Expired => ("its certificate has expired".to_owned(), EXPIRED.into()),
        CertificateError::ExpiredContext { time, not_after } => (
            format!("its certificate, or its CA's, expired {} ago", time_between(*not_after, *time)),
            EXPIRED.into(),
        ),
        CertificateError::NotValidYet => ("its certificate is not valid yet".to_owned(), CLOCK.into()),
        CertificateError::NotValidYetContext { time, not_before } => (
            format!("its certificate is valid only in {}", time_between(*time, *not_before)),
            CLOCK.into(),
        ),
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => (
            "its certificate is not for servers".to_owned(),
            "the certificate's extended key usage has to allow server authentication".into(),
        ),
        CertificateError::BadSignature => (
            "its certificate is signed wrongly".to_owned(),
            "does `sslrootcert` hold the CA that has signed it, or another one of the same name?".into(),
        ),
        CertificateError::Other(other) if format!("{other:?}").contains("CaUsedAsEndEntity") => (
            "its certificate is a CA's own, which must not be used for a server".to_owned(),
            "sign another certificate for the server with it, and name the CA's file by `sslrootcert`".into(),
        ),
        other => (format!("its certificate cannot be used: {other}"), "make a new one for the server".into()),
    }
}

const EXPIRED: &str = "renew the node's certificate (and check the clock of this machine)";
const CLOCK: &str = "check the clocks of this machine and of the node";

fn of_alert(alert: AlertDescription) -> (String, Cow<'static, str>) {
    let advice = match alert {
        AlertDescription::CertificateRequired | AlertDescription::HandshakeFailure => {
            "does it want a client certificate? name it by `sslcert` and `sslkey`"
        }
        AlertDescription::UnknownCA
        | AlertDescription::BadCertificate
        | AlertDescription::CertificateExpired
        | AlertDescription::CertificateUnknown
        | AlertDescription::CertificateRevoked
        | AlertDescription::DecryptError
        | AlertDescription::UnsupportedCertificate => {
            "it does not accept our client certificate (`sslcert`): is it signed by the CA that the server trusts, and \
             has it not expired?"
        }
        AlertDescription::NoApplicationProtocol => {
            "PostgreSQL knows `sslnegotiation=direct` from version 17 on, CockroachDB does not: leave it out"
        }
        AlertDescription::UnrecognisedName => {
            "it knows no cluster by this host name: is the host in the URL right?"
        }
        AlertDescription::ProtocolVersion => "it wants another version of TLS than 1.2 or 1.3",
        _ => "see the log of the node, too",
    };
    (format!("it refused TLS: {alert:?}"), advice.into())
}

/// A name as webpki shows it, `DnsName("a")`, without what stands around it.
fn plain(name: &str) -> String {
    name.split('"').nth(1).map_or_else(|| name.to_owned(), str::to_owned)
}

fn time_between(from: UnixTime, to: UnixTime) -> String {
    match to.as_secs().saturating_sub(from.as_secs()) {
        seconds @ 0..7200 => format!("{} min", seconds / 60),
        seconds @ 7200..172_800 => format!("{} h", seconds / 3600),
        seconds => format!("{} days", seconds / 86_400),
    }
}
