//! Every statement of a table of tenants says whose rows, and every statement of a table with soft deletes which of them.

use std::fmt::Write as _;

use crdb_orm::prelude::*;
use crdb_orm::query::{CteTable as _, on, value, whole, with};
use crdb_tests::golden;

use crate::tables::{A, Country, Customer, Order, OrderTag, Page, Sale, Tag, id};

crdb_orm::alias!(Label = Tag as "label");
crdb_orm::alias!(Earlier = Order as "earlier");
crdb_orm::alias!(Last = Sale as "last");
crdb_orm::cte! { Top as "top" { total: i64 } }
crdb_orm::cte! { Chain as "chain" { id: Uuid, next: i64 } }
crdb_orm::cte! { Spent as "spent" { customer_id: i64, total: Option<i64> } }
crdb_orm::cte! { Gone as "gone" { id: Uuid } }

fn order() -> Order {
    Order {
        id: id(1),
        tenant_id: A,
        customer_id: 1,
        total: 1,
        number: 1,
        marks: Vec::new(),
        deleted_at: None,
    }
}

fn new() -> crdb_orm::query::Insert<Order> {
    Order::insert().customer_id(1).total(1).number(1).build()
}

#[derive(CrdbPatch)]
#[crdb(table = Order)]
struct OrderPatch {
    total: Option<i64>,
}

