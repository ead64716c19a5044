//! The statement of each relation.

use std::fmt::Write as _;

use crdb_orm::Table as _;
use crdb_tests::golden;

use crate::tables::{Customer, Employee, Line, Order, Piece, Status, Tag};

const ORDER: &str = "id, user_id, courier_id, total, status::TEXT";

#[test]
fn rows_of_many_keys_are_found_by_one_array() {
    assert_eq!(Customer::ORDERS.to_sql(), format!("SELECT {ORDER} FROM orders WHERE user_id = ANY ($1)"));
    assert_eq!(Order::CUSTOMER.to_sql(), "SELECT id, name FROM customers WHERE id = ANY ($1)");
    assert_eq!(
        Employee::REPORTS.to_sql(),
        "SELECT id, name, manager_id FROM employees WHERE manager_id = ANY ($1)"
    );
    let big = Order::TOTAL.gt(5).or(Order::STATUS.eq(Status::Closed));
    assert_eq!(
        Customer::ORDERS.filter(big).order_by(Order::TOTAL.desc()).to_sql(),
        format!(
            "SELECT {ORDER} FROM orders WHERE user_id = ANY ($1) \
             AND (total > $2 OR status = $3::TEXT::status) ORDER BY total DESC"
        )
    );
}

#[test]
fn a_key_of_several_columns_is_an_array_for_each() {
    assert_eq!(
        Line::PIECES.filter(Piece::ID.gt(1)).to_sql(),
        "SELECT id, order_id, number FROM pieces WHERE (order_id, number) IN \
         (SELECT given.order_id, given.number FROM unnest($1::UUID[], $2::INT4[]) AS given (order_id, number)) \
         AND id > $3"
    );
    assert_eq!(
        Piece::LINE.to_sql(),
        "SELECT order_id, number, what FROM lines WHERE (order_id, number) IN \
         (SELECT given.order_id, given.number FROM unnest($1::UUID[], $2::INT4[]) AS given (order_id, number))"
    );
}

#[test]
fn a_limit_is_for_each_key() {
    assert_eq!(
        Customer::ORDERS.filter(Order::TOTAL.gt(5)).order_by(Order::TOTAL.desc()).limit(3).to_sql(),
        "SELECT orders.id, orders.user_id, orders.courier_id, orders.total, orders.status::TEXT, given.user_id \
         FROM unnest($1::UUID[]) AS given (user_id) CROSS JOIN LATERAL \
         (SELECT orders.id, orders.user_id, orders.courier_id, orders.total, orders.status FROM orders \
         WHERE orders.user_id = given.user_id AND orders.total > $2 ORDER BY orders.total DESC LIMIT $3) AS orders \
         ORDER BY orders.total DESC"
    );
    assert_eq!(
        Line::PIECES.limit(1).to_sql(),
        "SELECT pieces.id, pieces.order_id, pieces.number, given.order_id, given.number \
         FROM unnest($1::UUID[], $2::INT4[]) AS given (order_id, number) CROSS JOIN LATERAL \
         (SELECT pieces.id, pieces.order_id, pieces.number FROM pieces \
         WHERE pieces.order_id = given.order_id AND pieces.number = given.number LIMIT $3) AS pieces"
    );
}

#[test]
fn a_table_between_is_joined() {
    assert_eq!(
        Order::TAGS.filter(Tag::NAME.ne("x")).to_sql(),
        "SELECT tags.name, order_tags.order_id FROM order_tags JOIN tags ON tags.name = order_tags.tag_id \
         WHERE order_tags.order_id = ANY ($1) AND tags.name != $2"
    );
    assert_eq!(
        Order::TAGS.order_by(Tag::NAME.asc()).limit(2).to_sql(),
        "SELECT tags.name, given.order_id FROM unnest($1::UUID[]) AS given (order_id) CROSS JOIN LATERAL \
         (SELECT tags.name FROM order_tags JOIN tags ON tags.name = order_tags.tag_id \
         WHERE order_tags.order_id = given.order_id ORDER BY tags.name ASC LIMIT $2) AS tags ORDER BY tags.name ASC"
    );
}

#[test]
fn a_condition_on_what_belongs_to_a_row_is_one_exists() {
    assert_eq!(
        Customer::filter(Customer::ORDERS.any(Order::TOTAL.gt(5))).to_sql(),
        "SELECT id, name FROM customers WHERE EXISTS \
         (SELECT 1 FROM orders WHERE orders.user_id = customers.id AND orders.total > $1)"
    );
    let nested = Customer::ORDERS.none(Order::LINES.any(Line::PIECES.exists()));
    assert_eq!(
        Customer::filter(nested.and(Customer::NAME.eq("a"))).to_sql(),
        "SELECT id, name FROM customers WHERE NOT EXISTS (SELECT 1 FROM orders WHERE orders.user_id = customers.id \
         AND EXISTS (SELECT 1 FROM lines WHERE lines.order_id = orders.id AND EXISTS (SELECT 1 FROM pieces \
         WHERE pieces.order_id = lines.order_id AND pieces.number = lines.number))) AND name = $1"
    );
    assert_eq!(
        Order::filter(Order::TAGS.any(Tag::NAME.eq("a"))).to_sql(),
        format!(
            "SELECT {ORDER} FROM orders WHERE EXISTS (SELECT 1 FROM order_tags JOIN tags \
             ON tags.name = order_tags.tag_id WHERE order_tags.order_id = orders.id AND tags.name = $1)"
        )
    );
}

#[test]
fn a_condition_between_rows_of_one_table_names_no_outer_row() {
    assert_eq!(
        Employee::filter(Employee::REPORTS.any(Employee::NAME.eq("low"))).to_sql(),
        "SELECT id, name, manager_id FROM employees WHERE id IN (SELECT employees.manager_id FROM employees \
         WHERE employees.manager_id IS NOT NULL AND employees.name = $1)"
    );
    assert_eq!(
        Employee::filter(Employee::MANAGER.none(Employee::NAME.eq("left"))).to_sql(),
        "SELECT id, name, manager_id FROM employees WHERE NOT (manager_id IS NOT NULL AND manager_id IN \
         (SELECT employees.id FROM employees WHERE employees.id IS NOT NULL AND employees.name = $1))"
    );
}

/// In `relations/texts.sql`, which CockroachDB's own grammar reads too.
#[test]
fn what_is_sent_is_in_one_file() {
    let texts = [
        Customer::ORDERS.to_sql(),
        Customer::ORDERS
            .filter(Order::STATUS.eq(Status::Open))
            .order_by(Order::STATUS.desc())
            .limit(3)
            .to_sql(),
        Customer::PROFILE.to_sql(),
        Line::PIECES.to_sql(),
        Line::PIECES.limit(1).to_sql(),
        Piece::LINE.filter(Line::NUMBER.gt(1)).to_sql(),
        Order::TAGS.order_by(Tag::NAME.asc()).to_sql(),
        Order::TAGS.limit(2).to_sql(),
        Customer::filter(Customer::ORDERS.any(Order::LINES.none(Line::NUMBER.gt(1)))).to_sql(),
        Order::filter(!Order::TAGS.exists()).to_sql(),
        Employee::filter(Employee::REPORTS.any(Employee::NAME.eq("low"))).to_sql(),
        Employee::filter(Employee::MANAGER.none(Employee::NAME.eq("left"))).to_sql(),
    ];
    let mut list = String::new();
    for text in texts {
        writeln!(list, "{text};").expect("a line");
    }
    golden::check(&golden::path("../relations/texts.sql"), &list);
}
