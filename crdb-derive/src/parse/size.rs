//! Sizes of types: `bit(8)`, `varbit(64)`, `precision(3)`.

use proc_macro2::Span;

use super::items::{Item, number};

/// A size that one kind of type has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum SizeKind {
    Bit,
    VarBit,
    Precision,
}

/// The kind of a size, its number and where it stands.
#[derive(Clone, Copy)]
pub(crate) struct SizeAttr {
    pub(crate) kind: SizeKind,
    pub(crate) n: u32,
    pub(crate) span: Span,
}

impl SizeAttr {
    pub(super) fn parse(item: &Item) -> syn::Result<Self> {
        let key = item.key();
        let kind = match key.as_str() {
            "bit" => SizeKind::Bit,
            "varbit" => SizeKind::VarBit,
            _ => SizeKind::Precision,
        };
        let (n, _) = number(&item.list(&format!("{key}(n)"))?)?;
        Ok(Self { kind, n, span: item.span() })
    }
}
