//! Reads that are made together.

use tokio_postgres::Row;

use super::row::{at_most_one, read_all};
use super::select::{Find, Select};
use super::table::Table;
use crate::conn::Answer;
use crate::database::Database;
use crate::error::Result;
use crate::exec::{BoxFuture, Reaches, Statement};

/// A read that can be made together with others: a [`Find`] gives `Option<T>`, a [`Select`] gives `Vec<T>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read together with others",
    note = "give it `T::find(..)` or `T::filter(..)`, without `.one(..)` or `.all(..)`"
)]
pub trait Query: Send {
    /// What is read.
    type Output: Send;
    /// Whose rows it reads: see [`Table::Scope`].
    type Scope;

    #[doc(hidden)]
    fn __statement(self) -> Statement;

    #[doc(hidden)]
    fn __read(rows: &[Row]) -> Result<Self::Output>;
}

impl<T: Table> Query for Find<T> {
    type Output = Option<T>;
    type Scope = T::Scope;

    fn __statement(self) -> Statement {
        self.statement(None)
    }

    fn __read(rows: &[Row]) -> Result<Option<T>> {
        at_most_one(read_all(rows, T::SELECT)?, T::SELECT)
    }
}

impl<T: Table> Query for Select<T> {
    type Output = Vec<T>;
    type Scope = T::Scope;

    fn __statement(self) -> Statement {
        let limit = self.limit;
        self.statement(limit, None)
    }

    fn __read(rows: &[Row]) -> Result<Vec<T>> {
        read_all(rows, T::SELECT)
    }
}

/// Several reads: a tuple of two to eight of them, or a `Vec` of as many of one kind as you like.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a tuple of two to eight reads nor a `Vec` of them",
    note = "write `db.read_together((A::find(id), B::filter(..)))`"
)]
pub trait Queries: Send {
    /// What is read, in the same order.
    type Output: Send;

    #[doc(hidden)]
    fn __statements(self) -> Vec<Statement>;

    #[doc(hidden)]
    fn __read(answers: &[Vec<Row>]) -> Result<Self::Output>;
}

/// Reads whose rows the executor `X` reaches.
#[doc(hidden)]
pub trait ReadBy<X: ?Sized> {}

macro_rules! queries {
    ($($query:ident $index:tt),*) => {
        impl<$($query: Query),*> Queries for ($($query,)*) {
            type Output = ($($query::Output,)*);

            fn __statements(self) -> Vec<Statement> {
                vec![$(self.$index.__statement()),*]
            }

            fn __read(answers: &[Vec<Row>]) -> Result<Self::Output> {
                Ok(($($query::__read(answers.get($index).map_or(&[], Vec::as_slice))?,)*))
            }
        }

        impl<X: ?Sized, $($query: Query),*> ReadBy<X> for ($($query,)*)
        where
            $(X: Reaches<$query::Scope>,)*
        {
        }
    };
}

queries!(A 0, B 1);
queries!(A 0, B 1, C 2);
queries!(A 0, B 1, C 2, D 3);
queries!(A 0, B 1, C 2, D 3, E 4);
queries!(A 0, B 1, C 2, D 3, E 4, F 5);
queries!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
queries!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);

/// What they read, in their order. Of none nothing is sent.
impl<X: Reaches<Q::Scope> + ?Sized, Q: Query> ReadBy<X> for Vec<Q> {}

impl<Q: Query> Queries for Vec<Q> {
    type Output = Vec<Q::Output>;

    fn __statements(self) -> Vec<Statement> {
        self.into_iter().map(Query::__statement).collect()
    }

    fn __read(answers: &[Vec<Row>]) -> Result<Self::Output> {
        answers.iter().map(|rows| Q::__read(rows)).collect()
    }
}

impl Database {
    /// Reads several things as of one moment, in one round trip: a read-only transaction whose BEGIN and COMMIT
    /// travel with the reads.
    ///
    /// ```no_run
    /// # use crdb_orm::prelude::*;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "accounts")]
    /// # struct Account { #[crdb(primary_key)] id: Uuid, owner: String }
    /// # async fn example(db: Database, a: Uuid) -> crdb_orm::Result<()> {
    /// let (account, others) =
    ///     db.read_together((Account::find(a), Account::filter(Account::OWNER.eq("Ann")))).await?;
    /// # let _: (Option<Account>, Vec<Account>) = (account, others);
    /// // As many as there are, of one kind.
    /// let found: Vec<Option<Account>> = db.read_together(vec![Account::find(a), Account::find(a)]).await?;
    /// # drop(found);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// A statement's errors, and those of a row that does not fit its struct.
    pub fn read_together<'a, Q: Queries + ReadBy<Self> + 'a>(
        &'a self,
        queries: Q,
    ) -> BoxFuture<'a, Result<Q::Output>> {
        self.together_of(queries)
    }

    pub(crate) fn together_of<'a, Q: Queries + 'a>(&'a self, queries: Q) -> BoxFuture<'a, Result<Q::Output>> {
        let statements = queries.__statements();
        Box::pin(async move {
            if statements.is_empty() {
                return Q::__read(&[]);
            }
            let answers: Vec<Vec<Row>> =
                self.together(&statements).await?.into_iter().map(|Answer { rows, .. }| rows).collect();
            Q::__read(&answers)
        })
    }
}
