//! Whose rows a handle reaches: the one place where the tenant of a handle meets the statements that ask for it.
//!
//! A statement of a table of tenants is written before its handle is known. It has `tenant_id = $n` in its text, always,
//! and at `$n` a value that stands for the tenant of the handle. Here it is filled in; a handle that has none is refused.

use std::any::TypeId;
use std::borrow::Cow;
use std::sync::Arc;

use super::{Label, Statement};
use crate::error::{Error, Kind, Result};
use crate::query::placeholders;
use crate::schema::ColumnType;
use crate::types::{Field, OfTenant, Slot, Value};

/// Whose rows a handle reaches.
#[derive(Debug, Clone, Default)]
pub(crate) enum Reach {
    /// Those of tables that belong to no tenant.
    #[default]
    Shared,
    /// Those, and the rows of one tenant.
    One(Arc<One>),
    /// All.
    Everyone,
}

#[derive(Debug)]
pub(crate) struct One {
    value: Value,
    /// The type of the column: two kinds of tenants may both be UUIDs.
    kind: TypeId,
}

/// The verb of SQL of the caller's own, which knows nothing of tenants.
pub(crate) const RAW_SQL: &str = "sql";

impl Reach {
    pub(crate) fn one<V: Field>(tenant: &V) -> Self {
        Self::One(Arc::new(One { value: tenant.to_value(), kind: TypeId::of::<V>() }))
    }

    /// The statement with the tenant filled in.
    ///
    /// # Errors
    /// The handle has no tenant, or a row of another one was given; SQL of the caller's own on a handle of one tenant.
    pub(crate) fn fit<'s>(&self, statement: &'s Statement) -> Result<Cow<'s, Statement>> {
        if statement.values.iter().all(|value| matches!(value.of_tenant(), OfTenant::Nothing)) {
            return match self {
                Self::One(_) if is_raw(statement.label) => Err(raw(statement.label)),
                _ => Ok(Cow::Borrowed(statement)),
            };
        }
        match self {
            Self::Shared => Err(refused(statement.label, NO_TENANT)
                .with_advice("say whose rows: `db.scoped(tenant)`, in a transaction `tx.scoped(tenant)`; for those of all tenants `db.all_tenants(\"why\")`")),
            Self::One(one) => one.fill(statement).map(Cow::Owned),
            Self::Everyone => everyone(statement).map(Cow::Owned),
        }
    }
}

const NO_TENANT: &str =
    "a table in it belongs to tenants, and the handle does not say to which one: nothing was sent";

fn refused(label: Label, why: &str) -> Error {
    Error::of_kind(Kind::Refused, why).with_label(label)
}

/// A plan of SQL of the caller's own has no table either.
fn is_raw(label: Label) -> bool {
    label.verb == RAW_SQL || (label.verb == "explain" && label.table.is_none())
}

fn raw(label: Label) -> Error {
    refused(label, "SQL of your own knows nothing of the tenant of the handle: nothing was sent").with_advice(
        "write the tenant into it and say so, `sql.unscoped(\"why\")`; or run it on the database itself",
    )
}

impl One {
    fn fill(&self, statement: &Statement) -> Result<Statement> {
        let mut filled = statement.clone();
        for value in &mut filled.values {
            let kind = match value.of_tenant() {
                OfTenant::Nothing => continue,
                OfTenant::Wanted(kind, _) | OfTenant::Given(kind, _) => kind,
            };
            if kind != self.kind {
                let why = "a table in it belongs to another kind of tenants than that of the handle: nothing was sent";
                return Err(refused(statement.label, why).with_advice(
                    "`db.all_tenants(\"why\")` reaches both; or read them one after the other",
                ));
            }
            match value.of_tenant() {
                OfTenant::Given(_, given) => {
                    if !self.is_only(value.column_type(), given) {
                        let why =
                            "a row of another tenant than that of the handle was given: nothing was sent";
                        return Err(refused(statement.label, why)
                            .with_advice("leave the tenant's column out: the handle fills it in"));
                    }
                }
                _ => *value = self.value.clone(),
            }
        }
        Ok(filled)
    }

    /// Whether a value, or each element of an array of them, is the tenant.
    fn is_only(&self, ty: ColumnType, given: Option<&[u8]>) -> bool {
        let (Some(given), Some(own)) = (given, self.value.bytes()) else { return false };
        if !matches!(ty, ColumnType::Array(_)) {
            return given == own;
        }
        // Dimensions, whether there are NULLs, type, length, lower bound; then each element with its length.
        let Some(mut rest) = given.get(20..) else { return given.len() == 12 };
        while let Some((length, elements)) = rest.split_first_chunk::<4>() {
            // A NULL is no tenant, and the column takes none.
            let Ok(length) = usize::try_from(i32::from_be_bytes(*length)) else {
                rest = elements;
                continue;
            };
            match elements.split_at_checked(length) {
                Some((element, behind)) if element == own => rest = behind,
                _ => return false,
            }
        }
        rest.is_empty()
    }
}

