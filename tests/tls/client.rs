//! Client certificates.

use rcgen::KeyPair;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;

use crate::certificates::{Ca, Folder, Leaf};
use crate::server::TlsServer;
use crate::support::{helps, how, refused};

/// The first key of a PEM text.
fn der(pem: &str) -> PrivateKeyDer<'static> {
    PrivateKeyDer::from_pem_slice(pem.as_bytes()).expect("a key")
}

fn pem(label: &str, der: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in der.chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, at| bits << 8 | u32::from(group.get(at).copied().unwrap_or(0)));
        for at in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * at)) as usize & 63];
            text.push(if at > group.len() { '=' } else { char::from(letter) });
        }
    }
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// The key inside a PKCS#8 key: SEQUENCE { INTEGER, SEQUENCE algorithm, OCTET STRING key, .. }.
fn inner(pkcs8: &[u8]) -> &[u8] {
    fn part(der: &[u8]) -> (&[u8], &[u8]) {
        let (length, from) = match der[1] {
            short @ 0..=0x7F => (usize::from(short), 2),
            0x81 => (usize::from(der[2]), 3),
            _ => (usize::from(der[2]) << 8 | usize::from(der[3]), 4),
        };
        der[from..].split_at(length)
    }
    let (body, _) = part(pkcs8);
    let (_version, rest) = part(body);
    let (_algorithm, rest) = part(rest);
    part(rest).0
}

#[tokio::test]
async fn a_client_certificate_logs_in_the_user_that_it_names() {
    let test = "a_client_certificate_logs_in_the_user_that_it_names";
    let Some(server) = TlsServer::shared(test).await else { return };
    let files = Folder::new();
    let ca = files.write("ca.crt", &server.ca.pem);
    let elliptic = KeyPair::generate().expect("a key");
    let rsa = KeyPair::from_pem(include_str!("rsa.pem")).expect("a key");
    for (name, key, text) in [
        ("PKCS#8, elliptic", &elliptic, elliptic.serialize_pem()),
        ("SEC1", &elliptic, pem("EC PRIVATE KEY", inner(der(&elliptic.serialize_pem()).secret_der()))),
        ("PKCS#8, RSA", &rsa, include_str!("rsa.pem").to_owned()),
        ("PKCS#1", &rsa, pem("RSA PRIVATE KEY", inner(der(include_str!("rsa.pem")).secret_der()))),
    ] {
        let certificate =
            files.write("a.crt", &server.ca.sign_key(&Leaf::client("certified"), key).certificate);
        let key = files.write("a.key", &text);
        let keys = format!("sslmode=verify-full&sslrootcert={ca}&sslcert={certificate}&sslkey={key}");
        let (tls, named) = how(&server.url("certified", &keys)).await;
        assert!(tls && named.is_some_and(|named| named.contains("CN=certified")), "{name}");
    }
    // Certificate and key in one file, which is named once.
    let pair = server.ca.sign(&Leaf::client("certified"));
    let both = files.write("both.pem", &format!("{}{}", pair.key, pair.certificate));
    assert!(how(&server.url("certified", &format!("sslmode=require&sslcert={both}"))).await.0);
}

#[tokio::test]
async fn a_client_certificate_that_is_missing_wrong_or_anothers_is_refused() {
    let test = "a_client_certificate_that_is_missing_wrong_or_anothers_is_refused";
    let Some(server) = TlsServer::shared(test).await else { return };
    let files = Folder::new();
    let node = server.node("localhost");
    let with = |name: &str, pair: &crate::certificates::Pair| {
        let certificate = files.write(&format!("{name}.crt"), &pair.certificate);
        let key = files.write(&format!("{name}.key"), &pair.key);
        server.url("certified", &format!("sslmode=require&sslcert={certificate}&sslkey={key}"))
    };

    let error = refused(&server.url("certified", "sslmode=require")).await;
    assert!(error.is_authentication(), "{error}");
    helps(&error, &node, "valid client certificate", "sslcert");

    let error = refused(&with("stranger", &Ca::new("another CA").sign(&Leaf::client("certified")))).await;
    assert!(error.is_tls(), "{error}");
    helps(&error, &node, "refused TLS", "sslcert");

    let error = refused(&with("old", &server.ca.sign(&Leaf::client("certified").valid(2001, 2002)))).await;
    assert!(error.is_tls(), "{error}");
    helps(&error, &node, "refused TLS", "expired");

    let error = refused(&with("other", &server.ca.sign(&Leaf::client("somebody_else")))).await;
    assert!(error.is_authentication(), "{error}");
    helps(&error, &node, "certificate authentication failed", "sslcert");
}
