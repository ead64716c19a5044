//! Addresses.

use std::net::IpAddr;

use bytes::BytesMut;
use postgres_protocol::types;

use super::{BoxError, SqlType};
use crate::schema::ColumnType;

impl SqlType for IpAddr {
    const TYPE: ColumnType = ColumnType::Inet;

    fn encode(&self, out: &mut BytesMut) -> Result<(), BoxError> {
        types::inet_to_sql(*self, host_prefix(*self), out);
        Ok(())
    }

    fn decode(raw: &[u8]) -> Result<Self, BoxError> {
        let inet = types::inet_from_sql(raw)?;
        if inet.netmask() != host_prefix(inet.addr()) {
            // Dropping the mask would change what the row means.
            return Err(format!("a network ({}/{}), not an address", inet.addr(), inet.netmask()).into());
        }
        Ok(inet.addr())
    }
}

const fn host_prefix(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}
