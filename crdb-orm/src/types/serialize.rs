//! Values of columns in what serde writes and reads: the body of a request, an answer, a message.
//!
//! A [`Json<T>`] is its `T`, without a wrapper; what is a text here is that text; the others are the text that SQL has
//! for them. Types of other crates have a feature `serde` of their own.

use std::fmt::{Display, Formatter};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};

use super::{
    Bits, Box2d, BoxError, Char, CiText, Interval, Json, JsonPath, LTree, Name, Oid, Region, TimeTz, TsQuery,
    TsVector,
};

impl<T: Serialize> Serialize for Json<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Json<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

macro_rules! as_its_text {
    ($($name:ident),*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self::new)
            }
        }
    )*};
}

as_its_text!(Region, TsVector, TsQuery, CiText, LTree, Box2d, JsonPath);

macro_rules! as_what_it_wraps {
    ($($name:ident),*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Deserialize::deserialize(deserializer).map(Self)
            }
        }
    )*};
}

as_what_it_wraps!(Name, Char, Oid);

macro_rules! as_sql_writes_it {
    ($($name:ident: $what:literal),*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Text { what: $what, value: PhantomData })
            }
        }
    )*};
}

as_sql_writes_it!(
    Bits: "a string of bits such as `1011`",
    Interval: "an interval such as `P1M15DT2.5S`",
    TimeTz: "a time with an offset such as `12:30:00+02:00`"
);

/// Reads a value from its text.
struct Text<T> {
    what: &'static str,
    value: PhantomData<T>,
}

impl<T: FromStr<Err = BoxError>> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.what)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(|error: BoxError| told(self.what, &error))
    }
}

/// An error that says what was expected beside what was wrong.
fn told<E: Error>(what: &str, error: &dyn Display) -> E {
    E::custom(format_args!("{error}: expected {what}"))
}

/// Shapes are the digits of their extended well-known binary, which servers, clients and GIS tools read.
#[cfg(feature = "geo")]
mod shapes {
    use bytes::BytesMut;
    use serde::de::{Deserialize, Deserializer};
    use serde::ser::{Error, Serialize, Serializer};

    use super::super::{Geography, Geometry, SqlType};

    macro_rules! as_digits {
        ($($name:ident),*) => {$(
            impl Serialize for $name {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    let mut digits = BytesMut::new();
                    self.encode(&mut digits).map_err(S::Error::custom)?;
                    serializer.serialize_str(std::str::from_utf8(&digits).map_err(S::Error::custom)?)
                }
            }

            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    let digits = String::deserialize(deserializer)?;
                    Self::decode(digits.as_bytes()).map_err(|error| {
                        super::told("the digits of a shape in extended well-known binary", &error)
                    })
                }
            }
        )*};
    }

    as_digits!(Geometry, Geography);
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use proptest::prelude::*;
    use serde::de::DeserializeOwned;
    use serde_json::json;

    use super::*;

    fn both_ways<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) -> serde_json::Value {
        let written = serde_json::to_value(value).unwrap();
        assert_eq!(&serde_json::from_value::<T>(written.clone()).unwrap(), value);
        written
    }

    #[test]
    fn every_type_of_a_column_has_a_form_in_json() {
        assert_eq!(both_ways(&Json(5)), json!(5));
        assert_eq!(both_ways(&Json(vec![Some("a".to_owned()), None])), json!(["a", null]));
        assert_eq!(both_ways(&Some(Json(5))), json!(5));
        assert_eq!(both_ways(&Region::from_static("us-east1")), json!("us-east1"));
        assert_eq!(both_ways(&CiText::new("Ann")), json!("Ann"));
        assert_eq!(both_ways(&LTree::new("a.b")), json!("a.b"));
        assert_eq!(both_ways(&TsVector::new("'fat':2")), json!("'fat':2"));
        assert_eq!(both_ways(&TsQuery::new("'fat'")), json!("'fat'"));
        assert_eq!(both_ways(&Box2d::new("BOX(1 2,3 4)")), json!("BOX(1 2,3 4)"));
        assert_eq!(both_ways(&JsonPath::new("$")), json!("$"));
        assert_eq!(both_ways(&Name("orders".to_owned())), json!("orders"));
        assert_eq!(both_ways(&Char(b'r')), json!(114));
        assert_eq!(both_ways(&Oid(25)), json!(25));
        assert_eq!(both_ways(&"1011".parse::<Bits>().unwrap()), json!("1011"));
        assert_eq!(both_ways(&Interval { months: 1, days: 15, micros: -500_000 }), json!("P1M15DT-0.5S"));
        assert_eq!(both_ways(&TimeTz::new(45_000_500_000, -12_600).unwrap()), json!("12:30:00.5-03:30:00"));
    }

    #[cfg(feature = "geo")]
    #[test]
    fn a_shape_is_its_digits() {
        let shape = super::super::Geography::new(geo_types::Point::new(1.0, 2.0));
        let text = both_ways(&shape);
        assert_eq!(text, json!("0101000020E6100000000000000000F03F0000000000000040"));
        serde_json::from_value::<super::super::Geometry>(json!("0101")).unwrap_err();
    }

    #[test]
    fn a_text_that_is_none_says_what_was_expected() {
        let wrong = serde_json::from_str::<Interval>(r#""soon""#).unwrap_err().to_string();
        assert!(wrong.contains("`soon`") && wrong.contains("P1M15DT2.5S"), "{wrong}");
        let wrong = serde_json::from_str::<TimeTz>("5").unwrap_err().to_string();
        assert!(wrong.contains("a time with an offset"), "{wrong}");
        serde_json::from_str::<TimeTz>(r#""25:00:00+00""#).unwrap_err();
        serde_json::from_str::<Bits>(r#""102""#).unwrap_err();
    }

    proptest! {
        #[test]
        fn the_text_of_a_value_is_the_value(
            (months, days, micros) in any::<(i32, i32, i64)>(),
            (clock, offset) in (0..=86_400_000_000_i64, -57_599..=57_599_i32),
            bits in proptest::collection::vec(any::<bool>(), 0..20),
        ) {
            both_ways(&Interval { months, days, micros });
            both_ways(&TimeTz::new(clock, offset).unwrap());
            both_ways(&bits.into_iter().collect::<Bits>());
        }
    }
}