/// The statement over the rows of all tenants: `tenant_id = $2` becomes `tenant_id IS NOT NULL`.
fn everyone(statement: &Statement) -> Result<Statement> {
    let wanted = |value: &Value| matches!(value.of_tenant(), OfTenant::Wanted(_, Slot::Where));
    let new = |value: &Value| matches!(value.of_tenant(), OfTenant::Wanted(_, Slot::New));
    if statement.values.iter().any(new) {
        let why = "it makes a row, and does not say of which tenant: nothing was sent";
        return Err(refused(statement.label, why)
            .with_advice("give the tenant's column; or use `db.scoped(tenant)`, which fills it in"));
    }
    let gone: Vec<bool> = statement.values.iter().map(wanted).collect();
    let values = statement.values.iter().filter(|value| !wanted(value)).cloned().collect();
    let text = |sql: &str| Cow::Owned(without(sql, &statement.values, &gone));
    Ok(Statement {
        sql: text(&statement.sql),
        locking: statement.locking.as_deref().map(text),
        values,
        expects: statement.expects.clone(),
        ..*statement
    })
}

/// A text without the placeholders that are `gone`: what is none, such as `$1` in quotes, is left alone.
fn without(sql: &str, values: &[Value], gone: &[bool]) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut written = 0;
    for (start, end, number) in placeholders::places(sql) {
        out.push_str(sql.get(written..start).unwrap_or_default());
        written = end;
        let place = number.wrapping_sub(1);
        if let (Some(true), Some(value)) = (gone.get(place), values.get(place)) {
            let mut whole = String::new();
            crate::query::push_placeholder(&mut whole, number, value.column_type());
            let cast = whole.trim_start_matches('$').trim_start_matches(|c: char| c.is_ascii_digit());
            if sql.get(end..).is_some_and(|rest| rest.starts_with(cast)) {
                written += cast.len();
            }
            out.truncate(out.strip_suffix(" = ").map_or(out.len(), str::len));
            out.push_str(" IS NOT NULL");
            continue;
        }
        let before = gone.iter().take(number).filter(|gone| **gone).count();
        out.push('$');
        out.push_str(&number.saturating_sub(before).to_string());
    }
    out.push_str(sql.get(written..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exec::{Class, Expects};

    fn statement(sql: &'static str, values: Vec<Value>) -> Statement {
        let label = Label { verb: "select", table: Some("t") };
        Statement { sql: sql.into(), values, locking: None, class: Class::Read, label, expects: Expects::Any }
    }

    fn tenant() -> Value {
        Value::tenant(ColumnType::Int8, TypeId::of::<i64>(), Slot::Where)
    }

    #[test]
    fn for_all_tenants_the_condition_goes_and_the_placeholders_are_counted_anew() {
        let sql = "SELECT '$2', \"a$2\" FROM t WHERE a = $1 AND t.tenant_id = $2 AND b = $3 LIMIT $12";
        let mut values = vec![Value::encode(&1_i64); 12];
        values[1] = tenant();
        let fitted = everyone(&statement(sql, values)).unwrap();
        assert_eq!(
            fitted.sql,
            "SELECT '$2', \"a$2\" FROM t WHERE a = $1 AND t.tenant_id IS NOT NULL AND b = $2 LIMIT $11"
        );
        assert_eq!(fitted.values.len(), 11);
    }

    #[test]
    fn what_is_no_placeholder_stays_as_it_is() {
        let sql = r"SELECT E'\'$1', $$ $1 $$, a /* $1 ' */ FROM t WHERE tenant_id = $1 AND b = $2 -- $1";
        let fitted = everyone(&statement(sql, vec![tenant(), Value::encode(&1_i64)])).unwrap();
        let wanted =
            r"SELECT E'\'$1', $$ $1 $$, a /* $1 ' */ FROM t WHERE tenant_id IS NOT NULL AND b = $1 -- $1";
        assert_eq!((&*fitted.sql, fitted.values.len()), (wanted, 1));
    }

    #[test]
    fn for_all_tenants_a_cast_goes_with_its_placeholder() {
        let region = Value::tenant(ColumnType::Region, TypeId::of::<i64>(), Slot::Where);
        let values = vec![region.clone(), Value::encode(&1_i64), region];
        let sql = "UPDATE t SET a = $2 WHERE region = $1::TEXT::crdb_internal_region \
                   AND EXISTS (SELECT 1 FROM u WHERE u.region = $3::TEXT::crdb_internal_region)";
        let fitted = everyone(&statement(sql, values)).unwrap();
        assert_eq!(
            fitted.sql,
            "UPDATE t SET a = $1 WHERE region IS NOT NULL AND EXISTS (SELECT 1 FROM u WHERE u.region IS NOT NULL)"
        );
    }

    #[test]
    fn a_handle_without_a_tenant_sends_nothing() {
        let asked = statement("SELECT 1 FROM t WHERE tenant_id = $1", vec![tenant()]);
        assert!(Reach::Shared.fit(&asked).unwrap_err().to_string().contains("does not say to which one"));
        assert!(Reach::one(&7_i32).fit(&asked).unwrap_err().to_string().contains("another kind"));
        assert_eq!(Reach::one(&7_i64).fit(&asked).unwrap().values, [Value::encode(&7_i64)]);
    }

    #[test]
    fn every_element_of_an_array_is_looked_at() {
        let kind = TypeId::of::<i64>();
        let given = |values: Vec<i64>| statement("INSERT", vec![values.to_value().for_tenant(kind)]);
        let seven = Reach::one(&7_i64);
        assert!(seven.fit(&given(vec![7, 7, 7])).is_ok());
        assert!(seven.fit(&given(vec![7, 7, 8])).is_err());
        assert!(seven.fit(&given(vec![8, 7])).is_err());
        assert!(Reach::Everyone.fit(&given(vec![7, 8])).is_ok());
        assert!(Reach::Shared.fit(&given(vec![7])).is_err());
    }
}
