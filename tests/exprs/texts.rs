//! The texts of reads and writes, in `exprs/reads.sql`, which CockroachDB's own grammar reads too.

use std::fmt::Write as _;

use crdb_orm::prelude::*;
use crdb_orm::query::{
    CteTable as _, count_rows, dense_rank, from, on, rank, row_number, series, unnest, value, whole, window,
    with,
};
use crdb_tests::golden;

use crate::tables::{Customer, Label, Mood, Order, Piece, Thing};

crdb_orm::cte! { Small as "small" { id: Uuid, total: i64 } }
crdb_orm::cte! { Gone as "gone" { id: Uuid, user_id: Uuid } }
crdb_orm::cte! { Number as "number" { n: i64 } }
crdb_orm::cte! { Tag as "tag" { name: String, place: i64 } }
crdb_orm::cte! { Entry as "entry" { key: String, data: serde_json::Value } }
crdb_orm::cte! { Felt as "felt" { mood: Mood } }
crdb_orm::cte! { Tree as "tree" { id: Uuid, name: String, depth: i64 } }
crdb_orm::alias!(Other = Customer as "other");
crdb_orm::alias!(Parent = Piece as "parent");
crdb_orm::alias!(Dearest = Order as "dearest");

#[derive(CrdbRow, Debug)]
#[allow(dead_code, reason = "its names are looked at")]
struct Renamed {
    id: Uuid,
    paid: i64,
}

#[test]
fn reads_and_writes_have_their_texts() {
    let mine = || Order::USER_ID.joins(Customer::ID);
    let orders = || Order::query().join(mine());
    let texts = [
        Order::query().select(whole::<Order>()).to_sql(),
        Customer::query().select((Customer::NAME, Customer::MOOD)).to_sql(),
        Customer::query().select(Customer::MOOD.eq(Mood::Good)).to_sql(),
        Customer::query().select(Customer::MOOD).distinct().offset(2).limit(1).to_sql(),
        Customer::query().select(Customer::MOOD).distinct().order_by(Customer::MOOD.desc()).limit(1).to_sql(),
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
        Order::query()
            .select(row_number().over(window().order_by((Order::PAID, Order::TOTAL.desc(), Order::ID))))
            .to_sql(),
        Order::query()
            .select((
                Order::USER_ID,
                rank().over(window().order_by((Order::ID.count().desc(), Order::USER_ID))),
            ))
            .group_by(Order::USER_ID)
            .order_by((
                Order::ID.count().desc(),
                Order::TOTAL.sum().filter(Order::PAID).desc().nulls_last(),
                rank().over(window().order_by((Order::ID.count().desc(), Order::USER_ID))),
                Order::USER_ID,
            ))
            .to_sql(),
        Order::query()
            .select((
                Order::ID.array_agg().order_by((Order::PAID.desc(), Order::TOTAL, Order::ID.desc())),
                Order::TOTAL.jsonb_agg().order_by([Order::TOTAL.desc(), Order::ID.asc()]),
            ))
            .to_sql(),
        orders()
            .select((Order::ID, Customer::NAME))
            .distinct_on(Order::USER_ID)
            .order_by((
                Order::USER_ID,
                Customer::CREDIT - 1,
                row_number().over(window().order_by(Order::TOTAL)),
            ))
            .to_sql(),
        Order::query()
            .select((Order::USER_ID, Order::TOTAL))
            .union_all(Customer::query().select((Customer::ID, Customer::CREDIT)))
            .order_by((Order::TOTAL.desc(), Order::USER_ID))
            .to_sql(),
        Order::query().select(Order::TOTAL.sum().over(window().partition_by(Order::PAID))).to_sql(),
        Order::query()
            .select(whole::<Order>())
            .distinct_on(Order::USER_ID)
            .order_by(Order::USER_ID.asc())
            .to_sql(),
        Order::query()
            .select((Order::USER_ID, Order::TOTAL))
            .distinct_on(Order::ID)
            .order_by((Order::ID, Order::TOTAL))
            .into_struct::<Renamed>()
            .to_sql(),
        orders()
            .select((Customer::NAME.concat("!").lower(), Order::TOTAL.sum()))
            .group_by(Customer::NAME.concat("!"))
            .having(Customer::NAME.concat("!").ne("?"))
            .order_by(Customer::NAME.concat("!").upper())
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
        Order::filter(Order::PAID).use_index("orders_user").to_sql(),
        Order::query().no_full_scan().order_by(Order::TOTAL.asc()).limit(1).for_update().to_sql(),
        orders().use_index("orders_user").no_full_scan_of::<Customer, _>().select(Order::TOTAL).to_sql(),
        Customer::query()
            .join(Customer::CREDIT.joins(Customer::CREDIT.under::<Other>()))
            .use_index("customers_pkey")
            .use_index_of::<Other, _>("customers_pkey")
            .select(Customer::NAME)
            .to_sql(),
        Customer::filter(Order::query().use_index("orders_user").exists_with(mine())).to_sql(),
        Customer::update(Uuid::nil())
            .set(Customer::MOOD, Mood::Bad)
            .returning((Customer::NAME, Customer::MOOD))
            .to_sql()
            .expect("an update"),
        Order::delete(Uuid::nil()).returning(Order::TOTAL + 1).to_sql().expect("a delete"),
    ];
    let texts = texts.into_iter().chain(joins()).chain(sets()).chain(writes());
    let mut list = String::new();
    for text in texts {
        writeln!(list, "{text};").expect("a line");
    }
    golden::check(&golden::path("../exprs/reads.sql"), &list);
}

