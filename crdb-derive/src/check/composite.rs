//! Composite types: their names.

use super::column::has_sql_type;
use crate::errors::Errors;
use crate::names;
use crate::parse::CompositeAst;

/// The names of the fields in SQL, in order.
pub(crate) fn composite(ast: &CompositeAst, errors: &mut Errors) -> Vec<String> {
    let name = ast.name.as_ref().map_or_else(|| names::snake(&ast.ident), |text| text.value.clone());
    let span = ast.name.as_ref().map_or(ast.ident.span(), |text| text.span);
    if let Some(wrong) = names::wrong_sql_name("a composite type", &name) {
        errors.add(span, wrong);
    }
    super::sql_name("a schema", ast.schema.as_ref(), errors);
    let mut all: Vec<String> = Vec::new();
    for field in &ast.fields {
        let name =
            field.rename.as_ref().map_or_else(|| names::plain(&field.ident), |text| text.value.clone());
        let span = field.rename.as_ref().map_or(field.ident.span(), |text| text.span);
        has_sql_type(&field.ty, errors);
        if let Some(wrong) = names::wrong_sql_name("a field", &name) {
            errors.add(span, wrong);
        }
        if all.contains(&name) {
            errors.add(span, format!("two fields are called `{name}`"));
        }
        all.push(name);
    }
    all
}
