//! What `#[derive(CrdbTable)]` expands to, written by hand: the shape that the query layer is built for.
#![allow(dead_code, missing_docs, clippy::elidable_lifetime_names, clippy::option_option)]

use crdb_orm::prelude::*;
use crdb_orm::types::Field;

#[derive(Debug, Clone)]
pub struct Customer {
    pub id: Uuid,
    pub email: String,
}

/// A customer order.
#[derive(Debug, Clone)]
pub struct Order {
    pub id: Uuid,
    pub user_id: Uuid,
    pub total: Decimal,
    pub note: Option<String>,
    pub r#type: i16,
    pub region: Region,
    pub created_at: DateTime<Utc>,
    pub shout: String,
}

// ------------------------------------------------------------------ what the derive writes for `Order`

// Free const items: `cargo check` and the editor see them.
const _: () =
    ::crdb_orm::__private::const_check::key_column("id", <Uuid as ::crdb_orm::__private::Field>::NULLABLE);
const _: () = ::crdb_orm::__private::const_check::decimal_column(
    "total",
    <Decimal as ::crdb_orm::__private::Field>::TYPE,
);
const _: () = ::crdb_orm::__private::const_check::region_column(
    "region",
    <Region as ::crdb_orm::__private::Field>::TYPE,
    <Region as ::crdb_orm::__private::Field>::NULLABLE,
);
const _: () = ::crdb_orm::__private::const_check::foreign_key(
    &["user_id"],
    &[<Uuid as ::crdb_orm::__private::Field>::TYPE],
    &<Customer as ::crdb_orm::__private::Table>::NAME,
    <Customer as ::crdb_orm::__private::Table>::KEY_COLUMNS,
    <Customer as ::crdb_orm::__private::Table>::KEY_TYPES,
);

/// An insert into `orders`, made by [`Order::insert`](crdb_orm::Table::insert).
///
/// Required columns: `user_id`, `total`, `type`, `region`.
#[derive(Debug)]
#[must_use = "an insert does nothing until one of its terminals is awaited"]
pub struct OrderInsert<
    UserId = ::crdb_orm::__private::Unset,
    Total = ::crdb_orm::__private::Unset,
    Type = ::crdb_orm::__private::Unset,
    Region_ = ::crdb_orm::__private::Unset,
> {
    id: Option<Uuid>,
    user_id: UserId,
    total: Total,
    note: Option<Option<String>>,
    r#type: Type,
    region: Region_,
    created_at: Option<DateTime<Utc>>,
}

impl Order {
    /// Column `id`.
    pub const ID: ::crdb_orm::__private::Column<Self, Uuid> = ::crdb_orm::__private::Column::new("id");
    /// Column `user_id`.
    pub const USER_ID: ::crdb_orm::__private::Column<Self, Uuid> =
        ::crdb_orm::__private::Column::new("user_id");
    pub const TOTAL: ::crdb_orm::__private::Column<Self, Decimal> =
        ::crdb_orm::__private::Column::new("total");
    pub const NOTE: ::crdb_orm::__private::Column<Self, Option<String>> =
        ::crdb_orm::__private::Column::new("note");
    pub const TYPE: ::crdb_orm::__private::Column<Self, i16> = ::crdb_orm::__private::Column::new("type");
    pub const REGION: ::crdb_orm::__private::Column<Self, Region> =
        ::crdb_orm::__private::Column::new("region");
    pub const CREATED_AT: ::crdb_orm::__private::Column<Self, DateTime<Utc>> =
        ::crdb_orm::__private::Column::new("created_at");
    pub const SHOUT: ::crdb_orm::__private::Column<Self, String> =
        ::crdb_orm::__private::Column::new("shout");
}

