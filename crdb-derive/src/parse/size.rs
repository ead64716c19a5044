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

/// What an interval can be limited to: its variant of `IntervalFields`, and whether it has seconds.
const INTERVALS: [(&str, &str, bool); 13] = [
    ("day", "Day", false),
    ("day_to_hour", "DayToHour", false),
    ("day_to_minute", "DayToMinute", false),
    ("day_to_second", "DayToSecond", true),
    ("hour", "Hour", false),
    ("hour_to_minute", "HourToMinute", false),
    ("hour_to_second", "HourToSecond", true),
    ("minute", "Minute", false),
    ("minute_to_second", "MinuteToSecond", true),
    ("month", "Month", false),
    ("second", "Second", true),
    ("year", "Year", false),
    ("year_to_month", "YearToMonth", false),
];

/// A size that one kind of type has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum SizeKind {
    Bit,
    VarBit,
    Precision,
    Vector,
    /// The variant of `IntervalFields`, and whether it takes digits; `u32::MAX` when none are given.
    Interval(&'static str, bool),
    /// The variant of `Shape`; the number is that of the reference system.
    Shape(&'static str),
}

/// `decimal(precision, scale)`.
#[derive(Clone, Copy)]
pub(crate) struct DecimalSize {
    pub(crate) precision: u16,
    pub(crate) scale: u16,
    /// Whether the server may round what has more digits behind the point.
    pub(crate) rounded: bool,
}

/// How the length of a text is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextKind {
    String,
    VarChar,
    Char,
}

impl TextKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::VarChar => "varchar",
            Self::Char => "char",
        }
    }
}

/// `string(n)`, `varchar(n)` or `char(n)`.
#[derive(Clone, Copy)]
pub(crate) struct TextSize {
    pub(crate) kind: TextKind,
    pub(crate) n: u32,
    pub(crate) span: Span,
}

impl TextSize {
    pub(super) fn parse(item: &Item) -> syn::Result<Self> {
        let key = item.key();
        let kind = match key.as_str() {
            "varchar" => TextKind::VarChar,
            "char" => TextKind::Char,
            _ => TextKind::String,
        };
        let (n, _) = number(&item.list(&format!("{key}(n)"))?)?;
        Ok(Self { kind, n, span: item.span() })
    }
}

/// The kind of a size, its number and where it stands.
#[derive(Clone, Copy)]
pub(crate) struct SizeAttr {
    pub(crate) kind: SizeKind,
    pub(crate) n: u32,
    pub(crate) span: Span,
}

impl SizeAttr {
    /// `interval(year_to_month)` or `interval(day_to_second, 3)`.
    pub(super) fn interval(item: &Item) -> syn::Result<Self> {
        let form = "interval(day_to_second, 3)";
        let wrong = || syn::Error::new(item.span(), format!("write it as `{form}`"));
        let mut parts = pieces(item.list(form)?).into_iter();
        let fields: Ident = syn::parse2(parts.next().unwrap_or_default()).map_err(|_| wrong())?;
        let digits = parts.next().map(|digits| number::<u32>(&digits)).transpose()?;
        if parts.next().is_some() {
            return Err(wrong());
        }
        let word = fields.to_string();
        let Some((_, variant, seconds)) = INTERVALS.iter().find(|(name, ..)| *name == word) else {
            let names = INTERVALS.map(|(name, ..)| name);
            return Err(syn::Error::new(
                fields.span(),
                format!("`{word}` is no part of an interval: {}", did_you_mean(&word, names)),
            ));
        };
        if let Some((digits, span)) = digits {
            if !seconds {
                return Err(syn::Error::new(
                    span,
                    format!("`{word}` has no seconds, so it has no digits of them"),
                ));
            }
            if digits > 6 {
                return Err(syn::Error::new(span, "a second has 0 to 6 digits after the point"));
            }
        }
        let n = digits.map_or(u32::MAX, |(digits, _)| digits);
        Ok(Self { kind: SizeKind::Interval(variant, *seconds), n, span: item.span() })
    }

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
