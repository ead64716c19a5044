//! What of a sink's URI may be shown.
//!
//! A credential can be anywhere in a URI that a person wrote: before an `@`, in a parameter, in a webhook's path. So
//! only what is known to be harmless and looks so is shown.

/// What stands for what may be a credential, as the server writes it in `SHOW CHANGEFEED JOBS`.
pub(super) const REDACTED: &str = "redacted";

/// Parameters whose values are no secret.
const SHOWN: [&str; 16] = [
    "AUTH",
    "AWS_REGION",
    "AZURE_ENVIRONMENT",
    "S3_STORAGE_CLASS",
    "file_size",
    "insecure_tls_skip_verify",
    "partition_format",
    "region",
    "sasl_aws_region",
    "sasl_enabled",
    "sasl_grant_type",
    "sasl_handshake",
    "sasl_mechanism",
    "tls_enabled",
    "topic_name",
    "topic_prefix",
];

/// Parameters whose values are secrets, or may be.
const HIDDEN: [&str; 28] = [
    "ASSUME_ROLE",
    "AWS_ACCESS_KEY_ID",
    "AWS_ENDPOINT",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AZURE_ACCOUNT_KEY",
    "AZURE_ACCOUNT_NAME",
    "AZURE_CLIENT_ID",
    "AZURE_CLIENT_SECRET",
    "AZURE_TENANT_ID",
    "BEARER_TOKEN",
    "CREDENTIALS",
    "api_key",
    "api_secret",
    "ca_cert",
    "client_cert",
    "client_key",
    "sasl_aws_iam_role_arn",
    "sasl_aws_iam_session_name",
    "sasl_client_id",
    "sasl_client_secret",
    "sasl_password",
    "sasl_scopes",
    "sasl_token_url",
    "sasl_user",
    "shared_access_key",
    "shared_access_key_name",
    "with_table_name_attribute",
];

/// Which part of a URI before its parameters may be shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// The host and its path, such as a bucket's.
    Path,
    /// The host.
    Host,
    /// Nothing: a path may be a secret, as that of a chat's webhook is.
    Nothing,
}

/// A URI with `redacted` for all that may be a credential. `rest` is what stands after `://`.
pub(super) fn uri(scheme: &str, rest: &str, shown: Shown) -> String {
    let mut out = format!("{scheme}://");
    // What an `@` may end is a password; a space or a `#` is in no URI that was written with care.
    if rest.contains(|c: char| c == '@' || c == '#' || !c.is_ascii_graphic()) {
        out.push_str(REDACTED);
        return out;
    }
    let (base, query) = rest.split_once('?').map_or((rest, None), |(base, query)| (base, Some(query)));
    let host = base.split('/').next().unwrap_or_default();
    match shown {
        Shown::Path if harmless(base) => out.push_str(base),
        Shown::Path | Shown::Host if harmless(host) => out.push_str(host),
        _ => out.push_str(REDACTED),
    }
    for (i, parameter) in query.iter().flat_map(|query| query.split('&')).enumerate() {
        out.push(if i == 0 { '?' } else { '&' });
        let (name, value) = parameter.split_once('=').unwrap_or((REDACTED, ""));
        if SHOWN.contains(&name) && value.len() <= 64 && harmless(value) && !value.contains(['/', ':']) {
            out.push_str(parameter);
        } else if SHOWN.contains(&name) || HIDDEN.contains(&name) {
            out.push_str(name);
            out.push('=');
            out.push_str(REDACTED);
        } else {
            out.push_str(REDACTED);
        }
    }
    out
}

/// The address of a schema registry, of which only the host is shown.
pub(super) fn registry(address: &str) -> String {
    match address.split_once("://") {
        Some((scheme @ ("http" | "https"), rest)) => {
            let base = rest.split_once('?').map_or(rest, |(base, _)| base);
            uri(scheme, if rest.contains('@') { "@" } else { base }, Shown::Host)
        }
        _ => REDACTED.to_owned(),
    }
}

fn harmless(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-:,/[]".contains(&byte))
}
