//! Step two: what was parsed against itself. All mistakes are noted, and what is left makes a model, whole enough for
//! the fallback when something is wrong.

mod column;
mod composite;
mod enums;
mod expressions;
mod feed;
mod foreign_key;
mod generated;
mod index;
mod index_options;
mod key;
mod locality;
mod place;
mod policy;
mod red_lines;
mod relation;
mod storage;
mod volatile;

use std::collections::HashMap;

use crate::errors::{Errors, did_you_mean};
use crate::model::{Field, Table};
use crate::names;
use crate::parse::{StructAst, Text};

pub(crate) use self::composite::composite;
pub(crate) use self::enums::{Label, labels};
pub(crate) use self::expressions::Expression;

/// Checks a table.
pub(crate) fn table(mut ast: StructAst, errors: &mut Errors) -> Table {
    let name = match &ast.attrs.table {
        Some(text) => text.value.clone(),
        None => names::snake(&ast.ident),
    };
    let name_span = ast.attrs.table.as_ref().map_or(ast.ident.span(), |text| text.span);
    if let Some(wrong) = names::wrong_sql_name("a table", &name) {
        errors.add(name_span, wrong);
    }
    sql_name("a schema", ast.attrs.schema.as_ref(), errors);
    for expression in ast.attrs.checks.iter().chain(ast.fields.iter().flat_map(|field| &field.attrs.checks)) {
        sql_name("a constraint", expression.name.as_ref(), errors);
        expression_text(&expression.expression, errors);
    }

    let expressions = expressions::of(&ast);
    let key = key::check(&mut ast, errors);
    let fields: Vec<Field> = column::check(&mut ast, &key, errors);
    if fields.iter().all(|field| field.column.is_none()) {
        errors.add(ast.ident.span(), format!("`{}` has no columns", ast.ident));
    }
    let columns = Columns::new(&fields);
    expressions::check(&expressions, &columns, errors);
    let key = key::resolve(key, &columns, errors);
    let locality = locality::check(&mut ast, &fields, &columns, errors);
    let indexes =
        index::check(&mut ast, &fields, &columns, &index::Stored::of(&key, locality.as_ref()), errors);
    let foreign_keys =
        foreign_key::check(std::mem::take(&mut ast.attrs.foreign_keys), &fields, &columns, errors);
    let relations = std::mem::take(&mut ast.attrs.relations);
    let relations = relation::check(relations, &ast.ident, &fields, &columns, &foreign_keys, errors);
    red_lines::check(
        &red_lines::Checked {
            ast: &ast,
            fields: &fields,
            key: &key,
            indexes: &indexes,
            foreign_keys: &foreign_keys,
            locality: locality.as_ref(),
        },
        errors,
    );
    let ttl = storage::ttl(ast.attrs.ttl.take(), &columns, errors);
    let families = storage::families(&ast, &fields, &columns, errors);
    let changefeeds = feed::check(std::mem::take(&mut ast.attrs.changefeeds), &columns, errors);
    let parameters = storage::parameters(std::mem::take(&mut ast.attrs.storage), errors);
    policy::check(&ast.attrs, errors);
    let partitions = std::mem::take(&mut ast.attrs.partitions);
    let named = place::Indexes::of(&name, &key, &fields, &indexes);
    let partitions = place::partitions(partitions, &key, &named, &columns, errors);
    place::zones(&ast.attrs.zones, &named, &partitions, errors);
    let mut allows: Vec<_> =
        std::mem::take(&mut ast.attrs.allows).into_iter().map(|allow| (None, allow)).collect();
    for (at, field) in ast.fields.iter_mut().enumerate() {
        allows.extend(std::mem::take(&mut field.attrs.allows).into_iter().map(|allow| (Some(at), allow)));
    }
    let mut checks: Vec<(Option<String>, String)> = Vec::new();
    for check in
        ast.attrs.checks.into_iter().chain(ast.fields.into_iter().flat_map(|field| field.attrs.checks))
    {
        let name = check.name.as_ref().map(|name| name.value.clone());
        if let Some(taken) = &check.name
            && checks.iter().any(|(other, _)| *other == name)
        {
            errors.add(taken.span, format!("two constraints are called `{}`", taken.value));
        }
        checks.push((name, check.expression.value));
    }
    Table {
        ident: ast.ident,
        vis: ast.vis,
        comment: ast.comment,
        name,
        schema: ast.attrs.schema.map(|text| text.value),
        fields,
        key,
        indexes,
        checks,
        locality,
        auto_rehoming: ast.attrs.auto_rehoming.is_some(),
        ttl,
        families,
        storage: parameters,
        exclude_data_from_backup: ast.attrs.exclude_data_from_backup.is_some(),
        schema_locked: ast.attrs.schema_locked,
        partitions,
        zones: ast.attrs.zones,
        policies: ast.attrs.policies,
        row_level_security: ast.attrs.row_level_security,
        foreign_keys,
        allows,
        relations,
        changefeeds,
        expressions,
    }
}

