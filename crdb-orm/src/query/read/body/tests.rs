use super::*;
use crate::exec::{Class, Label};
use crate::query::guard::Guard;
use crate::query::node::Operator;
use crate::schema::TypeName;

#[derive(crate::CrdbTable)]
#[crdb(table = "orders")]
#[allow(dead_code, reason = "its columns are looked at")]
struct Order {
    #[crdb(primary_key)]
    id: i64,
    number: i64,
}

const ORDERS: RelationSource = RelationSource {
    guard: Guard::NONE.tenant::<i64>("tenant_id").soft_delete("deleted_at"),
    ..RelationSource::table::<Order>()
};
/// Nothing narrows it.
const COUNTRIES: RelationSource =
    RelationSource { name: TypeName::new("countries"), guard: Guard::NONE, ..ORDERS };

fn text(kind: &'static str) -> String {
    let mut body = Body::new(COUNTRIES);
    body.list = vec![(Node::Constant("1"), ColumnType::Int8)];
    let column = |source: &RelationSource| Node::At(source.name, "country_id");
    let on = Node::binary(Operator::EQ, column(&COUNTRIES), column(&ORDERS));
    body.joins.push(Join::new(kind, ORDERS, Some(on)));
    let mut writer = Writer::new("");
    body.write(&mut writer, true);
    writer.finish(Class::Read, Label { verb: "select", table: None }).sql.into_owned()
}

/// Whatever kinds of joins there will be: one that is not known to keep no row of the table which its condition
/// refuses reads a table that is narrowed already.
#[test]
fn a_join_that_keeps_rows_of_both_sides_narrows_inside_of_the_table() {
    assert_eq!(
        text(LEFT_JOIN),
        "SELECT 1 FROM countries LEFT JOIN orders ON countries.country_id = orders.country_id \
         AND orders.tenant_id = $1 AND orders.deleted_at IS NULL"
    );
    assert_eq!(
        text(" FULL JOIN "),
        "SELECT 1 FROM countries FULL JOIN (SELECT id, number FROM orders WHERE tenant_id = $1 \
         AND deleted_at IS NULL) AS orders ON countries.country_id = orders.country_id"
    );
}

/// A query has a name without a schema, and two have not the same one.
#[test]
fn a_table_in_a_schema_that_is_narrowed_inside_is_known_by_a_name_of_its_own() {
    const SALES: TypeName = TypeName::new("orders").in_schema("sales");
    let text = |others: RelationSource, others_name: &'static TypeName| {
        let mut body = Body::new(RelationSource { name: SALES, ..ORDERS });
        let number = |name| Node::Of(name, "number");
        body.list = vec![(number(&SALES), ColumnType::Int8)];
        let mut below = Body::new(RelationSource { name: SALES, ..ORDERS });
        below.list = body.list.clone();
        body.filter = Some(Node::binary(Operator::EQ, number(&SALES), Node::Query(Box::new(below))));
        let on = Node::binary(Operator::EQ, number(&SALES), number(others_name));
        body.joins.push(Join::new(" FULL JOIN ", others, Some(on)));
        let mut writer = Writer::new("");
        body.write(&mut writer, true);
        writer.finish(Class::Read, Label { verb: "select", table: None }).sql.into_owned()
    };
    const PLAIN: TypeName = TypeName::new("orders");
    let of_sales = "(SELECT id, number FROM sales.orders WHERE tenant_id = $1 AND deleted_at IS NULL)";
    let below = "(SELECT \"sales.orders\".number FROM sales.orders AS \"sales.orders\" \
                 WHERE \"sales.orders\".tenant_id = $3 AND \"sales.orders\".deleted_at IS NULL)";
    assert_eq!(
        text(ORDERS, &PLAIN),
        format!(
            "SELECT \"sales.orders\".number FROM {of_sales} AS \"sales.orders\" FULL JOIN (SELECT id, number FROM orders \
             WHERE tenant_id = $2 AND deleted_at IS NULL) AS \"public.orders\" \
             ON \"sales.orders\".number = \"public.orders\".number WHERE \"sales.orders\".number = {below}"
        )
    );
    const OTHER: TypeName = TypeName::new("countries");
    assert_eq!(
        text(COUNTRIES, &OTHER),
        format!(
            "SELECT \"sales.orders\".number FROM {of_sales} AS \"sales.orders\" FULL JOIN countries \
             ON \"sales.orders\".number = countries.number WHERE \"sales.orders\".number = {}",
            below.replace("$3", "$2")
        )
    );
}
