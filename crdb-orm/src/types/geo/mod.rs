//! Shapes: GEOMETRY in a plane, GEOGRAPHY on the globe.
//!
//! They travel as the text of their EWKB, which is what both servers read and write: their OIDs differ.

mod ewkb;

use bytes::BytesMut;

use super::{BoxError, SqlType};
use crate::schema::ColumnType;

/// The spatial reference of GPS, which GEOGRAPHY has unless it says otherwise.
const WGS84: i32 = 4326;

/// A shape in a plane: a GEOMETRY column.
#[derive(Debug, Clone, PartialEq)]
pub struct Geometry {
    /// The shape, of two dimensions.
    pub shape: geo_types::Geometry<f64>,
    /// The number of the spatial reference system, 0 where none is said.
    pub srid: i32,
}

/// A shape on the globe: a GEOGRAPHY column. X is the longitude and Y the latitude, in degrees.
#[derive(Debug, Clone, PartialEq)]
pub struct Geography {
    /// The shape, of two dimensions.
    pub shape: geo_types::Geometry<f64>,
    /// The number of the spatial reference system: 4326 unless said otherwise.
    pub srid: i32,
}

impl Geometry {
    /// A shape without a spatial reference system.
    pub fn new(shape: impl Into<geo_types::Geometry<f64>>) -> Self {
        Self { shape: shape.into(), srid: 0 }
    }

    /// The same in a spatial reference system.
    #[must_use]
    pub fn srid(mut self, srid: i32) -> Self {
        self.srid = srid;
        self
    }
}

impl Geography {
    /// A shape in the reference system of GPS.
    pub fn new(shape: impl Into<geo_types::Geometry<f64>>) -> Self {
        Self { shape: shape.into(), srid: WGS84 }
    }
}

impl SqlType for Geometry {
    const TYPE: ColumnType = ColumnType::Geometry;

    fn encode(&self, out: &mut BytesMut) -> Result<(), BoxError> {
        ewkb::write_hex(&self.shape, self.srid, out)
    }

    fn decode(raw: &[u8]) -> Result<Self, BoxError> {
        let (shape, srid) = ewkb::read_hex(raw)?;
        Ok(Self { shape, srid })
    }
}

impl SqlType for Geography {
    const TYPE: ColumnType = ColumnType::Geography;

    fn encode(&self, out: &mut BytesMut) -> Result<(), BoxError> {
        ewkb::write_hex(&self.shape, self.srid, out)
    }

    fn decode(raw: &[u8]) -> Result<Self, BoxError> {
        let (shape, srid) = ewkb::read_hex(raw)?;
        Ok(Self { shape, srid })
    }
}
