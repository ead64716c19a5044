//! A column that is called like something else that is read is still the column.

use crdb_orm::Result;
use crdb_orm::prelude::*;
use crdb_orm::query::{Expr, case, row_number, window};
use crdb_orm::testing::TestDb;
use crdb_orm::types::Interval;

/// Its columns have the names that servers give to what has none.
#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "called")]
struct Called {
    #[crdb(primary_key)]
    id: i64,
    upper: String,
    case: String,
    coalesce: i64,
    count: i64,
    date: NaiveDate,
    int8: i64,
    max: i64,
    numeric: Decimal,
    row_number: i64,
    scores: Vec<i64>,
    greatest: i64,
    width_bucket: i64,
    at: NaiveDateTime,
}

const SCHEMA: Schema = Schema::new("called").tables(&[Called::TABLE]);

/// Five rows, whose order by any of these columns is that of their keys, and by what else is read the other one.
async fn called() -> Result<TestDb> {
    let db = TestDb::new().await?;
    db.create_schema(&SCHEMA).await?;
    let day = |n| NaiveDate::from_ymd_opt(2026, 11, n).expect("a day");
    for n in 1..=5_u32 {
        let id = i64::from(n);
        Called::insert()
            .id(id)
            .upper(id.to_string())
            .case(id.to_string())
            .coalesce(id)
            .count(id)
            .date(day(n))
            .int8(id)
            .max(id)
            .numeric(Decimal::from(id))
            .row_number(id)
            .scores(vec![id, -id])
            .greatest(id)
            .width_bucket(id)
            .at(day(20 - n).and_hms_opt(1, 2, 3).expect("a time"))
            .exec(&db)
            .await?;
    }
    Ok(db)
}

#[tokio::test]
async fn a_column_that_is_called_like_what_is_read_is_still_the_column() -> Result<()> {
    let db = called().await?;
    macro_rules! ordered {
        ($($column:ident: $read:expr;)*) => {$(
            let rows = Called::query().select(($read, Called::$column, Called::ID)).order_by(Called::$column);
            let text = rows.to_sql();
            let found: Vec<i64> = rows.all(&db).await?.into_iter().map(|(.., id)| id).collect();
            assert_eq!(found, [1, 2, 3, 4, 5], "{text}");
            // Where it is not read itself.
            let rows = Called::query().select(($read, Called::ID)).order_by(Called::$column);
            let text = rows.to_sql();
            let found: Vec<i64> = rows.all(&db).await?.into_iter().map(|(_, id)| id).collect();
            assert_eq!(found, [1, 2, 3, 4, 5], "{text}");
        )*};
    }
    let minus = || Called::ID * -1;
    ordered! {
        UPPER: minus().cast::<String>().upper();
        CASE: case::<i64>().when(Called::ID.gt(0), minus()).or_null();
        // Of its alternative, and of what is cast.
        COALESCE: case::<i64>().when(Called::ID.gt(0), minus()).otherwise(Called::COALESCE);
        COUNT: Called::COUNT.cast::<String>();
        COALESCE: minus().nullable().coalesce(0);
        COUNT: Called::ID.count().over(window().order_by(Called::ID.desc()));
        DATE: Called::AT.plus(Interval::from_days(1)).cast::<NaiveDate>();
        INT8: minus();
        INT8: Called::INT8 - 100;
        MAX: Called::query().select(Called::ID.max()).scalar::<Called>();
        MAX: Called::query().select(Called::MAX.max()).scalar::<Called>();
        NUMERIC: Called::NUMERIC * Decimal::NEGATIVE_ONE;
        ROW_NUMBER: row_number().over(window().order_by(Called::ID.desc()));
        SCORES: Called::SCORES.at(2);
        GREATEST: minus().greatest(-9);
        WIDTH_BUCKET: Expr::<Called, i64>::trusted("width_bucket($1::FLOAT8, 0.0, -10.0, 10)", (minus(),));
        ID: Called::ID.cast::<String>();
    }
    // An aggregate has the name of its function.
    let groups = Called::query().select((Called::COUNT, minus().count())).group_by(Called::COUNT);
    let groups = groups.order_by(Called::COUNT.desc()).all(&db).await?;
    assert_eq!(groups.iter().map(|(count, _)| *count).collect::<Vec<_>>(), [5, 4, 3, 2, 1]);
    let most =
        Called::query().select((Called::MAX, minus().max())).group_by(Called::MAX).order_by(Called::MAX);
    assert_eq!(most.first(&db).await?, Some((1, Some(-1))));
    Ok(())
}
