//! What these tests share.

use std::error::Error as _;
use std::fmt::Write as _;

use crdb_orm::{Database, Error, Sql};

/// Two words that stand nowhere but in passwords.
pub(crate) const SECRETS: [&str; 2] = ["Geheim7x", "Wort9q"];

/// The password of the role `scram`, and how it stands in a URL.
pub(crate) const PASSWORD: &str = "Geheim7x%2FWort9q";

/// Everything that an error can be made to say.
pub(crate) fn all_of(error: &Error) -> String {
    let mut all = format!("{error}\n{error:#}\n{error:?}\n{error:#?}\n{:?}\n", error.history());
    let mut source = error.source();
    while let Some(cause) = source {
        let _ = writeln!(all, "{cause}\n{cause:?}\n{cause:#?}");
        source = cause.source();
    }
    all
}

pub(crate) fn tells_no_secret(text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret} in: {text}");
    }
}

/// It names the node, says what is wrong and what to check, and no secret.
pub(crate) fn helps(error: &Error, node: &str, what: &str, check: &str) {
    tells_no_secret(&all_of(error));
    let text = error.to_string();
    assert!(text.contains(node), "{node} is not in: {text}");
    let (said, hint) = text.split_once(" hint: ").unwrap_or_else(|| panic!("no hint in: {text}"));
    assert!(said.contains(what), "{what} is not in: {text}");
    assert!(hint.contains(check), "{check} is not in the hint of: {text}");
}

/// Connects, and tells whether that is by TLS, and whom the client's certificate names.
pub(crate) async fn how(url: &str) -> (bool, Option<String>) {
    let db = Database::connect(url).await.unwrap_or_else(|error| panic!("{url}: {error}"));
    let sql = "SELECT ssl, client_dn FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    let how: (bool, Option<String>) = Sql::trusted(sql).one(&db).await.expect("what the server knows of it");
    db.close().await;
    how
}

pub(crate) async fn is_tls(url: &str) -> bool {
    how(url).await.0
}

pub(crate) async fn refused(url: &str) -> Error {
    let builder = Database::builder(url);
    tells_no_secret(&format!("{builder:?} {builder:#?} {}", builder.shown_url()));
    let error = builder.connect().await.map(drop).expect_err("a connection that must not be made");
    tells_no_secret(&all_of(&error));
    error
}
