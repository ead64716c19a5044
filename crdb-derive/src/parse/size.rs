//! Sizes of types: `bit(8)`, `varbit(64)`, `vector(1536)`, `shape(point, 4326)`, `precision(3)`.

use proc_macro2::Span;
use syn::Ident;

use super::items::{Item, number, pieces};
use crate::errors::did_you_mean;

/// Each kind of shape and its variant of `Shape`.
const SHAPES: [(&str, &str); 8] = [
    ("geometry", "Geometry"),
    ("geometry_collection", "GeometryCollection"),
    ("line_string", "LineString"),
    ("multi_line_string", "MultiLineString"),
    ("multi_point", "MultiPoint"),
    ("multi_polygon", "MultiPolygon"),
    ("point", "Point"),
    ("polygon", "Polygon"),
];

/// A size that one kind of type has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum SizeKind {
    Bit,
    VarBit,
    Precision,
    Vector,
    /// The variant of `Shape`; the number is that of the reference system.
    Shape(&'static str),
}

/// The kind of a size, its number and where it stands.
#[derive(Clone, Copy)]
pub(crate) struct SizeAttr {
    pub(crate) kind: SizeKind,
    pub(crate) n: u32,
    pub(crate) span: Span,
}

impl SizeAttr {
    /// `shape(point)` or `shape(point, 4326)`.
    pub(super) fn shape(item: &Item) -> syn::Result<Self> {
        let form = "shape(point, 4326)";
        let mut parts = pieces(item.list(form)?).into_iter();
        let kind: Ident = syn::parse2(parts.next().unwrap_or_default())
            .map_err(|_| syn::Error::new(item.span(), format!("write it as `{form}`")))?;
        let n = parts.next().map(|srid| number(&srid)).transpose()?.map_or(0, |(srid, _)| srid);
        if parts.next().is_some() {
            return Err(syn::Error::new(item.span(), format!("write it as `{form}`")));
        }
        let word = kind.to_string();
        let Some((_, variant)) = SHAPES.iter().find(|(name, _)| *name == word) else {
            let names = SHAPES.map(|(name, _)| name);
            return Err(syn::Error::new(
                kind.span(),
                format!("`{word}` is no kind of shape: {}", did_you_mean(&word, names)),
            ));
        };
        Ok(Self { kind: SizeKind::Shape(variant), n, span: item.span() })
    }

    pub(super) fn parse(item: &Item) -> syn::Result<Self> {
        let key = item.key();
        let kind = match key.as_str() {
            "bit" => SizeKind::Bit,
            "vector" => SizeKind::Vector,
            "varbit" => SizeKind::VarBit,
            _ => SizeKind::Precision,
        };
        let (n, _) = number(&item.list(&format!("{key}(n)"))?)?;
        Ok(Self { kind, n, span: item.span() })
    }
}
