//! Bytes, and texts that stand for them.

use super::Expr;
use crate::query::node::{Node, call, cast};
use crate::schema::ColumnType;
use crate::types::{Field, Nulls, SqlType};

/// How bytes are written as a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding {
    /// Two digits a byte.
    Hex,
    /// Base64 with padding. PostgreSQL breaks it into lines of 76 characters, CockroachDB does not.
    Base64,
}

impl Encoding {
    const fn node(self) -> Node {
        Node::Constant(match self {
            Self::Hex => "'hex'",
            Self::Base64 => "'base64'",
        })
    }
}

/// A text or bytes.
#[diagnostic::on_unimplemented(message = "`{Self}` is neither a text nor bytes")]
pub trait Octets: SqlType {}

impl Octets for String {}
impl Octets for Vec<u8> {}

on_both! {
    [T, F: Field<Base: Octets>] F {
        /// The number of its bytes; of a text, of its UTF-8.
        pub fn octet_length(self) -> Expr<T, <F::Nulls as Nulls>::Of<i64>> {
            Expr::new(cast(call("octet_length", [self.into_node()]), ColumnType::Int8))
        }

        /// The MD5 digest in hexadecimal digits: good for telling data apart, and for nothing that an attacker must not do.
        pub fn md5(self) -> Expr<T, <F::Nulls as Nulls>::Of<String>> {
            Expr::new(call("md5", [self.into_node()]))
        }
    }

    [T, F: Field<Base = Vec<u8>>] F {
        /// As a text.
        pub fn encode(self, encoding: Encoding) -> Expr<T, <F::Nulls as Nulls>::Of<String>> {
            Expr::new(call("encode", [self.into_node(), encoding.node()]))
        }
    }

    [T, F: Field<Base = String>] F {
        /// The bytes that the text stands for. A text that stands for none is an error of the server.
        pub fn decode(self, encoding: Encoding) -> Expr<T, <F::Nulls as Nulls>::Of<Vec<u8>>> {
            Expr::new(call("decode", [self.into_node(), encoding.node()]))
        }
    }
}