#[allow(non_camel_case_types, clippy::all)]
const _: () = {
    use ::crdb_orm::__private as p;

    // One marker for each required column; the module is named after the table, for the compiler's message.
    mod orders {
        pub struct user_id;
        pub struct total;
        pub struct r#type;
        pub struct region;
    }

    impl p::FromRow for Order {
        const NAMES: &'static [&'static str] =
            &["id", "user_id", "total", "note", "type", "region", "created_at", "shout"];

        fn from_row(row: &p::RowReader<'_>) -> p::Result<Self> {
            Ok(Self {
                id: row.get(0)?,
                user_id: row.get(1)?,
                total: row.get(2)?,
                note: row.get(3)?,
                r#type: row.get(4)?,
                region: row.get(5)?,
                created_at: row.get(6)?,
                shout: row.get(7)?,
            })
        }
    }

    impl p::Table for Order {
        const NAME: p::TypeName = p::TypeName::new("orders");
        const KEY_COLUMNS: &'static [&'static str] = &["id"];
        const KEY_TYPES: &'static [p::ColumnType] = &[<Uuid as p::Field>::TYPE];
        const TABLE: &'static p::TableDef = &p::TableDef::new(
            Self::NAME,
            &[
                p::ColumnDef::new("id", <Uuid as p::Field>::TYPE)
                    .field("id")
                    .nullable(<Uuid as p::Field>::NULLABLE)
                    .default(p::DefaultValue::Sql("gen_random_uuid()")),
                p::ColumnDef::new("user_id", <Uuid as p::Field>::TYPE),
                p::ColumnDef::new("total", <Decimal as p::Field>::TYPE).decimal(10, 2),
                p::ColumnDef::new("note", <Option<String> as p::Field>::TYPE)
                    .nullable(<Option<String> as p::Field>::NULLABLE),
                p::ColumnDef::new("type", <i16 as p::Field>::TYPE),
                p::ColumnDef::new("region", <Region as p::Field>::TYPE),
                p::ColumnDef::new("created_at", <DateTime<Utc> as p::Field>::TYPE)
                    .default(p::DefaultValue::Sql("now()")),
                p::ColumnDef::new("shout", <String as p::Field>::TYPE).computed("upper(note)", true),
            ],
            p::PrimaryKeyDef::new(&[p::KeyPart::asc("id")]),
        )
        .indexes(&[p::IndexDef::new(&[p::KeyPart::asc("user_id"), p::KeyPart::desc("created_at")])
            .name("idx_orders_user")])
        .foreign_keys(&[p::ForeignKeyDef::new(
            &["user_id"],
            <Customer as p::Table>::NAME,
            <Customer as p::Table>::KEY_COLUMNS,
        )])
        .locality(p::Locality::RegionalByRow(Some("region")))
        .comment("A customer order.");
        type Key = Uuid;
        type Insert = OrderInsert;

        fn insert() -> OrderInsert {
            OrderInsert {
                id: None,
                user_id: p::Unset,
                total: p::Unset,
                note: None,
                r#type: p::Unset,
                region: p::Unset,
                created_at: None,
            }
        }

        fn __texts() -> &'static p::Texts {
            static TEXTS: p::OnceLock<p::Texts> = p::OnceLock::new();
            TEXTS.get_or_init(|| p::Texts::new(Self::TABLE))
        }

        fn __values(&self) -> Vec<p::Value> {
            vec![
                p::Field::to_value(&self.id),
                p::Field::to_value(&self.user_id),
                p::Field::to_value(&self.total),
                p::Field::to_value(&self.note),
                p::Field::to_value(&self.r#type),
                p::Field::to_value(&self.region),
                p::Field::to_value(&self.created_at),
            ]
        }
    }

    impl<UserId, Total, Type, Region_> OrderInsert<UserId, Total, Type, Region_> {
        /// Sets column `id`. Left out, the client makes a random UUID.
        pub fn id(mut self, value: impl p::IntoField<Uuid>) -> Self {
            self.id = Some(value.into_field());
            self
        }

        /// Sets column `user_id`.
        pub fn user_id(
            self,
            value: impl p::IntoField<Uuid>,
        ) -> OrderInsert<p::Set<Uuid>, Total, Type, Region_> {
            OrderInsert {
                id: self.id,
                user_id: p::Set(value.into_field()),
                total: self.total,
                note: self.note,
                r#type: self.r#type,
                region: self.region,
                created_at: self.created_at,
            }
        }

        pub fn total(
            self,
            value: impl p::IntoField<Decimal>,
        ) -> OrderInsert<UserId, p::Set<Decimal>, Type, Region_> {
            OrderInsert {
                id: self.id,
                user_id: self.user_id,
                total: p::Set(value.into_field()),
                note: self.note,
                r#type: self.r#type,
                region: self.region,
                created_at: self.created_at,
            }
        }

        pub fn note(mut self, value: impl p::IntoField<Option<String>>) -> Self {
            self.note = Some(value.into_field());
            self
        }

        pub fn r#type(
            self,
            value: impl p::IntoField<i16>,
        ) -> OrderInsert<UserId, Total, p::Set<i16>, Region_> {
            OrderInsert {
                id: self.id,
                user_id: self.user_id,
                total: self.total,
                note: self.note,
                r#type: p::Set(value.into_field()),
                region: self.region,
                created_at: self.created_at,
            }
        }

        pub fn region(
            self,
            value: impl p::IntoField<Region>,
        ) -> OrderInsert<UserId, Total, Type, p::Set<Region>> {
            OrderInsert {
                id: self.id,
                user_id: self.user_id,
                total: self.total,
                note: self.note,
                r#type: self.r#type,
                region: p::Set(value.into_field()),
                created_at: self.created_at,
            }
        }

        /// Runs the insert and returns the row as the server has stored it.
        pub fn one<'a, X: p::Write + ?Sized>(self, executor: &'a X) -> p::BoxFuture<'a, p::Result<Order>>
        where
            UserId: p::Has<Order, orders::user_id, Uuid>,
            Total: p::Has<Order, orders::total, Decimal>,
            Type: p::Has<Order, orders::r#type, i16>,
            Region_: p::Has<Order, orders::region, Region>,
        {
            self.build().one(executor)
        }

        /// The insert as a value, for `or_update`, `or_ignore` and `to_sql`.
        pub fn build(self) -> p::Insert<Order>
        where
            UserId: p::Has<Order, orders::user_id, Uuid>,
            Total: p::Has<Order, orders::total, Decimal>,
            Type: p::Has<Order, orders::r#type, i16>,
            Region_: p::Has<Order, orders::region, Region>,
        {
            let mut insert = p::Insert::new().keyed();
            insert.push("id", &self.id.unwrap_or_else(p::new_key));
            insert.push("user_id", &p::Has::<Order, orders::user_id, Uuid>::take(self.user_id));
            insert.push("total", &p::Has::<Order, orders::total, Decimal>::take(self.total));
            if let Some(value) = self.note {
                insert.push("note", &value);
            }
            insert.push("type", &p::Has::<Order, orders::r#type, i16>::take(self.r#type));
            insert.push("region", &p::Has::<Order, orders::region, Region>::take(self.region));
            if let Some(value) = self.created_at {
                insert.push("created_at", &value);
            }
            insert
        }
    }
};