#[allow(clippy::too_many_lines, reason = "a line for each kind of statement")]
fn texts() -> Vec<String> {
    let big = || Order::filter(Order::TOTAL.gt(5).or(Order::NUMBER.eq(1)));
    vec![
        // Reads.
        Order::find(id(1)).to_sql(),
        Order::find(id(1)).for_update().to_sql(),
        Order::find(id(1)).with_deleted().to_sql(),
        Order::find(id(1)).only_deleted().for_update().to_sql(),
        Customer::find((A, 1)).to_sql(),
        Order::query().to_sql(),
        big().order_by(Order::TOTAL.desc()).limit(3).to_sql(),
        big().for_update().to_sql(),
        big().with_deleted().to_sql(),
        big().only_deleted().to_sql(),
        big().page(10).to_sql().unwrap(),
        // Reads of anything.
        big().select((Order::TOTAL.sum(), Order::ID.count())).to_sql(),
        big()
            .select(Order::CUSTOMER_ID)
            .group_by(Order::CUSTOMER_ID)
            .having(Order::ID.count().gt(1))
            .to_sql(),
        big().select(Order::TOTAL).for_update().to_sql(),
        big().only_deleted().select(Order::TOTAL).to_sql(),
        Order::query().select(Order::TOTAL).use_index("orders_number").to_sql(),
        big().use_index("orders_number").to_sql(),
        big().use_index("orders_number").update().set(Order::TOTAL, 0).to_sql().unwrap(),
        big().use_index("orders_number").delete().to_sql().unwrap(),
        big().use_index("orders_number").delete().hard().to_sql().unwrap(),
        big()
            .use_index("orders_number")
            .join(Order::CUSTOMER_ID.joins(Customer::ID))
            .use_index_of::<Customer, _>("customers_pkey")
            .delete()
            .to_sql()
            .unwrap(),
        Country::query()
            .right_join(Country::ID.joins(Customer::COUNTRY_ID))
            .use_index_of::<Customer, _>("customers_pkey")
            .select(Customer::NAME)
            .to_sql(),
        big()
            .join(Order::CUSTOMER_ID.joins(Customer::ID))
            .select((Order::TOTAL, whole::<Customer>()))
            .to_sql(),
        Country::query()
            .left_join(Country::ID.joins(Customer::COUNTRY_ID))
            .select((Country::NAME, Customer::NAME))
            .to_sql(),
        Order::query()
            .join(on::<Earlier, _>(Order::CUSTOMER_ID.equals(Order::CUSTOMER_ID.under::<Earlier>())))
            .select((Order::ID, Order::ID.under::<Earlier>()))
            .to_sql(),
        Order::query().join(Order::CUSTOMER_ID.joins(Customer::ID)).with_deleted().select(Order::ID).to_sql(),
        // Subqueries.
        Country::filter(
            Customer::filter(Customer::NAME.eq("a")).exists_with(Customer::COUNTRY_ID.joins(Country::ID)),
        )
        .to_sql(),
        Order::filter(Order::CUSTOMER_ID.in_query(Customer::query().select(Customer::ID))).to_sql(),
        Country::query()
            .cross_join::<Label>()
            .filter(Order::query().exists_with(Order::TAGS.under::<Label>()))
            .select(Tag::NAME.under::<Label>())
            .to_sql(),
        Country::filter(Order::query().exists_any()).to_sql(),
        Country::query()
            .select((Country::ID, Customer::query().select(Customer::ID.max()).scalar::<Country>()))
            .to_sql(),
        with(
            Order::query()
                .select((Order::CUSTOMER_ID, Order::TOTAL.sum()))
                .group_by(Order::CUSTOMER_ID)
                .named::<Spent>(),
        )
        .from::<Spent>()
        .select((Spent::customer_id(), Spent::total()))
        .to_sql(),
        with(big().delete().returning((Order::ID,)).named::<Gone>().unwrap())
            .from::<Order>()
            .join(Order::ID.joins(Gone::id()))
            .select(Order::TOTAL)
            .to_sql(),
        // Relations.
        Customer::ORDERS.to_sql(),
        Customer::ORDERS.filter(Order::TOTAL.gt(1)).limit(2).to_sql(),
        Customer::ORDERS.with_deleted().to_sql(),
        Order::CUSTOMER.to_sql(),
        Order::TAGS.to_sql(),
        Order::TAGS.limit(1).to_sql(),
        Customer::filter(Customer::ORDERS.any(Order::TOTAL.gt(1))).to_sql(),
        Order::filter(Order::TAGS.none(Tag::NAME.eq("a"))).to_sql(),
        Page::filter(Page::CHILDREN.exists()).to_sql(),
        // Writes.
        new().to_sql(),
        new().or_update().to_sql(),
        new().or_ignore().to_sql(),
        new().on_conflict(Order::ORDERS_NUMBER).do_update().to_sql(),
        new()
            .on_conflict(Order::ID)
            .do_update_with(|row| row.add(Order::TOTAL, 1).filter(Order::TOTAL.gt(1).or(Order::NUMBER.gt(2))))
            .to_sql(),
        new().returning(Order::ID).to_sql().unwrap(),
        Order::insert_row(&order()).to_sql(),
        Order::upsert(&order()).to_sql(),
        Order::insert_many([order()]).to_sql().unwrap(),
        Tag::insert_many([Tag::insert().name("a")]).to_sql().unwrap(),
        Tag::upsert_many([Tag { id: id(1), tenant_id: A, name: "a".into() }]).to_sql().unwrap(),
        Order::insert_many([Order::insert().customer_id(1).total(1).number(1).marks(vec!["a".to_owned()])])
            .to_sql()
            .unwrap(),
        Order::update(id(1)).add(Order::TOTAL, 1).to_sql().unwrap(),
        Customer::update((A, 1)).version(3).set(Customer::NAME, "a").to_sql().unwrap(),
        big().update().set(Order::TOTAL, 1).to_sql().unwrap(),
        Order::update_many([order()]).to_sql().unwrap(),
        Order::update_many([(id(1), OrderPatch { total: Some(1) })]).to_sql().unwrap(),
        Order::restore(id(1)).to_sql().unwrap(),
        Customer::restore((A, 1)).version(2).to_sql().unwrap(),
        Order::delete(id(1)).to_sql(),
        Customer::delete((A, 1)).version(3).to_sql(),
        Order::delete(id(1)).hard().to_sql(),
        Tag::delete(id(1)).to_sql(),
        big().delete().to_sql().unwrap(),
        big().delete().hard().to_sql().unwrap(),
        big().only_deleted().delete().hard().to_sql().unwrap(),
        Page::delete(1).to_sql(),
        Page::query().with_deleted().delete().to_sql().unwrap(),
    ]
    .into_iter()
    .chain(texts_of_several())
    .collect()
}

