//! Tables of one name in two schemas are told apart, wherever both are read.

use crdb_orm::Result;
use crdb_orm::prelude::*;
use crdb_orm::query::whole;
use crdb_orm::testing::TestDb;

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "parts", belongs_to(sold = number))]
struct Part {
    #[crdb(primary_key)]
    id: i64,
    #[crdb(references = SoldPart, index)]
    number: i64,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "parts", schema = "sales", has_many(parts = Part::NUMBER))]
#[crdb(many_to_many(linked = Part, through(PartLink::SOLD, PartLink::PART_ID)))]
struct SoldPart {
    #[crdb(primary_key)]
    number: i64,
    price: i64,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "parts", schema = "stock")]
struct StoredPart {
    #[crdb(primary_key)]
    number: i64,
    #[crdb(soft_delete)]
    gone_at: Option<DateTime<Utc>>,
}

/// Between the two, and of the same name.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "parts", schema = "links", primary_key(part_id, sold))]
struct PartLink {
    #[crdb(references = Part)]
    part_id: i64,
    #[crdb(references = SoldPart, index)]
    sold: i64,
}

crdb_orm::alias!(Sold = SoldPart as "sold");

const SCHEMA: Schema =
    Schema::new("namesakes").tables(&[SoldPart::TABLE, StoredPart::TABLE, Part::TABLE, PartLink::TABLE]);

async fn parts() -> Result<TestDb> {
    let db = TestDb::new().await?;
    db.create_schema(&SCHEMA).await?;
    for n in 1..=3 {
        SoldPart::insert().number(n).price(10 * n).exec(&db).await?;
        StoredPart::insert().number(n).exec(&db).await?;
        Part::insert().id(100 + n).number(n).exec(&db).await?;
    }
    Ok(db)
}

#[tokio::test]
async fn a_join_of_namesakes_names_the_one_with_its_schema() -> Result<()> {
    let db = parts().await?;
    let joined = || Part::query().join(Part::SOLD).filter(SoldPart::PRICE.gt(10));
    let prices = joined().select((Part::ID, SoldPart::PRICE)).order_by(SoldPart::PRICE.desc());
    assert_eq!(
        prices.to_sql(),
        "SELECT parts.id, \"sales.parts\".price FROM parts JOIN sales.parts AS \"sales.parts\" \
         ON parts.number = \"sales.parts\".number WHERE \"sales.parts\".price > $1 ORDER BY \"sales.parts\".price DESC"
    );
    assert_eq!(prices.all(&db).await?, [(103, 30), (102, 20)]);
    // From the other side, of three, and of one that hides rows.
    let three = SoldPart::query()
        .join(SoldPart::PARTS)
        .join(SoldPart::NUMBER.joins(StoredPart::NUMBER))
        .select((whole::<Part>(), whole::<SoldPart>(), StoredPart::NUMBER))
        .order_by(Part::ID.asc())
        .limit(1);
    let first = (Part { id: 101, number: 1 }, SoldPart { number: 1, price: 10 }, 1);
    assert_eq!(three.all(&db).await?, [first]);
    let left = Part::query()
        .left_join(Part::NUMBER.joins(StoredPart::NUMBER))
        .select((Part::ID, StoredPart::NUMBER))
        .order_by(Part::ID.asc());
    assert_eq!(left.all(&db).await?.len(), 3);
    let full = Part::query()
        .full_join(Part::NUMBER.joins(StoredPart::NUMBER))
        .select((Part::ID, StoredPart::NUMBER));
    assert_eq!(full.all(&db).await?.len(), 3);
    // Groups, pages, locks, and a query inside of another.
    let grouped = joined().select((SoldPart::NUMBER, Part::ID.count())).group_by(SoldPart::NUMBER);
    assert_eq!(grouped.all(&db).await?.len(), 2);
    let page =
        joined().select((Part::ID, SoldPart::PRICE)).order_by(Part::ID.asc()).page(1).fetch(&db).await?;
    assert_eq!(page.rows, [(102, 20)]);
    let page = joined().select((Part::ID, SoldPart::PRICE)).order_by(Part::ID.asc()).page(1).after(page.next);
    assert_eq!(page.fetch(&db).await?.rows, [(103, 30)]);
    let locked = db
        .transaction("lock", async |tx| {
            let parts = joined().select(Part::ID).order_by(Part::ID.asc());
            let both = parts.clone().for_update().all(&tx).await?;
            assert_eq!(both, parts.for_update().of::<SoldPart>().all(&tx).await?);
            Ok(both)
        })
        .await?;
    assert_eq!(locked, [102, 103]);
    assert_eq!(
        Part::filter(Part::SOLD.any(SoldPart::PRICE.gt(20))).to_sql(),
        "SELECT id, number FROM parts WHERE EXISTS (SELECT 1 FROM sales.parts AS \"sales.parts\" \
         WHERE \"sales.parts\".number = parts.number AND \"sales.parts\".price > $1)"
    );
    let inside = Part::filter(Part::SOLD.any(SoldPart::PRICE.gt(20)));
    assert_eq!(inside.all(&db).await?, [Part { id: 103, number: 3 }]);
    let outer = joined().filter(Part::SOLD.exists()).select(Part::ID);
    assert_eq!(outer.all(&db).await?.len(), 2);
    Ok(())
}

