//! The order of a type is that of its labels, not of the texts that they are read as.

use crdb_orm::Result;
use crdb_orm::prelude::*;
use crdb_orm::testing::TestDb;

/// In no alphabetical order.
#[derive(CrdbEnum, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Size {
    Small,
    Medium,
    Large,
}

#[derive(CrdbTable, Debug, Clone, PartialEq, Eq)]
#[crdb(table = "shirts")]
struct Shirt {
    #[crdb(primary_key)]
    id: Uuid,
    size: Size,
    spare: Option<Size>,
    rank: i64,
    #[crdb(references = Shelf, index)]
    shelf_id: Uuid,
}

#[derive(CrdbTable, Debug, Clone, PartialEq, Eq)]
#[crdb(table = "shelves", has_many(shirts = Shirt::SHELF_ID))]
struct Shelf {
    #[crdb(primary_key)]
    id: Uuid,
}

const SCHEMA: Schema = Schema::new("shirts").tables(&[Shelf::TABLE, Shirt::TABLE]);
const SHELF: Uuid = Uuid::from_u128(0xf);

async fn shirts() -> Result<TestDb> {
    let db = TestDb::new().await?;
    db.create_schema(&SCHEMA).await?;
    Shelf::insert().id(SHELF).exec(&db).await?;
    let sizes = [Size::Large, Size::Small, Size::Medium];
    for n in 0..9_u8 {
        let size = sizes[usize::from(n % 3)];
        let insert = Shirt::insert().id(Uuid::from_u128(u128::from(n) * 7 % 11)).size(size);
        let spare = (n % 4 != 0).then(|| sizes[usize::from(n / 3)]);
        insert.spare(spare).rank(i64::from(12 - n)).shelf_id(SHELF).exec(&db).await?;
    }
    Ok(db)
}

fn is_sorted(shirts: &[Shirt]) {
    assert_eq!(shirts.len(), 9, "no row is lost: {shirts:?}");
    assert!(shirts.is_sorted_by_key(|shirt| shirt.size), "{shirts:?}");
}

#[tokio::test]
async fn rows_come_in_the_order_of_an_enum() -> Result<()> {
    let db = shirts().await?;
    is_sorted(&Shirt::order_by(Shirt::SIZE.asc()).all(&db).await?);
    let mut last_first = Shirt::order_by(Shirt::SIZE.desc()).all(&db).await?;
    last_first.reverse();
    is_sorted(&last_first);
    assert_eq!(
        Shirt::order_by(Shirt::SIZE.asc()).first(&db).await?.map(|shirt| shirt.size),
        Some(Size::Small)
    );
    Ok(())
}

#[tokio::test]
async fn pages_in_the_order_of_an_enum_are_the_whole() -> Result<()> {
    let db = shirts().await?;
    for size in 1..5 {
        for order in
            [Shirt::SIZE.asc(), Shirt::SIZE.desc(), Shirt::SPARE.asc(), Shirt::SPARE.desc().nulls_last()]
        {
            let query = || Shirt::order_by(order.clone());
            let expected = query().order_by(Shirt::ID.asc()).all(&db).await?;
            assert_eq!(expected.len(), 9);
            for last in [false, true] {
                let paged = || query().order_by(Shirt::ID.asc()).page(size);
                let mut walk = if last { paged().last().walk(&*db) } else { paged().walk(&*db) };
                let mut found: Vec<Shirt> = Vec::new();
                while let Some(rows) = walk.next().await? {
                    let at = if last { 0 } else { found.len() };
                    found.splice(at..at, rows);
                }
                assert_eq!(found, expected, "{size} at a time, from the end: {last}");
            }
        }
    }
    let mut found = Vec::new();
    let mut walk = Shirt::order_by(Shirt::SIZE.asc()).page(2).walk(&*db);
    while let Some(rows) = walk.next().await? {
        found.extend(rows);
    }
    is_sorted(&found);
    Ok(())
}

#[tokio::test]
async fn values_come_in_the_order_of_an_enum() -> Result<()> {
    let db = shirts().await?;
    let sizes: Vec<(Size, Uuid)> =
        Shirt::query().select((Shirt::SIZE, Shirt::ID)).order_by(Shirt::SIZE.asc()).all(&db).await?;
    assert!(sizes.is_sorted_by_key(|row| row.0) && sizes.len() == 9, "{sizes:?}");
    let first: Vec<(Size, i64)> = Shirt::query()
        .select((Shirt::SIZE, Shirt::RANK))
        .distinct_on(Shirt::SIZE)
        .order_by(Shirt::SIZE.asc())
        .order_by(Shirt::RANK.asc())
        .all(&db)
        .await?;
    assert_eq!(first, [(Size::Small, 5), (Size::Medium, 4), (Size::Large, 6)]);
    let counts: Vec<(Size, i64)> = Shirt::query()
        .select((Shirt::SIZE, Shirt::ID.count()))
        .group_by(Shirt::SIZE)
        .order_by(Shirt::SIZE.desc())
        .all(&db)
        .await?;
    assert_eq!(counts, [(Size::Large, 3), (Size::Medium, 3), (Size::Small, 3)]);
    Ok(())
}

