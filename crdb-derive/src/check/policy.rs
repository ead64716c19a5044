//! Row-level security.

use super::{expression_text, sql_name};
use crate::errors::Errors;
use crate::parse::{ContainerAttrs, Role};

pub(super) fn check(attrs: &ContainerAttrs, errors: &mut Errors) {
    for (i, policy) in attrs.policies.iter().enumerate() {
        sql_name("a policy", Some(&policy.name), errors);
        let (name, span) = (&policy.name.value, policy.name.span);
        if attrs.policies[..i].iter().any(|other| other.name.value == *name) {
            errors.add(span, format!("two policies are called `{name}`"));
        }
        if i == 0 && attrs.row_level_security.is_none() {
            errors.add(
                span,
                format!(
                    "the policy `{name}` does nothing unless the table says so: add `row_level_security`"
                ),
            );
        }
        for role in &policy.roles {
            if let Role::Named(role) = role {
                sql_name("a role", Some(role), errors);
            }
        }
        for condition in [&policy.using, &policy.check].into_iter().flatten() {
            expression_text(condition, errors);
        }
        let command = policy.command.map(|(command, _)| command);
        match (command, &policy.using, &policy.check) {
            (_, None, None) => {
                errors.add(
                    span,
                    format!("the policy `{name}` has no condition: add `using = \"..\"` or `check = \"..\"`"),
                );
            }
            (Some("Insert"), Some(using), _) => {
                errors.add(using.span, "an INSERT sees no rows: write the condition as `check = \"..\"`");
            }
            (Some("Select" | "Delete"), _, Some(check)) => {
                errors.add(
                    check.span,
                    "a SELECT or DELETE writes no rows: write the condition as `using = \"..\"`",
                );
            }
            _ => {}
        }
    }
}
