//! What binds a password to a TLS connection: the hash of the server's certificate (`tls-server-end-point`, RFC 5929).

use sha2::{Digest, Sha256, Sha384, Sha512};

/// The hash that the certificate is signed with, of the whole certificate; SHA-256 in place of weaker ones.
///
/// `None` where the signature uses no hash that is known: then there is no binding, as in libpq for such certificates.
pub(super) fn end_point(certificate: &[u8]) -> Option<Vec<u8>> {
    Some(match hash_of(certificate)? {
        Hash::Sha256 => Sha256::digest(certificate).to_vec(),
        Hash::Sha384 => Sha384::digest(certificate).to_vec(),
        Hash::Sha512 => Sha512::digest(certificate).to_vec(),
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

const SEQUENCE: u8 = 0x30;
const OBJECT: u8 = 0x06;
const CONTEXT_0: u8 = 0xA0;

/// `Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm SEQUENCE { OID, .. }, signature }` (RFC 5280).
fn hash_of(certificate: &[u8]) -> Option<Hash> {
    let (body, _) = part(certificate, SEQUENCE)?;
    let (_, rest) = part(body, SEQUENCE)?;
    let (algorithm, _) = part(rest, SEQUENCE)?;
    let (name, parameters) = part(algorithm, OBJECT)?;
    match name {
        // 1.2.840.113549.1.1: MD5, SHA-1, SHA-256, SHA-384, SHA-512 with RSA
        [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, last @ (4 | 5 | 11 | 12 | 13)] => Some(match last {
            12 => Hash::Sha384,
            13 => Hash::Sha512,
            _ => Hash::Sha256,
        }),
        // RSASSA-PSS names its hash in a parameter.
        [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 10] => {
            let (parameters, _) = part(parameters, SEQUENCE)?;
            let (hash, _) = part(parameters, CONTEXT_0)?;
            let (hash, _) = part(hash, SEQUENCE)?;
            match part(hash, OBJECT)?.0 {
                [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 1] => Some(Hash::Sha256),
                [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 2] => Some(Hash::Sha384),
                [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 3] => Some(Hash::Sha512),
                _ => None,
            }
        }
        // 1.2.840.10045.4: ECDSA with SHA-1, SHA-256, SHA-384, SHA-512
        [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, rest @ ..] => match rest {
            [1] | [3, 2] => Some(Hash::Sha256),
            [3, 3] => Some(Hash::Sha384),
            [3, 4] => Some(Hash::Sha512),
            _ => None,
        },
        // 1.3.101.112, Ed25519, hashes by SHA-512 inside; nothing says what to use for it, so there is none.
        _ => None,
    }
}

/// The content of the first DER value, which has this tag, and what follows it.
fn part(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&[found, first], rest) = der.split_first_chunk::<2>()?;
    if found != tag {
        return None;
    }
    let (length, rest) = match first {
        0..=0x7F => (usize::from(first), rest),
        0x81..=0x84 => {
            let (length, rest) = rest.split_at_checked(usize::from(first & 0x7F))?;
            (length.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As much of a certificate as is looked at.
    fn certificate(algorithm: &[u8]) -> Vec<u8> {
        let wrap = |tag: u8, content: &[u8]| {
            let mut der = vec![tag, 0x82];
            der.extend(u16::try_from(content.len()).expect("short").to_be_bytes());
            der.extend(content);
            der
        };
        let signed = wrap(SEQUENCE, &[7; 300]);
        wrap(SEQUENCE, &[signed, wrap(SEQUENCE, algorithm), vec![3, 1, 0]].concat())
    }

    #[test]
    fn the_hash_is_the_one_of_the_signature() {
        let rsa = |last| vec![6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, last, 5, 0];
        let ecdsa = |last| vec![6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, last];
        for (algorithm, length) in [
            (rsa(5), Some(32)),
            (rsa(11), Some(32)),
            (rsa(12), Some(48)),
            (rsa(13), Some(64)),
            (ecdsa(2), Some(32)),
            (ecdsa(3), Some(48)),
            (vec![6, 3, 0x2B, 0x65, 0x70], None),
        ] {
            let found = end_point(&certificate(&algorithm)).map(|hash| hash.len());
            assert_eq!(found, length, "{algorithm:x?}");
        }
    }

    #[test]
    fn bytes_that_are_no_certificate_have_no_hash() {
        let whole = certificate(&[6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2]);
        assert!((0..300).all(|length| hash_of(&whole[..length]).is_none()));
        assert_eq!(hash_of(&[0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF]), None);
    }
}
