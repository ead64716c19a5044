//! Quoting.
use super::TypeName;

pub(crate) fn push_ident(out: &mut String, name: &str) {
    out.push('"');
    out.push_str(&name.replace('"', "\"\""));
    out.push('"');
}

pub(crate) fn push_name(out: &mut String, name: &TypeName) {
    if let Some(schema) = name.schema {
        push_ident(out, schema);
        out.push('.');
    }
    push_ident(out, name.name);
}
