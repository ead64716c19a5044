//! A statement as it is sent: by its name, or whole.

use std::borrow::Cow;

use postgres_types::Type;

use super::server::ServerInfo;
use crate::error::Error;
use crate::exec::{Expects, Statement, miscounted};
use crate::schema::ColumnType;
use crate::types::{Value, wire_type};

/// What `sql.conn.max_read_buffer_message_size` leaves for values.
const MESSAGE: usize = (16 << 20) - (64 << 10);

/// How statements are sent.
///
/// A named statement is parsed and planned once on a connection and then run by its name. A proxy that lends a server's
/// connection for one transaction at a time, such as `PgBouncer` in its transaction mode, loses the name, or finds
/// another client's statement under it. An unnamed statement is sent whole each time, with the types of its values, in
/// the same single round trip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Prepared {
    /// Named, unless the first connection shows that there is a proxy in between that takes no session settings, or a later
    /// one that a statement is run on another connection of the server than it was prepared on.
    #[default]
    Auto,
    /// Never named, and nothing relies on the state of a session: for `PgBouncer` in transaction mode.
    Never,
    /// Named, also behind a proxy: for `PgBouncer` from 1.21 on with `max_prepared_statements`, or in session mode. Behind
    /// another one statements fail, or one of another program is run under the same name.
    Always,
}

impl Prepared {
    /// Each value as it stands in a URL.
    pub(super) const NAMES: [(&'static str, Self); 3] =
        [("auto", Self::Auto), ("never", Self::Never), ("always", Self::Always)];
}

/// A statement that can be sent without asking the server first.
#[derive(Clone)]
pub(crate) enum Ready {
    Named(tokio_postgres::Statement),
    /// The same, prepared a moment ago: a server that does not know it is not the one that has prepared it.
    Fresh(tokio_postgres::Statement),
    /// Boxed, since it is large and rare, and part of every statement's future.
    Unnamed(Box<(Cow<'static, str>, Vec<Type>)>),
}

impl Ready {
    /// This text, with the types of a statement's values.
    pub(super) fn unnamed(sql: Cow<'static, str>, statement: &Statement) -> Self {
        Self::Unnamed(Box::new((sql, types(statement))))
    }

    /// Whether it takes the values of this statement, as far as is known here.
    pub(crate) fn check(&self, statement: &Statement, server: &ServerInfo) -> Result<(), Error> {
        let bytes: usize = statement.values.iter().map(Value::len).sum();
        if bytes > MESSAGE && server.is_cockroachdb() {
            let why = format!("its values have {bytes} bytes, and CockroachDB takes messages of 16 MiB");
            return Err(Error::invalid_statement(statement.label, why).with_advice(
                "keep large values elsewhere, or in several rows: CockroachDB advises less than 1 MiB",
            ));
        }
        let (Self::Named(prepared) | Self::Fresh(prepared)) = self else { return Ok(()) };
        let (wanted, given) = (prepared.params().len(), statement.values.len());
        if wanted != given {
            let why = miscounted(wanted, given);
            return Err(Error::invalid_statement(statement.label, why));
        }
        let names = prepared.columns().iter().map(tokio_postgres::Column::name);
        match &statement.expects {
            // Those of a text of ours were compared when it was prepared.
            Expects::Any | Expects::Rows(_) | Expects::Values(_) => Ok(()),
            own @ Expects::Own(_) => match own.refuse(&names) {
                Some(why) => Err(Error::invalid_statement(statement.label, why)),
                None => own.check_types(prepared.columns(), statement.label),
            },
        }
    }
}

/// The types that its values are announced with.
pub(crate) fn types(statement: &Statement) -> Vec<Type> {
    statement.values.iter().map(|value| announced(statement, value)).collect()
}

/// The type that a value is announced with. In a text of the caller's own the server decides what an enum is: beside a
/// column it is the column's type, and where it is cast to TEXT it is a text; its bytes are the same. Our own texts cast.
pub(super) fn announced(statement: &Statement, value: &Value) -> Type {
    match value.column_type() {
        ColumnType::Enum(_) | ColumnType::Region if statement.label.table.is_none() => Type::UNKNOWN,
        ty => wire_type(ty),
    }
}
