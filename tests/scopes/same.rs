//! Random reads through a handle of a tenant answer what the same reads of everything answer, filtered here.

use crdb_orm::Result;
use crdb_orm::prelude::*;
use crdb_orm::query::Select;

use crate::tables::{Customer, Order, TenantId, empty, id};

const CASES: u32 = 150;

/// A condition, in SQL and here.
#[derive(Debug, Clone)]
enum Condition {
    Total(i64, i64),
    Number(i64),
    Not(Box<Self>),
    Both(Box<Self>, Box<Self>),
    Either(Box<Self>, Box<Self>),
}

impl Condition {
    fn random(random: &mut fastrand::Rng, depth: u32) -> Self {
        let deeper = |random: &mut fastrand::Rng| Box::new(Self::random(random, depth.saturating_sub(1)));
        match random.u32(if depth == 0 { 0..2 } else { 0..5 }) {
            0 => {
                let low = random.i64(0..100);
                Self::Total(low, low + random.i64(0..60))
            }
            1 => Self::Number(random.i64(0..40)),
            2 => Self::Not(deeper(random)),
            3 => Self::Both(deeper(random), deeper(random)),
            _ => Self::Either(deeper(random), deeper(random)),
        }
    }

    fn sql(&self) -> crdb_orm::Filter<Order> {
        match self {
            Self::Total(low, high) => Order::TOTAL.ge(*low).and(Order::TOTAL.lt(*high)),
            Self::Number(number) => Order::NUMBER.gt(*number),
            Self::Not(inner) => !inner.sql(),
            Self::Both(one, other) => one.sql().and(other.sql()),
            Self::Either(one, other) => one.sql().or(other.sql()),
        }
    }

    fn holds(&self, order: &Order) -> bool {
        match self {
            Self::Total(low, high) => (*low..*high).contains(&order.total),
            Self::Number(number) => order.number > *number,
            Self::Not(inner) => !inner.holds(order),
            Self::Both(one, other) => one.holds(order) && other.holds(order),
            Self::Either(one, other) => one.holds(order) || other.holds(order),
        }
    }
}

#[tokio::test]
async fn a_read_of_a_tenant_is_the_read_of_everything_filtered() -> Result<()> {
    let db = empty().await?;
    let tenants = [1, 2, 3].map(|n| TenantId(id(n)));
    let seed = fastrand::u64(..);
    let mut random = fastrand::Rng::with_seed(seed);
    for tenant in tenants {
        let own = db.scoped(tenant);
        Customer::insert().id(1).name("c").exec(&own).await?;
        let orders = (0..40).map(|n| Order::insert().customer_id(1).total(random.i64(0..100)).number(n));
        Order::insert_many(orders.collect::<Vec<_>>()).exec(&own).await?;
        Order::filter(Order::TOTAL.lt(20)).delete().exec(&own).await?;
    }
    let everyone = db.all_tenants("compared with");
    let mut all = Order::query().with_deleted().all(&everyone).await?;
    all.sort_by_key(|order| (order.total, order.id));
    assert_eq!(all.len(), 120);
    for case in 0..CASES {
        let tenant = tenants[random.usize(0..3)];
        let (condition, shown) = (Condition::random(&mut random, 3), random.u32(0..3));
        let limit = random.bool().then(|| random.u64(0..30));
        let what = format!("seed {seed}, case {case}: {condition:?}, {shown}, {limit:?}");
        let asked = || -> Select<Order> {
            let select =
                Order::filter(condition.sql()).order_by(Order::TOTAL.asc()).order_by(Order::ID.asc());
            let select = match shown {
                0 => select,
                1 => select.with_deleted(),
                _ => select.only_deleted(),
            };
            match limit {
                Some(limit) => select.limit(limit),
                None => select,
            }
        };
        let kept = |order: &&Order| match shown {
            0 => order.deleted_at.is_none(),
            1 => true,
            _ => order.deleted_at.is_some(),
        };
        let expected: Vec<Order> = all
            .iter()
            .filter(|order| order.tenant_id == tenant && condition.holds(order))
            .filter(kept)
            .take(limit.map_or(usize::MAX, |limit| usize::try_from(limit).expect("small")))
            .cloned()
            .collect();
        let own = db.scoped(tenant);
        assert_eq!(asked().all(&own).await?, expected, "{what}");
        assert_eq!(asked().count(&own).await?, expected.len() as u64, "{what}");
        assert_eq!(asked().exists(&own).await?, !expected.is_empty(), "{what}");
        let sum: i64 = expected.iter().map(|order| order.total).sum();
        assert_eq!(asked().sum(Order::TOTAL, &own).await?.unwrap_or(0), sum, "{what}");
        let selected = asked().select(Order::ID).all(&own).await?;
        assert!(selected.iter().eq(expected.iter().map(|order| &order.id)), "{what}");
        if limit.is_none() {
            let mut pages = asked().page(7).walk(&own);
            let mut walked = Vec::new();
            while let Some(page) = pages.next().await? {
                walked.extend(page);
            }
            assert_eq!(walked, expected, "{what}");
        }
    }
    Ok(())
}