#[tokio::test]
async fn different_rows_come_in_the_order_of_an_enum() -> Result<()> {
    let db = shirts().await?;
    let sizes = || Shirt::query().select(Shirt::SIZE).distinct().order_by(Shirt::SIZE.asc());
    assert_eq!(
        sizes().to_sql(),
        "SELECT c1::TEXT FROM (SELECT DISTINCT shirts.size FROM shirts) AS whole (c1) ORDER BY whole.c1 ASC"
    );
    assert_eq!(sizes().all(&db).await?, [Size::Small, Size::Medium, Size::Large]);
    assert_eq!(sizes().offset(1).limit(1).all(&db).await?, [Size::Medium]);
    let pairs = Shirt::query().select((Shirt::SIZE, Shirt::SPARE)).distinct();
    let pairs = pairs.order_by(Shirt::SPARE.desc()).order_by(Shirt::SIZE.asc()).all(&db).await?;
    assert!(pairs.is_sorted_by_key(|(size, spare)| (std::cmp::Reverse(*spare), *size)), "{pairs:?}");
    let spares = Shirt::query().select(Shirt::SPARE).distinct().order_by(Shirt::RANK.asc()).all(&db).await;
    assert_eq!(spares.expect_err("it is not read").sqlstate(), Some("42P10"));
    Ok(())
}

#[tokio::test]
async fn a_column_that_is_read_in_another_type_is_ordered_in_its_own() -> Result<()> {
    let db = shirts().await?;
    let ranks: Vec<String> =
        Shirt::query().select(Shirt::RANK.cast::<String>()).order_by(Shirt::RANK.asc()).all(&db).await?;
    assert_eq!(ranks, ["4", "5", "6", "7", "8", "9", "10", "11", "12"], "as numbers");
    Ok(())
}

#[tokio::test]
async fn what_belongs_to_a_row_comes_in_the_order_of_an_enum() -> Result<()> {
    let db = shirts().await?;
    let (_, shirts) = Shelf::query().with(Shelf::SHIRTS.order_by(Shirt::SIZE.asc())).one(&db).await?;
    is_sorted(&shirts);
    let (_, shirts) =
        Shelf::query().with(Shelf::SHIRTS.order_by(Shirt::SIZE.asc()).limit(4)).one(&db).await?;
    let sizes: Vec<Size> = shirts.iter().map(|shirt| shirt.size).collect();
    assert_eq!(sizes, [Size::Small, Size::Small, Size::Small, Size::Medium]);
    Ok(())
}

#[tokio::test]
async fn several_orders_are_given_at_once_or_one_after_another() -> Result<()> {
    let db = shirts().await?;
    let one_by_one = Shirt::order_by(Shirt::SIZE.desc()).order_by(Shirt::RANK.asc());
    let expected = one_by_one.clone().all(&db).await?;
    let (size, rank) = (|| Shirt::SIZE.desc(), || Shirt::RANK.asc());
    assert_eq!(Shirt::order_by((size(), rank())).all(&db).await?, expected);
    assert_eq!(Shirt::order_by((size(), rank())).to_sql(), one_by_one.to_sql());
    assert_eq!(Shirt::query().order_by([size(), rank()]).all(&db).await?, expected);
    assert_eq!(Shirt::query().order_by(vec![size(), rank()]).all(&db).await?, expected);
    // None are none.
    assert_eq!(
        Shirt::query().order_by([] as [crdb_orm::query::OrderBy<Shirt>; 0]).to_sql(),
        Shirt::query().to_sql()
    );
    // Of several tables, of a relation, of pages.
    let joined = || Shirt::query().join(Shirt::SHELF_ID.joins(Shelf::ID)).select(Shirt::ID);
    let ids: Vec<Uuid> = expected.iter().map(|shirt| shirt.id).collect();
    assert_eq!(joined().order_by((Shelf::ID.asc(), size(), rank())).all(&db).await?, ids);
    assert_eq!(joined().order_by(((Shelf::ID.asc(), size()), [rank()])).all(&db).await?, ids);
    let (_, shirts) = Shelf::query().with(Shelf::SHIRTS.order_by((size(), rank()))).one(&db).await?;
    assert_eq!(shirts, expected);
    let page = Shirt::order_by((size(), rank())).page(2).fetch(&db).await?;
    assert_eq!(page.rows, expected.into_iter().take(2).collect::<Vec<_>>());
    Ok(())
}
