//! `policy(..)` and `row_level_security`.

use proc_macro2::Span;
use syn::Ident;

use super::Text;
use super::items::{Arg, Item, item, pieces, set};
use super::key::Name;
use crate::errors::{Errors, did_you_mean};

/// `policy(name, for = select, to(app), using = "..", check = "..", restrictive)`.
pub(crate) struct PolicyAttr {
    pub(crate) name: Text,
    /// The variant of `PolicyCommand`.
    pub(crate) command: Option<(&'static str, Span)>,
    pub(crate) restrictive: bool,
    pub(crate) roles: Vec<Role>,
    pub(crate) using: Option<Text>,
    pub(crate) check: Option<Text>,
}

pub(crate) enum Role {
    /// A variant of `PolicyRole`.
    Special(&'static str),
    Named(Text),
}

const OPTIONS: [&str; 5] = ["check", "for", "restrictive", "to", "using"];
const COMMANDS: [(&str, &str); 5] =
    [("all", "All"), ("delete", "Delete"), ("insert", "Insert"), ("select", "Select"), ("update", "Update")];
const FORM: &str = "policy(name, for = select, to(app), using = \"..\")";

impl PolicyAttr {
    pub(super) fn parse(item_: &Item, errors: &mut Errors) -> Option<Self> {
        let mut parts = pieces(errors.take(item_.list(FORM))?).into_iter();
        let Some(first) = parts.next() else {
            errors.add(item_.span(), format!("write it as `{FORM}`"));
            return None;
        };
        let name = errors.take(syn::parse2::<Name>(first))?.0;
        let mut policy =
            Self { name, command: None, restrictive: false, roles: Vec::new(), using: None, check: None };
        let (mut restrictive, mut roles) = (None, None);
        for piece in parts {
            let Some(item) = errors.take(item(piece)) else { continue };
            match item.key().as_str() {
                "for" => set(&mut policy.command, &item, errors.take(command(&item)), errors),
                "to" => set(&mut roles, &item, self::roles(&item, errors), errors),
                "using" => set(&mut policy.using, &item, errors.take(item.text()), errors),
                "check" => set(&mut policy.check, &item, errors.take(item.text()), errors),
                "restrictive" => set(&mut restrictive, &item, errors.take(item.flag()), errors),
                other => errors.add(
                    item.span(),
                    format!("`{other}` is not known in `policy(..)`: {}", did_you_mean(other, OPTIONS)),
                ),
            }
        }
        policy.restrictive = restrictive.is_some();
        policy.roles = roles.unwrap_or_default();
        Some(policy)
    }
}

fn command(item: &Item) -> syn::Result<(&'static str, Span)> {
    let word: Ident = syn::parse2(item.value("for = select")?)
        .map_err(|error| syn::Error::new(error.span(), "write it as `for = select`"))?;
    let found = COMMANDS.iter().find(|(name, _)| word == *name);
    found.map(|(_, variant)| (*variant, word.span())).ok_or_else(|| {
        let names: Vec<&str> = COMMANDS.iter().map(|(name, _)| *name).collect();
        let list = crate::errors::list(&names);
        syn::Error::new(
            word.span(),
            format!("`{word}` is no statement that a policy is for: it is one of {list}"),
        )
    })
}

fn roles(item: &Item, errors: &mut Errors) -> Option<Vec<Role>> {
    let form = "to(app, \"Another role\", current_user, public)";
    let list = errors.take(item.list(form))?;
    let role = |piece: proc_macro2::TokenStream| {
        let written = syn::parse2::<Name>(piece.clone())?.0;
        let is_word = syn::parse2::<Ident>(piece).is_ok();
        Ok(match written.value.as_str() {
            "public" if is_word => Role::Special("Public"),
            "current_user" if is_word => Role::Special("CurrentUser"),
            "session_user" if is_word => Role::Special("SessionUser"),
            _ => Role::Named(written),
        })
    };
    let roles: Option<Vec<Role>> = pieces(list).into_iter().map(|piece| errors.take(role(piece))).collect();
    let roles = roles?;
    if roles.is_empty() {
        errors.add(item.span(), format!("write it as `{form}`"));
        return None;
    }
    Some(roles)
}

/// `row_level_security` or `row_level_security = forced`: whether it is forced.
pub(super) fn security(item: &Item) -> syn::Result<bool> {
    let form =
        || syn::Error::new(item.span(), "write it as `row_level_security` or `row_level_security = forced`");
    match &item.arg {
        Arg::None => Ok(false),
        Arg::Value(value) => {
            let word: Ident = syn::parse2(value.clone()).map_err(|_| form())?;
            if word == "forced" { Ok(true) } else { Err(form()) }
        }
        Arg::List(_) => Err(form()),
    }
}