/// Checks an ad-hoc row: only names and skipped fields.
pub(crate) fn row(mut ast: StructAst, errors: &mut Errors) -> Vec<Field> {
    column::row(&mut ast, errors)
}

/// Notes a name that SQL does not allow.
fn sql_name(what: &str, name: Option<&Text>, errors: &mut Errors) {
    if let Some(name) = name
        && let Some(wrong) = names::wrong_sql_name(what, &name.value)
    {
        errors.add(name.span, wrong);
    }
}

/// Notes an SQL expression that cannot be one.
fn expression_text(text: &Text, errors: &mut Errors) {
    if text.value.trim().is_empty() {
        errors.add(text.span, "an SQL expression cannot be empty");
    } else if text.value.contains('\0') {
        errors.add(text.span, "an SQL expression cannot hold a NUL");
    }
}

/// The columns by the names of their fields.
pub(crate) struct Columns {
    by_field: HashMap<String, (usize, String)>,
    names: Vec<String>,
    skipped: Vec<String>,
}

impl Columns {
    fn new(fields: &[Field]) -> Self {
        let mut all = Self { by_field: HashMap::new(), names: Vec::new(), skipped: Vec::new() };
        for (index, field) in fields.iter().enumerate() {
            let name = names::plain(&field.ident);
            if let Some(column) = &field.column {
                all.by_field.insert(name.clone(), (index, column.name.clone()));
                all.names.push(name);
            } else {
                all.skipped.push(name);
            }
        }
        all
    }

    /// The position of the column of that SQL name, or a hint what is meant.
    fn by_name(&self, name: &str) -> Result<usize, String> {
        let found = self.by_field.values().find(|(_, column)| column == name);
        found.map(|(position, _)| *position).ok_or_else(|| match self.by_field.get(name) {
            Some((_, column)) => format!("SQL names columns, not fields: write `{column}`"),
            None => did_you_mean(name, self.by_field.values().map(|(_, column)| column.as_str())),
        })
    }

    /// The column that a name in SQL, which is none, was probably meant to be.
    fn nearest(&self, name: &str) -> Option<&str> {
        let columns = || self.by_field.values().map(|(_, column)| column.as_str());
        if columns().any(|column| column.eq_ignore_ascii_case(name)) {
            return None;
        }
        let slips = match name.len() {
            0..=3 => 0,
            4..=7 => 1,
            _ => 2,
        };
        columns()
            .map(|column| (strsim::damerau_levenshtein(name, column), column))
            .filter(|(distance, _)| *distance <= slips)
            .min()
            .map(|(_, column)| column)
    }

    /// The position and column name of a field that an attribute names.
    fn find(&self, field: &syn::Ident, errors: &mut Errors) -> Option<(usize, String)> {
        let name = names::plain(field);
        let found = self.by_field.get(&name);
        if found.is_none() {
            let message = if self.skipped.contains(&name) {
                format!("`{name}` is skipped, so it is not a column")
            } else if let Some((field, _)) = self.by_field.iter().find(|(_, (_, column))| *column == name) {
                format!("columns are named by their fields here: write `{field}` for the column `{name}`")
            } else {
                let hint = did_you_mean(&name, self.names.iter().map(String::as_str));
                format!("there is no field `{name}`: {hint}")
            };
            errors.add(field.span(), message);
        }
        found.cloned()
    }
}
