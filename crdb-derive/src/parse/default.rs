//! `default = ..`: a label, a call, a literal or SQL.

use std::fmt::Write as _;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned as _;
use syn::{Expr, ExprCall, ExprLit, ExprUnary, Lit, Path, UnOp};

use super::items::Item;

/// What a column holds when an insert leaves it out.
pub(crate) struct DefaultAttr {
    pub(crate) span: Span,
    pub(crate) kind: DefaultKind,
}

pub(crate) enum DefaultKind {
    /// An SQL expression.
    Sql(String),
    /// A text, printed as a literal.
    Text(String),
    Integer(i128),
    /// A number with a point or an exponent, as it is written.
    Float(String),
    Bool(bool),
    /// A variant of an enum, or a `Region`.
    Label(Path),
}

const FORMS: &str = "a default is a variant (`Status::Open`), a call of SQL (`now()`), a literal (`0`, `\"new\"`, `true`), or any SQL: `sql(\"..\")`";

impl DefaultAttr {
    pub(super) fn parse(item: &Item) -> syn::Result<Self> {
        let value = item.value("default = ..")?;
        let expression: Expr = syn::parse2(value).map_err(|error| syn::Error::new(error.span(), FORMS))?;
        let span = expression.span();
        Ok(Self { span, kind: kind(&expression)? })
    }
}

/// A value that is no whole attribute.
pub(super) fn value(tokens: TokenStream) -> syn::Result<(DefaultKind, Span)> {
    let expression: Expr = syn::parse2(tokens)
        .map_err(|error| syn::Error::new(error.span(), "expected a literal, or any SQL: `sql(\"..\")`"))?;
    Ok((kind(&expression)?, expression.span()))
}

fn kind(expression: &Expr) -> syn::Result<DefaultKind> {
    match expression {
        Expr::Lit(ExprLit { lit, .. }) => literal(lit, ""),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => match &**expr {
            Expr::Lit(ExprLit { lit: lit @ (Lit::Int(_) | Lit::Float(_)), .. }) => literal(lit, "-"),
            _ => Err(syn::Error::new(expression.span(), FORMS)),
        },
        Expr::Path(path) if path.qself.is_none() => Ok(DefaultKind::Label(path.path.clone())),
        Expr::Call(call) => match raw_sql(call) {
            Some(text) => text.map(DefaultKind::Sql),
            None => sql_call(call).map(DefaultKind::Sql),
        },
        Expr::Group(group) => kind(&group.expr),
        Expr::Paren(paren) => kind(&paren.expr),
        other => Err(syn::Error::new(other.span(), FORMS)),
    }
}

fn literal(literal: &Lit, sign: &str) -> syn::Result<DefaultKind> {
    match literal {
        Lit::Str(text) => Ok(DefaultKind::Text(text.value())),
        Lit::Char(letter) => Ok(DefaultKind::Text(letter.value().to_string())),
        Lit::Bool(value) => Ok(DefaultKind::Bool(value.value)),
        Lit::Int(number) => {
            let digits = format!("{sign}{}", number.base10_digits());
            let value = digits.parse().map_err(|error| syn::Error::new(number.span(), error))?;
            Ok(DefaultKind::Integer(value))
        }
        Lit::Float(number) => Ok(DefaultKind::Float(format!("{sign}{}", number.base10_digits()))),
        Lit::ByteStr(bytes) => {
            let mut sql = String::from("'\\x");
            for byte in bytes.value() {
                // Writing to a string cannot fail.
                let _ = write!(sql, "{byte:02x}");
            }
            sql.push('\'');
            Ok(DefaultKind::Sql(sql))
        }
        other => Err(syn::Error::new(other.span(), FORMS)),
    }
}

/// `sql("..")`: the text as it is.
fn raw_sql(call: &ExprCall) -> Option<syn::Result<String>> {
    match &*call.func {
        Expr::Path(path) if path.path.is_ident("sql") => {}
        _ => return None,
    }
    let mut arguments = call.args.iter();
    Some(match (arguments.next(), arguments.next()) {
        (Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })), None) => Ok(text.value()),
        _ => Err(syn::Error::new(call.span(), "write it as `sql(\"..\")`, with one text in double quotes")),
    })
}

/// A call such as `now()` or `nextval("s")`, as SQL.
fn sql_call(call: &ExprCall) -> syn::Result<String> {
    let Expr::Path(function) = &*call.func else {
        return Err(syn::Error::new(call.func.span(), FORMS));
    };
    let names: Vec<String> =
        function.path.segments.iter().map(|segment| crate::names::plain(&segment.ident)).collect();
    let plain = function.qself.is_none()
        && function.path.segments.iter().all(|segment| segment.arguments.is_none())
        && names.iter().all(|name| {
            name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        });
    if !plain {
        return Err(syn::Error::new(
            call.func.span(),
            "a call in a default is a call of an SQL function, such as `now()`; other SQL is `sql(\"..\")`",
        ));
    }
    let arguments = call.args.iter().map(argument).collect::<syn::Result<Vec<String>>>()?;
    Ok(format!("{}({})", names.join("."), arguments.join(", ")))
}

fn argument(expression: &Expr) -> syn::Result<String> {
    match kind(expression)? {
        DefaultKind::Sql(sql) => Ok(sql),
        DefaultKind::Text(text) if !text.contains(['\\', '\0']) => {
            Ok(format!("'{}'", text.replace('\'', "''")))
        }
        DefaultKind::Integer(number) => Ok(number.to_string()),
        DefaultKind::Float(number) => Ok(number),
        DefaultKind::Bool(value) => Ok(value.to_string()),
        DefaultKind::Text(_) | DefaultKind::Label(_) => Err(syn::Error::new(
            expression.span(),
            format!("`{}` has no meaning in SQL: write the whole default as `sql(\"..\")`", text(expression)),
        )),
    }
}

fn text(expression: &Expr) -> TokenStream {
    expression.to_token_stream()
}
