//! Extended well-known binary: shapes as bytes, with their spatial reference system.
//!
//! Source: `PostGIS`, `doc/ZMSgeoms.txt`; OGC 06-103r4, 8.2.

use bytes::{Buf, BufMut, BytesMut};
use geo_types::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point,
    Polygon,
};

use super::super::BoxError;

const LITTLE_ENDIAN: u8 = 1;
const HAS_SRID: u32 = 0x2000_0000;
const HAS_Z: u32 = 0x8000_0000;
const HAS_M: u32 = 0x4000_0000;
/// How deep collections may be inside each other.
const MAX_DEPTH: u8 = 32;

/// Appends a shape as the digits of its EWKB.
pub(super) fn write_hex(shape: &Geometry<f64>, srid: i32, out: &mut BytesMut) -> Result<(), BoxError> {
    let mut raw = Vec::new();
    write(shape, srid, &mut raw)?;
    let digit = |four: u8| b"0123456789ABCDEF"[usize::from(four & 0xf)];
    for byte in raw {
        out.extend_from_slice(&[digit(byte >> 4), digit(byte)]);
    }
    Ok(())
}

/// Reads what [`write_hex`] writes, and the servers.
pub(super) fn read_hex(text: &[u8]) -> Result<(Geometry<f64>, i32), BoxError> {
    let digit = |c: u8| char::from(c).to_digit(16).and_then(|four| u8::try_from(four).ok());
    let byte = |pair: &[u8]| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    };
    let raw: Option<Vec<u8>> = text.chunks(2).map(byte).collect();
    let raw = raw.ok_or("a shape that is not in hexadecimal digits")?;
    let mut reader = Reader { raw: &raw };
    let (shape, srid) = reader.shape(0)?;
    if !reader.raw.is_empty() {
        return Err("a shape with something after it".into());
    }
    Ok((shape, srid))
}

fn write(shape: &Geometry<f64>, srid: i32, out: &mut Vec<u8>) -> Result<(), BoxError> {
    let header = |out: &mut Vec<u8>, kind: u32| {
        out.put_u8(LITTLE_ENDIAN);
        out.put_u32_le(if srid == 0 { kind } else { kind | HAS_SRID });
        if srid != 0 {
            out.put_i32_le(srid);
        }
    };
    match shape {
        Geometry::Point(point) => {
            header(out, 1);
            coord(point.0, out);
        }
        Geometry::Line(line) => {
            header(out, 2);
            coords(&[line.start, line.end], out)?;
        }
        Geometry::LineString(line) => {
            header(out, 2);
            coords(&line.0, out)?;
        }
        Geometry::Polygon(polygon) => {
            header(out, 3);
            rings(polygon, out)?;
        }
        Geometry::Rect(rect) => {
            header(out, 3);
            rings(&rect.to_polygon(), out)?;
        }
        Geometry::Triangle(triangle) => {
            header(out, 3);
            rings(&triangle.to_polygon(), out)?;
        }
        Geometry::MultiPoint(points) => {
            header(out, 4);
            parts(points.iter().map(|part| Geometry::Point(*part)), points.0.len(), out)?;
        }
        Geometry::MultiLineString(lines) => {
            header(out, 5);
            parts(lines.iter().map(|part| Geometry::LineString(part.clone())), lines.0.len(), out)?;
        }
        Geometry::MultiPolygon(polygons) => {
            header(out, 6);
            parts(polygons.iter().map(|part| Geometry::Polygon(part.clone())), polygons.0.len(), out)?;
        }
        Geometry::GeometryCollection(all) => {
            header(out, 7);
            parts(all.iter().cloned(), all.0.len(), out)?;
        }
    }
    Ok(())
}

fn coord(at: Coord<f64>, out: &mut Vec<u8>) {
    out.put_f64_le(at.x);
    out.put_f64_le(at.y);
}

fn coords(all: &[Coord<f64>], out: &mut Vec<u8>) -> Result<(), BoxError> {
    out.put_u32_le(u32::try_from(all.len())?);
    for at in all {
        coord(*at, out);
    }
    Ok(())
}

fn rings(polygon: &Polygon<f64>, out: &mut Vec<u8>) -> Result<(), BoxError> {
    if polygon.exterior().0.is_empty() {
        out.put_u32_le(0);
        return Ok(());
    }
    out.put_u32_le(u32::try_from(polygon.interiors().len() + 1)?);
    coords(&polygon.exterior().0, out)?;
    polygon.interiors().iter().try_for_each(|ring| coords(&ring.0, out))
}

