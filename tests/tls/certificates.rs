//! Certificates, made for one test.

use std::fs;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    date_time_ymd,
};

/// A folder for the files of one test, gone at its end.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        let path = std::env::temp_dir().join(format!("crdb-orm-tls-{:016x}", fastrand::u64(..)));
        fs::create_dir(&path).expect("a folder");
        Self(path)
    }

    /// Writes a file and returns its path.
    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        fs::write(&path, text).expect("a file");
        path.into_os_string().into_string().expect("a path of letters")
    }

    /// Makes a folder in it.
    pub(crate) fn folder(&self, name: &str) -> String {
        let path = self.0.join(name);
        fs::create_dir(&path).expect("a folder");
        path.into_os_string().into_string().expect("a path of letters")
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A certificate authority.
pub(crate) struct Ca {
    issuer: Issuer<'static, KeyPair>,
    pub(crate) pem: String,
}

/// A certificate and its key, in PEM form.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

/// What a certificate is for.
pub(crate) struct Leaf {
    names: Vec<String>,
    common_name: String,
    purpose: ExtendedKeyUsagePurpose,
    years: (i32, i32),
}

impl Leaf {
    /// One of a server with these names, host names or addresses.
    pub(crate) fn server(names: &[&str]) -> Self {
        Self {
            names: names.iter().map(ToString::to_string).collect(),
            common_name: "node".to_owned(),
            purpose: ExtendedKeyUsagePurpose::ServerAuth,
            years: (2020, 2120),
        }
    }

    /// One that logs in this user.
    pub(crate) fn client(user: &str) -> Self {
        let purpose = ExtendedKeyUsagePurpose::ClientAuth;
        Self { names: Vec::new(), common_name: user.to_owned(), purpose, years: (2020, 2120) }
    }

    /// The first day of the first year until the first day of the second.
    pub(crate) fn valid(mut self, from: i32, until: i32) -> Self {
        self.years = (from, until);
        self
    }
}

impl Ca {
    pub(crate) fn new(name: &str) -> Self {
        Self::with_key(name, KeyPair::generate().expect("a key"))
    }

    pub(crate) fn with_key(name: &str, key: KeyPair) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let pem = params.self_signed(&key).expect("a CA").pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    pub(crate) fn sign(&self, leaf: &Leaf) -> Pair {
        self.sign_key(leaf, &KeyPair::generate().expect("a key"))
    }

    pub(crate) fn sign_key(&self, leaf: &Leaf, key: &KeyPair) -> Pair {
        let mut params = CertificateParams::new(leaf.names.clone()).expect("names");
        params.distinguished_name.push(DnType::CommonName, &leaf.common_name);
        params.extended_key_usages = vec![leaf.purpose.clone()];
        params.not_before = date_time_ymd(leaf.years.0, 1, 1);
        params.not_after = date_time_ymd(leaf.years.1, 1, 1);
        let certificate = params.signed_by(key, &self.issuer).expect("a certificate").pem();
        Pair { certificate, key: key.serialize_pem() }
    }
}
