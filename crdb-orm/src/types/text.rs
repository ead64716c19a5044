//! Types of the server that are read and written as text.

use std::fmt;

use bytes::BytesMut;

use super::{BoxError, SqlType};
use crate::schema::ColumnType;

macro_rules! as_text {
    ($($(#[$meta:meta])* $name:ident;)*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(String);

        impl $name {
            /// The value of a text. The server checks it when a row is written.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// Its text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Its text, without a copy.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl SqlType for $name {
            const TYPE: ColumnType = ColumnType::$name;

            fn encode(&self, out: &mut BytesMut) -> Result<(), BoxError> {
                out.extend_from_slice(self.0.as_bytes());
                Ok(())
            }

            fn decode(raw: &[u8]) -> Result<Self, BoxError> {
                Ok(Self::new(std::str::from_utf8(raw)?))
            }
        }
    )*};
}

as_text! {
    /// The words of a text for full-text search, as the server writes them: `'fat':2 'rat':3`.
    ///
    /// A column of it is most often computed by the server: `computed = "to_tsvector('english', body)"`.
    TsVector;
    /// What a full-text search looks for, as the server writes it: `'fat' & 'rat'`.
    TsQuery;
    /// A text that the server compares without regard to capitals. Here, `==` does regard them.
    CiText;
    /// A path of labels in a tree: `europe.france.paris`.
    LTree;
    /// The box around a shape, as the server writes it: `BOX(1 2,3 4)`.
    Box2d;
    /// A path into a document, as the server writes it: `$."items"[*]`.
    JsonPath;
}