/// The parts of a collection, which have no reference system of their own.
fn parts(
    parts: impl Iterator<Item = Geometry<f64>>,
    count: usize,
    out: &mut Vec<u8>,
) -> Result<(), BoxError> {
    out.put_u32_le(u32::try_from(count)?);
    for part in parts {
        write(&part, 0, out)?;
    }
    Ok(())
}

struct Reader<'a> {
    raw: &'a [u8],
}

impl Reader<'_> {
    fn need(&self, bytes: usize) -> Result<(), BoxError> {
        if self.raw.len() < bytes { Err("a shape that is cut off".into()) } else { Ok(()) }
    }

    fn u32(&mut self, little: bool) -> Result<u32, BoxError> {
        self.need(4)?;
        Ok(if little { self.raw.get_u32_le() } else { self.raw.get_u32() })
    }

    /// A count of things that have at least so many bytes each.
    fn count(&mut self, little: bool, least: usize) -> Result<usize, BoxError> {
        let count = usize::try_from(self.u32(little)?)?;
        self.need(count.checked_mul(least).ok_or("a shape that is cut off")?)?;
        Ok(count)
    }

    fn coord(&mut self, little: bool) -> Result<Coord<f64>, BoxError> {
        self.need(16)?;
        let mut number = || if little { self.raw.get_f64_le() } else { self.raw.get_f64() };
        Ok(Coord { x: number(), y: number() })
    }

    fn line(&mut self, little: bool) -> Result<LineString<f64>, BoxError> {
        let count = self.count(little, 16)?;
        (0..count).map(|_| self.coord(little)).collect()
    }

    fn shape(&mut self, depth: u8) -> Result<(Geometry<f64>, i32), BoxError> {
        if depth > MAX_DEPTH {
            return Err("a shape of too many collections inside each other".into());
        }
        self.need(1)?;
        let little = match self.raw.get_u8() {
            0 => false,
            LITTLE_ENDIAN => true,
            other => return Err(format!("a shape of the unknown byte order {other}").into()),
        };
        let kind = self.u32(little)?;
        let srid = if kind & HAS_SRID == 0 { 0 } else { self.u32(little)?.cast_signed() };
        if kind & (HAS_Z | HAS_M) != 0 {
            return Err("a shape of more than two dimensions has no place in `geo_types`".into());
        }
        let shape = match kind & !HAS_SRID {
            1 => {
                let at = self.coord(little)?;
                if at.x.is_nan() && at.y.is_nan() {
                    return Err("an empty point has no place in `geo_types`".into());
                }
                Point(at).into()
            }
            2 => self.line(little)?.into(),
            3 => {
                let count = self.count(little, 4)?;
                let rings = (0..count).map(|_| self.line(little)).collect::<Result<Vec<_>, _>>()?;
                let mut rings = rings.into_iter();
                let exterior = rings.next().unwrap_or_else(|| LineString(Vec::new()));
                Polygon::new(exterior, rings.collect()).into()
            }
            4 => MultiPoint(self.parts(little, depth)?).into(),
            5 => MultiLineString(self.parts(little, depth)?).into(),
            6 => MultiPolygon(self.parts(little, depth)?).into(),
            7 => {
                let count = self.count(little, 9)?;
                let parts = (0..count).map(|_| Ok(self.shape(depth + 1)?.0));
                Geometry::GeometryCollection(GeometryCollection(parts.collect::<Result<_, BoxError>>()?))
            }
            other => return Err(format!("a shape of the unknown kind {other}").into()),
        };
        Ok((shape, srid))
    }

    /// Parts that are all of one kind.
    fn parts<T: TryFrom<Geometry<f64>>>(&mut self, little: bool, depth: u8) -> Result<Vec<T>, BoxError> {
        let count = self.count(little, 9)?;
        let part = |_| {
            T::try_from(self.shape(depth + 1)?.0).map_err(|_| "a shape with a part of another kind".into())
        };
        (0..count).map(part).collect()
    }
}

#[cfg(test)]
mod tests {
    use geo_types::{line_string, point, polygon};
    use proptest::prelude::*;

    use super::*;

    fn hex(shape: impl Into<Geometry<f64>>, srid: i32) -> String {
        let mut out = BytesMut::new();
        write_hex(&shape.into(), srid, &mut out).unwrap();
        String::from_utf8(out.to_vec()).unwrap()
    }

