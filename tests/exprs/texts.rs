//! The texts of reads and writes, in `exprs/reads.sql`, which CockroachDB's own grammar reads too.

use std::fmt::Write as _;

use crdb_orm::prelude::*;
use crdb_orm::query::{count_rows, dense_rank, on, row_number, whole, window, with};
use crdb_tests::golden;

use crate::tables::{Customer, Mood, Order};

crdb_orm::cte! { Small as "small" { id: Uuid, total: i64 } }
crdb_orm::cte! { Gone as "gone" { id: Uuid, user_id: Uuid } }
crdb_orm::alias!(Other = Customer as "other");

#[test]
fn reads_and_writes_have_their_texts() {
    let mine = || Order::USER_ID.joins(Customer::ID);
    let orders = || Order::query().join(mine());
    let texts = [
        Order::query().select(whole::<Order>()).to_sql(),
        Customer::query().select((Customer::NAME, Customer::MOOD)).to_sql(),
        Customer::query().select(Customer::MOOD.eq(Mood::Good)).to_sql(),
        Customer::query().select(Customer::MOOD).distinct().offset(2).limit(1).to_sql(),
        orders().select((whole::<Order>(), whole::<Customer>())).to_sql(),
        orders().filter(Customer::MOOD.eq_any([Mood::Good])).select(Order::TOTAL).to_sql(),
        Customer::query().left_join(Customer::ID.joins(Order::USER_ID)).select(whole::<Order>()).to_sql(),
        Customer::query()
            .join(Customer::CREDIT.joins(Customer::CREDIT.under::<Other>()))
            .select((Customer::NAME, Customer::NAME.under::<Other>()))
            .to_sql(),
        Order::query()
            .join(on::<Customer, (Order, Customer)>(
                Order::TOTAL
                    .across::<(Order, Customer), _>()
                    .gt(Customer::CREDIT.across::<(Order, Customer), _>()),
            ))
            .select(count_rows::<Order>())
            .to_sql(),
        orders()
            .select((Customer::NAME, Order::TOTAL.sum().filter(Order::PAID), Order::TOTAL.avg()))
            .group_by(Customer::NAME)
            .having(count_rows::<Order>().gt(1))
            .order_by(Order::TOTAL.sum().desc())
            .to_sql(),
        Order::query()
            .select((
                Order::TOTAL,
                row_number().over(window().partition_by(Order::USER_ID).order_by(Order::ID.asc())),
            ))
            .to_sql(),
        Order::query().select(dense_rank().over(window().order_by(Order::TOTAL.desc()))).to_sql(),
        Order::query().select(Order::TOTAL.sum().over(window().partition_by(Order::PAID))).to_sql(),
        Order::query()
            .select(whole::<Order>())
            .distinct_on(Order::USER_ID)
            .order_by(Order::USER_ID.asc())
            .to_sql(),
        Customer::filter(Order::filter(Order::PAID).exists_with(mine())).to_sql(),
        Order::filter(
            !Customer::query()
                .join(Customer::CREDIT.joins(Customer::CREDIT.under::<Other>()))
                .exists_with(Customer::ID.joins(Order::USER_ID)),
        )
        .to_sql(),
        Customer::filter(Customer::ID.in_query(Order::query().select(Order::USER_ID))).to_sql(),
        Customer::query().select(Order::query().select(Order::TOTAL.max()).scalar_with(mine())).to_sql(),
        with(Order::query().select((Order::ID, Order::TOTAL)).named::<Small>())
            .from::<Order>()
            .join(Order::ID.joins(Small::id()))
            .select(Small::total())
            .to_sql(),
        with(
            Order::filter(Order::PAID)
                .delete()
                .returning((Order::ID, Order::USER_ID))
                .named::<Gone>()
                .expect("a delete"),
        )
        .from::<Gone>()
        .select(Gone::user_id().count_distinct())
        .to_sql(),
        Order::query().select(Order::TOTAL).for_update().skip_locked().to_sql(),
        Order::query().select(Order::TOTAL).for_share().nowait().to_sql(),
        orders().select(Order::TOTAL).for_update().of::<Order>().to_sql(),
        Order::query().select(Order::TOTAL).use_index("orders_user").to_sql(),
        orders().select(Order::TOTAL).no_full_scan().to_sql(),
        Customer::update(Uuid::nil())
            .set(Customer::MOOD, Mood::Bad)
            .returning((Customer::NAME, Customer::MOOD))
            .to_sql()
            .expect("an update"),
        Order::delete(Uuid::nil()).returning(Order::TOTAL + 1).to_sql().expect("a delete"),
    ];
    let mut list = String::new();
    for text in texts {
        writeln!(list, "{text};").expect("a line");
    }
    golden::check(&golden::path("../exprs/reads.sql"), &list);
}