/// Statements of several tables, or of batches.
fn texts_of_several() -> Vec<String> {
    let big = || Order::filter(Order::TOTAL.gt(5).or(Order::NUMBER.eq(1)));
    let mine = || Order::CUSTOMER_ID.joins(Customer::ID);
    let chain = Chain::recursive(
        big().select((Order::ID, Order::NUMBER + 1)),
        Order::query().join(Order::NUMBER.joins(Chain::next())).select((Order::ID, Order::NUMBER + 1)),
    );
    let order = || Order::insert().id(id(1)).total(1).number(1);
    let tree = Customer::insert()
        .id(1)
        .name("a")
        .with(Customer::ORDERS, [order().with(Order::TAGS, [Tag::insert().id(id(2)).name("b")])]);
    vec![
        // Joins.
        big().right_join(mine()).select((Order::ID, Customer::NAME)).to_sql(),
        big().full_join(Order::TAGS).select((Order::ID, Tag::NAME)).to_sql(),
        big().cross_join::<Earlier>().select(Order::ID.under::<Earlier>()).to_sql(),
        big().join(Order::TAGS).select((Order::ID, Tag::NAME)).to_sql(),
        Page::query().full_join(Page::ID.joins(Sale::NUMBER)).select((Page::ID, Sale::AMOUNT)).to_sql(),
        big().full_join(Order::NUMBER.joins(Sale::NUMBER)).select((Order::ID, Sale::AMOUNT)).to_sql(),
        Page::query().join(Page::ID.joins(Sale::NUMBER)).select((Page::ID, Sale::AMOUNT)).to_sql(),
        Page::query()
            .right_join(Page::ID.joins(Sale::NUMBER))
            .select((Page::ID, Sale::AMOUNT))
            .for_update()
            .of::<Sale>()
            .to_sql(),
        Sale::query()
            .full_join(on::<Last, _>(Sale::NUMBER.equals(Sale::NUMBER.under::<Last>())))
            .filter(Order::filter(Order::TOTAL.gt(1)).exists_with(Order::NUMBER.joins(Sale::NUMBER)))
            .select((Sale::AMOUNT, Sale::AMOUNT.under::<Last>()))
            .to_sql(),
        Customer::query()
            .join_lateral(big().select((Order::TOTAL,)).limit(1).lateral(mine()).named::<Top>())
            .select((Customer::NAME, Top::total()))
            .to_sql(),
        // Several queries.
        big().select(Order::TOTAL).union(Customer::query().select(Customer::ID)).to_sql(),
        with(chain.up_to(Chain::next(), 5)).from::<Chain>().select(Chain::id()).to_sql(),
        big().join(mine()).select((Order::TOTAL, Customer::NAME)).page(5).to_sql().unwrap(),
        // Writes by the rows of others, and of what a query reads.
        big().join(mine()).update().set_from(Order::TOTAL, Customer::ID).to_sql().unwrap(),
        big().join(Order::TAGS).update().set(Order::TOTAL, 1).to_sql().unwrap(),
        Customer::query().join(Customer::ORDERS).update().set(Customer::NAME, "a").to_sql().unwrap(),
        Sale::query().join(Sale::NUMBER.joins(Customer::ID)).delete().to_sql().unwrap(),
        big().join(mine()).delete().to_sql().unwrap(),
        big().join(mine()).delete().hard().to_sql().unwrap(),
        big().only_deleted().join(mine()).delete().hard().to_sql().unwrap(),
        OrderTag::query().join(OrderTag::TAG_ID.joins(Tag::ID)).delete().to_sql().unwrap(),
        big()
            .select((Order::ID, value("a".to_owned())))
            .insert_into((Tag::ID, Tag::NAME))
            .or_ignore()
            .to_sql()
            .unwrap(),
        Sale::delete((A, 1)).version(2).to_sql(),
        // Batches.
        big().update().set(Order::TOTAL, 1).in_batches().to_sql().unwrap(),
        Customer::query().update().set(Customer::NAME, "a").in_batches().to_sql().unwrap(),
        big().delete().in_batches().to_sql().unwrap(),
        big().delete().hard().in_batches().to_sql().unwrap(),
        Sale::query().only_deleted().delete().hard().in_batches().to_sql().unwrap(),
    ]
    .into_iter()
    .chain(tree.to_sql().unwrap())
    .collect()
}

/// In `scopes/texts.sql`, which CockroachDB's own grammar reads too.
#[test]
fn what_is_sent_is_in_one_file() {
    let mut list = String::new();
    for text in texts() {
        writeln!(list, "{text};").expect("a line");
    }
    golden::check(&golden::path("../scopes/texts.sql"), &list);
}

/// As many conditions, or columns of new rows, as there are tables of tenants in the text.
#[test]
fn each_table_of_tenants_is_narrowed_as_often_as_it_is_named() {
    for text in texts() {
        let named = |table: &str| {
            ["FROM ", "JOIN ", "UPDATE ", "INTO "]
                .iter()
                .map(|before| {
                    text.match_indices(&format!("{before}{table}"))
                        .filter(|(at, found)| {
                            let next = text[at + found.len()..].chars().next();
                            !next.is_some_and(|c| c.is_alphanumeric() || c == '_')
                        })
                        .count()
                })
                .sum::<usize>()
        };
        let tables: usize = ["customers", "orders", "tags", "order_tags", "sales.orders"]
            .iter()
            .map(|table| named(table))
            .sum();
        // A new row has the column.
        let inserts = text.matches("INSERT INTO ").count();
        let narrowed = text.matches("tenant_id = $").count() + inserts;
        assert!(narrowed >= tables, "{text}");
        // Who updates a row that is there looks at it, too.
        if text.contains("DO UPDATE") {
            assert!(text.contains("tenant_id = excluded.tenant_id"), "{text}");
        }
    }
}