fn joins() -> Vec<String> {
    let mine = || Order::USER_ID.joins(Customer::ID);
    let top = || Order::query().select((Order::ID, Order::TOTAL)).order_by(Order::TOTAL.desc()).limit(3);
    vec![
        Order::query().right_join(mine()).select((whole::<Order>(), Customer::MOOD)).to_sql(),
        Order::query().full_join(mine()).select((Order::TOTAL, Customer::NAME)).to_sql(),
        Order::query().cross_join::<Customer>().select(count_rows::<Order>()).to_sql(),
        Piece::query()
            .join(Piece::PARENT.under::<Parent>())
            .select((Piece::NAME, whole::<Parent>()))
            .to_sql(),
        Piece::query().left_join(Piece::LABELS).select((Piece::NAME, Label::TEXT)).to_sql(),
        Piece::query().left_join(Piece::BELOW.under::<Parent>()).select(Piece::NAME).to_sql(),
        Customer::query()
            .join_lateral(top().lateral(mine()).named::<Small>())
            .select(Small::total())
            .to_sql(),
        Customer::query()
            .left_join_lateral(Order::order_by(Order::ID.asc()).limit(1).lateral(mine()).under::<Dearest>())
            .select((Customer::NAME, whole::<Dearest>()))
            .to_sql(),
        Thing::query()
            .join_lateral(Thing::TAGS.unnest().numbered().named::<Tag>())
            .select((Tag::name(), Tag::place()))
            .to_sql(),
        Thing::query()
            .left_join_lateral(Thing::DOC.json_each().named::<Entry>())
            .select(Entry::data())
            .to_sql(),
        from(series(1, 10, 2).named::<Number>()).select(Number::n()).to_sql(),
        from(unnest([Mood::Good]).named::<Felt>()).select(Felt::mood()).order_by(Felt::mood().asc()).to_sql(),
    ]
}

fn sets() -> Vec<String> {
    let names = || Customer::query().select((Customer::NAME, Customer::MOOD));
    let roots = Piece::filter(Piece::PARENT_ID.is_null()).select((Piece::ID, Piece::NAME, value(0_i64)));
    let below = Piece::query().join(Piece::PARENT_ID.joins(Tree::id()));
    let below = below.select((Piece::ID, Piece::NAME, Tree::depth() + 1));
    let tree = || Tree::recursive(roots.clone(), below.clone()).up_to(Tree::depth(), 5);
    vec![
        names().union(names()).order_by(Customer::NAME.asc()).limit(3).offset(1).to_sql(),
        names().union_all(names()).order_by(Customer::MOOD.desc()).to_sql(),
        names().limit(1).intersect(names().except(names())).to_sql(),
        Order::filter(Order::TOTAL.in_query(
            Customer::query().select(Customer::CREDIT).union(Customer::query().select(Customer::CREDIT + 1)),
        ))
        .to_sql(),
        with(tree()).from::<Tree>().select((Tree::name(), Tree::depth())).to_sql(),
        with(Tree::recursive_distinct(roots.clone(), below.clone()))
            .from::<Tree>()
            .select(Tree::id())
            .to_sql(),
        with(Order::query().select((Order::ID, Order::TOTAL)).named::<Small>().materialized())
            .and(tree())
            .from::<Small>()
            .select(Small::id())
            .to_sql(),
        with(Order::query().select((Order::ID, Order::TOTAL)).named::<Small>().not_materialized())
            .from::<Small>()
            .select(Small::id())
            .to_sql(),
    ]
}

fn writes() -> Vec<String> {
    let mine =
        || Order::query().join(Order::USER_ID.joins(Customer::ID)).filter(Customer::MOOD.eq(Mood::Bad));
    [
        mine().update().set_from(Order::TOTAL, Customer::CREDIT).set(Order::PAID, true).to_sql(),
        mine().delete().to_sql(),
        Piece::query().join(Piece::LABELS).update().set_from(Piece::NAME, Label::TEXT).to_sql(),
        mine().update().add(Order::TOTAL, 1).returning((whole::<Order>(), Customer::MOOD)).to_sql(),
        mine().delete().returning((Order::TOTAL + 1, Customer::NAME.lower())).to_sql(),
        mine()
            .delete()
            .returning((Order::ID, Order::TOTAL))
            .named::<Small>()
            .map(|small| with(small).from::<Small>().select(Small::id()).to_sql()),
        Piece::query().join(Piece::PARENT.under::<Parent>()).delete().to_sql(),
        Order::filter(Order::PAID).use_index("orders_user").update().set(Order::TOTAL, 0).to_sql(),
        Order::filter(Order::PAID).no_full_scan().delete().returning(Order::ID).to_sql(),
        mine()
            .use_index("orders_user")
            .use_index_of::<Customer, _>("customers_pkey")
            .update()
            .set(Order::TOTAL, 0)
            .to_sql(),
        mine().no_full_scan().use_index_of::<Customer, _>("customers_pkey").delete().to_sql(),
        Order::query()
            .use_index("orders_user")
            .select((Order::USER_ID, Order::TOTAL, Order::PAID))
            .insert_into((Order::USER_ID, Order::TOTAL, Order::PAID))
            .to_sql(),
        mine()
            .select((Order::USER_ID, Order::TOTAL, value(true)))
            .insert_into((Order::USER_ID, Order::TOTAL, Order::PAID))
            .or_ignore()
            .to_sql(),
        Order::filter(Order::PAID)
            .delete()
            .returning((Order::USER_ID, Order::TOTAL))
            .named::<Small>()
            .and_then(|small| {
                let rows = with(small).from::<Small>().select((Small::id(), Small::total(), value(true)));
                rows.insert_into((Order::USER_ID, Order::TOTAL, Order::PAID)).or_ignore().to_sql()
            }),
    ]
    .into_iter()
    .map(|text| text.expect("a write"))
    .collect()
}