    #[test]
    fn the_bytes_are_those_of_the_servers() {
        // What CockroachDB's and PostGIS's manuals show for `SELECT ST_..`.
        let wkb = "0101000000000000000000F03F0000000000000040";
        assert_eq!(hex(point!(x: 1.0, y: 2.0), 0), wkb);
        let ewkb = "0101000020E6100000000000000000F03F0000000000000040";
        assert_eq!(hex(point!(x: 1.0, y: 2.0), 4326), ewkb);
        assert_eq!(read_hex(ewkb.to_lowercase().as_bytes()).unwrap(), (point!(x: 1.0, y: 2.0).into(), 4326));
        // Of the other byte order.
        let big = "0000000001000000000000000040000000000000003FF0000000000000";
        assert!(read_hex(big.as_bytes()).is_err(), "longer than a point is");
        let big = "00000000013FF00000000000004000000000000000";
        assert_eq!(read_hex(big.as_bytes()).unwrap(), (point!(x: 1.0, y: 2.0).into(), 0));
        assert_eq!(
            hex(line_string![(x: 0.0, y: 0.0), (x: 1.0, y: 1.0)], 0),
            "01020000000200000000000000000000000000000000000000000000000000F03F000000000000F03F"
        );
        // The parts of a collection have no reference system.
        assert_eq!(
            hex(MultiPoint(vec![point!(x: 1.0, y: 2.0)]), 4326),
            format!("0104000020E610000001000000{wkb}")
        );
    }

    #[test]
    fn what_geo_types_does_not_have_is_an_error() {
        for (text, why) in [
            ("0101000080000000000000F03F00000000000000400000000000000040", "two dimensions"),
            ("0101000000000000000000F87F000000000000F87F", "empty point"),
            ("0102000000FFFFFFFF", "cut off"),
            ("01080000000000000000", "unknown kind"),
            ("0201000000", "byte order"),
            ("01", "cut off"),
            ("", "cut off"),
            ("0", "hexadecimal"),
            ("zz", "hexadecimal"),
        ] {
            let error = read_hex(text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
        let deep = "010700000001000000".repeat(100);
        assert!(read_hex(deep.as_bytes()).unwrap_err().to_string().contains("inside each other"));
    }

    fn any_coord() -> impl Strategy<Value = Coord<f64>> {
        (-180.0..=180.0_f64, -90.0..=90.0_f64).prop_map(|(x, y)| Coord { x, y })
    }

    fn any_line() -> impl Strategy<Value = LineString<f64>> {
        proptest::collection::vec(any_coord(), 0..5).prop_map(LineString)
    }

    fn any_polygon() -> impl Strategy<Value = Polygon<f64>> {
        (any_line(), proptest::collection::vec(any_line(), 0..3)).prop_map(|(exterior, mut interiors)| {
            if exterior.0.is_empty() {
                interiors.clear();
            }
            Polygon::new(exterior, interiors)
        })
    }

    fn any_shape() -> impl Strategy<Value = Geometry<f64>> {
        let leaf = prop_oneof![
            any_coord().prop_map(|at| Geometry::Point(Point(at))),
            any_line().prop_map(Geometry::LineString),
            any_polygon().prop_map(Geometry::Polygon),
            proptest::collection::vec(any_coord(), 0..4)
                .prop_map(|all| Geometry::MultiPoint(all.into_iter().map(Point).collect())),
            proptest::collection::vec(any_line(), 0..4)
                .prop_map(|all| Geometry::MultiLineString(MultiLineString(all))),
            proptest::collection::vec(any_polygon(), 0..4)
                .prop_map(|all| Geometry::MultiPolygon(MultiPolygon(all))),
        ];
        leaf.prop_recursive(3, 12, 4, |inner| {
            proptest::collection::vec(inner, 0..4)
                .prop_map(|all| Geometry::GeometryCollection(GeometryCollection(all)))
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_what_is_read(shape in any_shape(), srid in any::<i32>()) {
            let text = hex(shape.clone(), srid);
            prop_assert_eq!(read_hex(text.as_bytes()).unwrap(), (shape, srid));
        }

        #[test]
        fn no_bytes_make_it_panic(raw in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = read_hex(&raw);
            let digits = raw.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
            let text: Vec<u8> = digits.map(|digit| b"0123456789abcdef"[usize::from(digit)]).collect();
            let _ = read_hex(&text);
        }

        #[test]
        fn a_shape_that_is_cut_off_is_an_error(shape in any_shape(), cut in 1..40_usize) {
            let text = hex(shape, 4326);
            let keep = text.len().saturating_sub(cut);
            prop_assert!(read_hex(&text.as_bytes()[..keep]).is_err());
        }
    }

    #[test]
    fn shapes_that_the_format_does_not_have_are_written_as_what_they_are() {
        let square = polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 0.0), (x: 1.0, y: 1.0), (x: 0.0, y: 0.0)];
        let triangle = geo_types::Triangle::from([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)]);
        assert_eq!(hex(Geometry::Triangle(triangle), 0), hex(square, 0));
    }
}
