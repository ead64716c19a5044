//! Units of work run in a transaction of their own, or as a part of one.

use crdb_orm::{Error, Perform, Tx, UnitOfWork, Write, async_trait};

use crate::support::{insert, numbers, rows};

struct Add(i64, i64);

#[async_trait]
impl UnitOfWork for Add {
    type Output = u64;
    type Error = Error;

    fn name(&self) -> &'static str {
        "add"
    }

    async fn run(&self, tx: &Tx) -> Result<u64, Error> {
        Ok(insert(tx, self.0).await? + insert(tx, self.1).await?)
    }
}

type Work = Box<dyn UnitOfWork<Output = u64, Error = Error>>;

/// A service that does not know whether it is a part of something.
async fn service(executor: &dyn Write, work: &Work) -> Result<u64, Error> {
    executor.perform(&**work).await
}

#[tokio::test]
async fn a_unit_of_work_is_done_wholly_or_not_at_all() {
    let db = numbers(1).await;
    let (good, bad): (Work, Work) = (Box::new(Add(10, 11)), Box::new(Add(12, 1)));
    assert_eq!(service(db.db(), &good).await.unwrap(), 2);
    assert!(service(db.db(), &bad).await.unwrap_err().is_unique_violation());
    assert_eq!(rows(&db).await, 3);
    assert_eq!(db.unit_of_work(&Add(20, 21)).attempts(3).await.unwrap(), 2);
}

#[tokio::test]
async fn a_unit_of_work_inside_a_transaction_is_a_part_that_can_fail_alone() {
    let db = numbers(1).await;
    let (good, bad): (Work, Work) = (Box::new(Add(10, 11)), Box::new(Add(12, 1)));
    db.transaction("both", async |tx| {
        assert!(service(&tx, &bad).await.unwrap_err().is_unique_violation());
        service(&tx, &good).await
    })
    .await
    .unwrap();
    assert_eq!((rows(&db).await, db.stats().transactions), (3, 1));
}