const _: () = {
    use ::crdb_orm::__private as p;
    impl p::FromRow for Customer {
        const NAMES: &'static [&'static str] = &["id", "email"];
        fn from_row(row: &p::RowReader<'_>) -> p::Result<Self> {
            Ok(Self { id: row.get(0)?, email: row.get(1)? })
        }
    }
    impl p::Table for Customer {
        const NAME: p::TypeName = p::TypeName::new("customers");
        const KEY_COLUMNS: &'static [&'static str] = &["id"];
        const KEY_TYPES: &'static [p::ColumnType] = &[<Uuid as p::Field>::TYPE];
        const TABLE: &'static p::TableDef = &p::TableDef::new(
            Self::NAME,
            &[
                p::ColumnDef::new("id", <Uuid as p::Field>::TYPE),
                p::ColumnDef::new("email", <String as p::Field>::TYPE),
            ],
            p::PrimaryKeyDef::new(&[p::KeyPart::asc("id")]),
        );
        type Key = Uuid;
        type Insert = ();
        fn insert() {}
        fn __texts() -> &'static p::Texts {
            static TEXTS: p::OnceLock<p::Texts> = p::OnceLock::new();
            TEXTS.get_or_init(|| p::Texts::new(Self::TABLE))
        }
        fn __values(&self) -> Vec<p::Value> {
            vec![self.id.to_value(), self.email.to_value()]
        }
    }
};

#[test]
fn the_shape_writes_the_text_that_it_should() {
    let id = Uuid::nil();
    let insert = Order::insert()
        .user_id(id)
        .total(Decimal::ONE)
        .r#type(3)
        .region(Region::from_static("eu"))
        .note("x")
        .build();
    println!("{}", insert.to_sql());
    println!("{}", Order::find(id).to_sql());
    println!("{}", Order::find(id).for_update().to_sql());
    println!(
        "{}",
        Order::filter(Order::USER_ID.eq(id).and(Order::NOTE.is_null().or(Order::TYPE.gt(5))))
            .filter(!Order::NOTE.like("a%"))
            .order_by(Order::NOTE.desc())
            .order_by(Order::ID.asc())
            .limit(50)
            .to_sql()
    );
    println!(
        "{}",
        Order::update(id)
            .set(Order::NOTE, "y")
            .add(Order::TOTAL, Decimal::TEN)
            .set(Order::TYPE, Order::TYPE * 2 + 1)
            .to_sql()
            .unwrap()
    );
    println!("{}", Order::filter(Order::REGION.eq_any([Region::new("a")])).delete().to_sql().unwrap());
}
