//! What `sslmode` asks for, and whether it can be had.

use super::Node;
use crate::error::{Error, Result};

/// The modes of libpq.
const MODES: [&str; 6] = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

/// Accepts what works without TLS, and refuses everything else: a mode is never weakened silently.
///
/// `verify-full` is the default for a host that is not local.
pub(super) fn check(mode: Option<&str>, nodes: &[Node]) -> Result<()> {
    match mode {
        Some("disable" | "allow" | "prefer") => Ok(()),
        Some(mode) if MODES.contains(&mode) => Err(no_tls(&format!("sslmode={mode}"))),
        Some(mode) => {
            let hint = super::nearest::nearest(mode, MODES)
                .map_or_else(String::new, |near| format!(" (did you mean `{near}`?)"));
            Err(Error::configuration(format!(
                "unknown sslmode `{mode}`{hint}; it is one of {}",
                MODES.join(", ")
            )))
        }
        None => match nodes.iter().find(|node| !node.is_local()) {
            None => Ok(()),
            Some(node) => {
                Err(no_tls(&format!("sslmode=verify-full, the default for {node}, which is not local,")))
            }
        },
    }
}

fn no_tls(what: &str) -> Error {
    Error::configuration(format!("{what} needs TLS, which this version does not have yet")).with_advice(
        "on a network that you trust, say so by `sslmode=disable`; else reach the server through a TLS tunnel \
         on this machine",
    )
}
