//! Where the server is, who logs in, and by which TLS.

use std::path::PathBuf;

use super::DatabaseBuilder;
use crate::conn::{ChannelBinding, Roots, SslMode, SslNegotiation};

impl DatabaseBuilder {
    /// Adds a host: a name, an address, or the directory of a unix socket, which begins with `/`. Without a port it is
    /// that of the URL's scheme. The URL may name none: `Database::builder("cockroachdb://")`.
    pub fn host(self, host: impl Into<String>, port: impl Into<Option<u16>>) -> Self {
        let (host, port) = (host.into(), port.into());
        self.set(|settings| settings.add_host(host, port))
    }

    /// Sets the user.
    pub fn user(self, user: impl Into<String>) -> Self {
        let user = user.into();
        self.set(|settings| settings.user = Some(user))
    }

    /// Sets the password. It is in no error, no log and no `Debug`.
    pub fn password(self, password: impl Into<String>) -> Self {
        let password: String = password.into();
        self.set(|settings| settings.password = Some(password.into()))
    }

    /// Sets the file with passwords to use in place of `PGPASSFILE` and `~/.pgpass`.
    pub fn passfile(self, file: impl Into<PathBuf>) -> Self {
        let file = file.into();
        self.set(|settings| settings.passfile = Some(file))
    }

    /// Sets the database.
    pub fn database(self, name: impl Into<String>) -> Self {
        let name = name.into();
        self.set(|settings| settings.database = Some(name))
    }

    /// Sets whether TLS is used and what of it is checked.
    pub fn ssl_mode(self, mode: SslMode) -> Self {
        self.set(|settings| settings.ssl.set_mode(mode))
    }

    /// Sets the file, in PEM form, with the CAs that may sign the server's certificate.
    pub fn ssl_root_cert(self, file: impl Into<PathBuf>) -> Self {
        let file = file.into();
        self.set(|settings| settings.ssl.roots = Some(Roots::File(file)))
    }

    /// Lets the CAs that the operating system trusts sign the server's certificate, as `sslrootcert=system` does.
    pub fn ssl_system_roots(self) -> Self {
        self.set(|settings| settings.ssl.roots = Some(Roots::System))
    }

    /// Sets the files, in PEM form, with the client's certificate and its private key.
    pub fn ssl_client_cert(self, certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        let (certificate, key) = (certificate.into(), key.into());
        self.set(|settings| {
            settings.ssl.certificate = Some(certificate);
            settings.ssl.key = Some(key);
        })
    }

    /// Sets how TLS begins.
    pub fn ssl_negotiation(self, negotiation: SslNegotiation) -> Self {
        self.set(|settings| settings.ssl.set_negotiation(negotiation))
    }

    /// Sets whether a password is bound to the TLS connection.
    pub fn channel_binding(self, binding: ChannelBinding) -> Self {
        self.set(|settings| settings.ssl.set_channel_binding(binding))
    }
}
