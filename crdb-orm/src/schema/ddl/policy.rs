//! Row-level security.

use super::super::sql_text::not_expression;
use super::super::{PolicyCommand, PolicyRole, RowLevelSecurity, TableDef, ident};
use super::check::wrong;
use super::names::check_name;
use super::{DdlKind, Printer};
use crate::error::Result;

/// The policies of a table, and that they are applied.
pub(super) fn push(out: &mut Printer, table: &TableDef) {
    for policy in table.policies {
        let mut sql = "CREATE POLICY ".to_owned();
        ident::push_ident(&mut sql, policy.name);
        sql.push_str(" ON ");
        ident::push_name(&mut sql, &table.name);
        if policy.restrictive {
            sql.push_str(" AS RESTRICTIVE");
        }
        sql.push_str(match policy.command {
            PolicyCommand::All => "",
            PolicyCommand::Select => " FOR SELECT",
            PolicyCommand::Insert => " FOR INSERT",
            PolicyCommand::Update => " FOR UPDATE",
            PolicyCommand::Delete => " FOR DELETE",
        });
        for (i, role) in policy.roles.iter().enumerate() {
            sql.push_str(if i == 0 { " TO " } else { ", " });
            match role {
                PolicyRole::Public => sql.push_str("public"),
                PolicyRole::CurrentUser => sql.push_str("CURRENT_USER"),
                PolicyRole::SessionUser => sql.push_str("SESSION_USER"),
                PolicyRole::Named(name) => ident::push_ident(&mut sql, name),
            }
        }
        for (word, condition) in [(" USING (", policy.using), (" WITH CHECK (", policy.check)] {
            if let Some(condition) = condition {
                sql.push_str(word);
                sql.push_str(condition);
                sql.push(')');
            }
        }
        out.push(DdlKind::Policy, sql);
    }
    // Last, so that nobody is locked out of rows that a policy still to come would show.
    let Some(security) = table.row_level_security else { return };
    let mut sql = "ALTER TABLE ".to_owned();
    ident::push_name(&mut sql, &table.name);
    sql.push_str(" ENABLE ROW LEVEL SECURITY");
    if security == RowLevelSecurity::Forced {
        sql.push_str(", FORCE ROW LEVEL SECURITY");
    }
    out.push(DdlKind::Policy, sql);
}

pub(super) fn push_drop(out: &mut Printer, table: &TableDef) {
    for policy in table.policies {
        let mut sql = "DROP POLICY IF EXISTS ".to_owned();
        ident::push_ident(&mut sql, policy.name);
        sql.push_str(" ON ");
        ident::push_name(&mut sql, &table.name);
        out.push(DdlKind::Policy, sql);
    }
}

pub(super) fn check(table: &TableDef) -> Result<()> {
    if !table.policies.is_empty() && table.row_level_security.is_none() {
        return Err(wrong(
            table,
            "has policies that nobody applies: add `.row_level_security(RowLevelSecurity::Enabled)`",
        ));
    }
    for (i, policy) in table.policies.iter().enumerate() {
        check_name(&format!("a policy of table `{}`", table.name), policy.name)?;
        if table.policies[..i].iter().any(|other| other.name == policy.name) {
            return Err(wrong(table, format!("has two policies of the name `{}`", policy.name)));
        }
        if let Some(why) = policy.wrong() {
            return Err(wrong(table, format!("has the policy `{}`, which {why}", policy.name)));
        }
        for role in policy.roles {
            if let PolicyRole::Named(name) = role {
                check_name(&format!("a role of policy `{}` of table `{}`", policy.name, table.name), name)?;
            }
        }
        for condition in [policy.using, policy.check].into_iter().flatten() {
            if let Some(why) = not_expression(condition) {
                return Err(wrong(
                    table,
                    format!("has the policy `{}` with a condition that {why}", policy.name),
                ));
            }
        }
    }
    Ok(())
}