#[tokio::test]
async fn a_write_by_a_namesake_wants_another_name_for_it() -> Result<()> {
    let db = parts().await?;
    let refused =
        Part::query().join(Part::SOLD).update().set_from(Part::NUMBER, SoldPart::NUMBER).exec(&db).await;
    let error = refused.expect_err("nobody knows which is meant");
    assert!(error.is_invalid_statement() && error.to_string().contains("`alias!`"), "{error}");
    let sold = || Part::query().join(Part::NUMBER.joins(SoldPart::NUMBER.under::<Sold>()));
    let raised = sold().update().set_from(Part::NUMBER, SoldPart::NUMBER.under::<Sold>());
    assert_eq!(raised.returning((Part::ID, SoldPart::PRICE.under::<Sold>())).all(&db).await?.len(), 3);
    assert_eq!(sold().filter(SoldPart::PRICE.under::<Sold>().eq(10)).delete().exec(&db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_relation_through_a_namesake_is_loaded_and_asked_about() -> Result<()> {
    let db = parts().await?;
    let (sold, links) = SoldPart::insert()
        .number(9)
        .price(1)
        .link(SoldPart::LINKED, [101, 102])
        .with(SoldPart::PARTS, [Part::insert().id(109)])
        .one(&db)
        .await?;
    assert_eq!((sold.number, links), (9, vec![Part { id: 109, number: 9 }]));
    let loaded = |relation: crdb_orm::query::Related<SoldPart, Part, crdb_orm::query::Linked>| {
        SoldPart::find(9).with(relation.order_by(Part::ID.desc()))
    };
    let ids = |parts: Vec<Part>| parts.into_iter().map(|part| part.id).collect::<Vec<_>>();
    let all = SoldPart::LINKED.filter(Part::NUMBER.gt(0));
    assert_eq!(ids(loaded(all.clone()).one(&db).await?.1), [102, 101]);
    assert_eq!(ids(loaded(all.limit(1)).one(&db).await?.1), [102]);
    let asked = SoldPart::filter(SoldPart::LINKED.any(Part::ID.eq(102)));
    assert_eq!(asked.select(SoldPart::NUMBER).all(&db).await?, [9]);
    let joined = SoldPart::query()
        .join(SoldPart::LINKED)
        .select((SoldPart::NUMBER, Part::ID))
        .order_by(Part::ID.asc());
    assert_eq!(joined.all(&db).await?, [(9, 101), (9, 102)]);
    Ok(())
}
