//! Reads that are made together: the steps of a batch that only read.

use super::batch::{BatchStep, BatchSteps};
use super::select::{Find, Select};
use super::table::Table;
use crate::database::Database;
use crate::error::Result;
use crate::exec::{BoxFuture, Reaches, ReadsTogether};

/// A read that can be made together with others: a [`Find`] gives `Option<T>`, a [`Select`] gives `Vec<T>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read together with others",
    note = "give it `T::find(..)` or `T::filter(..)`, without `.one(..)` or `.all(..)`"
)]
pub trait Query: BatchStep {
    /// Whose rows it reads: see [`Table::Scope`].
    type Scope;
}

impl<T: Table> Query for Find<T> {
    type Scope = T::Scope;
}

impl<T: Table> Query for Select<T> {
    type Scope = T::Scope;
}

/// Several reads whose rows the executor `X` reaches: a tuple of two to eight of them, or a `Vec` of one kind.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tuple of two to eight reads, nor a `Vec` of reads",
    note = "write `db.read_together((A::find(id), B::filter(..)))`"
)]
pub trait Queries<X: ?Sized>: BatchSteps {}

macro_rules! queries {
    ($($query:ident),*) => {
        impl<X: ?Sized, $($query: Query<Output: 'static>),*> Queries<X> for ($($query,)*)
        where
            $(X: Reaches<$query::Scope>,)*
        {
        }
    };
}

queries!(A, B);
queries!(A, B, C);
queries!(A, B, C, D);
queries!(A, B, C, D, E);
queries!(A, B, C, D, E, F);
queries!(A, B, C, D, E, F, G);
queries!(A, B, C, D, E, F, G, H);

impl<X: Reaches<Q::Scope> + ?Sized, Q: Query<Output: 'static>> Queries<X> for Vec<Q> {}

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
    pub fn read_together<'a, Q: Queries<Self> + 'a>(&'a self, queries: Q) -> BoxFuture<'a, Result<Q::Output>>
    where
        Q::Output: 'a,
    {
        self.together_of(queries)
    }
}

impl ReadsTogether for Database {
    fn together_of<'a, Q: BatchSteps + 'a>(&'a self, reads: Q) -> BoxFuture<'a, Result<Q::Output>>
    where
        Q::Output: 'a,
    {
        let mut reads = reads.__steps(Some(self.server().kind()));
        Box::pin(async move {
            let statements = reads.take_statements()?;
            if statements.is_empty() {
                return reads.read(Vec::new());
            }
            reads.read(self.together(&statements).await?)
        })
    }
}
