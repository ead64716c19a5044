//! Enums and their labels.

use heck::{ToKebabCase, ToLowerCamelCase, ToPascalCase, ToShoutySnakeCase, ToSnakeCase};
use syn::Ident;

use super::sql_name;
use crate::errors::{Errors, did_you_mean};
use crate::names;
use crate::parse::EnumAst;

/// A variant and its label.
pub(crate) struct Label {
    pub(crate) variant: Ident,
    pub(crate) label: String,
}

const RULES: [&str; 8] = [
    "PascalCase",
    "SCREAMING_SNAKE_CASE",
    "UPPERCASE",
    "camelCase",
    "kebab-case",
    "lowercase",
    "snake_case",
    "verbatim",
];

/// The labels of an enum, in order.
pub(crate) fn labels(ast: &EnumAst, errors: &mut Errors) -> Vec<Label> {
    sql_name("a type", ast.name.as_ref(), errors);
    sql_name("a schema", ast.schema.as_ref(), errors);
    if ast.name.is_none()
        && let Some(wrong) = names::wrong_sql_name("a type", &names::snake(&ast.ident))
    {
        errors.add(ast.ident.span(), wrong);
    }
    let rule = ast.rename_all.as_ref().map_or("snake_case", |rule| {
        if RULES.contains(&rule.value.as_str()) {
            return &rule.value;
        }
        let by_lower_case = RULES.iter().find(|known| known.eq_ignore_ascii_case(&rule.value));
        let hint = by_lower_case
            .map_or_else(|| did_you_mean(&rule.value, RULES), |known| format!("did you mean `{known}`?"));
        errors.add(rule.span, format!("`{}` is not a renaming rule: {hint}", rule.value));
        "snake_case"
    });
    let mut labels: Vec<Label> = Vec::new();
    for variant in &ast.variants {
        let (label, span) = match &variant.rename {
            Some(text) => (text.value.clone(), text.span),
            None => (renamed(&names::plain(&variant.ident), rule), variant.ident.span()),
        };
        if let Some(wrong) = names::wrong_sql_name("a label", &label) {
            errors.add(span, wrong);
        }
        if let Some(other) = labels.iter().find(|other| other.label == label) {
            let message =
                format!("`{}` and `{}` both have the label `{label}`", other.variant, variant.ident);
            errors.add(span, message);
            continue;
        }
        labels.push(Label { variant: variant.ident.clone(), label });
    }
    labels
}

fn renamed(name: &str, rule: &str) -> String {
    match rule {
        "PascalCase" => name.to_pascal_case(),
        "SCREAMING_SNAKE_CASE" => name.to_shouty_snake_case(),
        "UPPERCASE" => name.to_uppercase(),
        "camelCase" => name.to_lower_camel_case(),
        "kebab-case" => name.to_kebab_case(),
        "lowercase" => name.to_lowercase(),
        "verbatim" => name.to_owned(),
        _ => name.to_snake_case(),
    }
}
