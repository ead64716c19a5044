//! The tables, as the library prints them for the server at hand, and what is in them.

use crdb_orm::prelude::*;
use crdb_orm::testing::TestDb;
use tokio_postgres::Client;

use super::answer;
use super::work::{ACCOUNTS, Work};
use crate::contestants::Outcome;

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "users", has_many(posts = Post::USER_ID))]
pub(super) struct User {
    #[crdb(primary_key, identity, allow(identity, reason = "diesel_bench"))]
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) hair_color: Option<String>,
}

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "posts", has_many(comments = Comment::POST_ID))]
pub(super) struct Post {
    #[crdb(primary_key, identity, allow(identity, reason = "diesel_bench"))]
    pub(super) id: i64,
    #[crdb(references = User, allow(foreign_key_index, reason = "diesel_bench has no index"))]
    pub(super) user_id: i64,
    pub(super) title: String,
    pub(super) body: Option<String>,
}

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "comments")]
pub(super) struct Comment {
    #[crdb(primary_key, identity, allow(identity, reason = "diesel_bench"))]
    pub(super) id: i64,
    #[crdb(references = Post, allow(foreign_key_index, reason = "diesel_bench has no index"))]
    pub(super) post_id: i64,
    pub(super) text: String,
}

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "accounts")]
pub(super) struct Account {
    #[crdb(primary_key)]
    pub(super) id: Uuid,
    pub(super) owner: String,
    pub(super) balance: i64,
}

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "payments", index(on(customer)))]
pub(super) struct Payment {
    #[crdb(primary_key)]
    pub(super) id: Uuid,
    pub(super) customer: Uuid,
    pub(super) cents: i64,
    pub(super) note: String,
}

const SCHEMA: Schema =
    Schema::new("peers").tables(&[User::TABLE, Post::TABLE, Comment::TABLE, Account::TABLE, Payment::TABLE]);

/// The key of an account or a payment.
pub(super) fn key(number: usize) -> Uuid {
    Uuid::from_u128(0x4000_8000_0000_0000_0000 | number as u128)
}

/// The same in SQL that both servers take.
const KEY: &str = "('00000000-0000-4000-8000-' || lpad(to_hex(i), 12, '0'))::UUID";

/// Payments that have not been written yet: keys are never used twice, else their pages would be at hand.
pub(super) fn payments(count: usize) -> Vec<answer::Payment> {
    let payment = |n: usize| answer::Payment {
        id: Uuid::new_v4(),
        customer: Uuid::new_v4(),
        cents: i64::try_from(n).unwrap_or_default(),
        note: format!("payment {n}"),
    };
    (0..count).map(payment).collect()
}

/// The one who fills the tables, beside all contestants.
pub(super) struct Keeper {
    client: Client,
    cockroachdb: bool,
}

impl Keeper {
    pub(super) async fn new(db: &TestDb, url: &str) -> Outcome<Self> {
        db.create_schema(&SCHEMA).await?;
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
        tokio::spawn(connection);
        Ok(Self { client, cockroachdb: db.is_cockroachdb() })
    }

    /// The server's name and version: the rest of what it says is of the machine that built it.
    pub(super) async fn server(&self) -> Outcome<String> {
        let text: String = self.client.query_one("SELECT version()", &[]).await?.get(0);
        let words = if self.cockroachdb { 3 } else { 2 };
        Ok(text.split_whitespace().take(words).collect::<Vec<_>>().join(" "))
    }

    /// What the work is to find.
    pub(super) async fn fill(&self, work: Work) -> Outcome {
        match work {
            Work::Trivial(users) => self.users(users, "NULL").await,
            Work::Medium(users) => {
                self.users(users, "CASE WHEN i % 2 = 0 THEN 'black' ELSE 'brown' END").await
            }
            Work::Insert(_) => self.empty("users, posts, comments").await,
            Work::Associations => {
                self.users(100, "NULL").await?;
                // Ten of each.
                self.run(
                    "INSERT INTO posts (id, user_id, title, body) \
                     SELECT i, (i - 1) // 10, 'Title ' || i::TEXT, NULL FROM generate_series(1, 1000) AS g (i); \
                     INSERT INTO comments (id, post_id, text) \
                     SELECT i, (i - 1) // 10 + 1, 'Comment ' || i::TEXT FROM generate_series(1, 10000) AS g (i)",
                )
                .await?;
                self.analyze("posts").await;
                self.analyze("comments").await;
                Ok(())
            }
            Work::Find | Work::Update | Work::Transfer | Work::Reads(_) => {
                self.empty("accounts").await?;
                self.run(&format!(
                    "INSERT INTO accounts (id, owner, balance) \
                     SELECT {KEY}, 'Owner ' || i::TEXT, 1000000 FROM generate_series(0, {}) AS g (i)",
                    ACCOUNTS - 1
                ))
                .await?;
                self.analyze("accounts").await;
                Ok(())
            }
            Work::Bulk(_) => self.empty("payments").await,
            Work::Walk(rows) | Work::Stream(rows) => self.many(rows).await,
        }
    }

    /// What has to be so before each round.
    pub(super) async fn before_round(&self, work: Work) -> Outcome {
        if matches!(work, Work::Bulk(_)) {
            self.empty("payments").await?;
            if !self.cockroachdb {
                // Else it comes at some time, in somebody's round.
                self.client.batch_execute("CHECKPOINT").await?;
            }
        }
        Ok(())
    }

    /// A few posts for the join, so that the answers that are compared have some. They are gone when it is timed.
    pub(super) async fn posts_to_compare(&self, there: bool) -> Outcome {
        self.run(if there {
            "INSERT INTO posts (id, user_id, title, body) \
             SELECT u.id * 2 + i, u.id, 'Title ' || i::TEXT, CASE WHEN i = 1 THEN 'Body' END \
             FROM users AS u CROSS JOIN generate_series(0, 1) AS g (i) WHERE u.id % 3 = 0"
        } else {
            "DELETE FROM posts WHERE true"
        })
        .await
    }

    /// The rows that a write has left, without what is made at random.
    pub(super) async fn left_by(&self, work: Work) -> Outcome<Vec<String>> {
        let sql = match work {
            Work::Insert(_) => "SELECT name || '/' || coalesce(hair_color, '-') FROM users",
            Work::Update | Work::Transfer => {
                "SELECT id::TEXT || '/' || owner || '/' || balance::TEXT FROM accounts WHERE balance <> 1000000"
            }
            Work::Bulk(_) => "SELECT cents::TEXT || '/' || note FROM payments",
            _ => return Ok(Vec::new()),
        };
        let rows = self.client.query(sql, &[]).await?;
        let mut rows: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        rows.sort_unstable();
        Ok(rows)
    }

    async fn users(&self, count: usize, hair_color: &str) -> Outcome {
        self.empty("users, posts, comments").await?;
        self.run(&format!(
            "INSERT INTO users (id, name, hair_color) \
             SELECT i, 'User ' || i::TEXT, {hair_color} FROM generate_series(0, {}) AS g (i)",
            count - 1
        ))
        .await?;
        self.analyze("users").await;
        self.analyze("posts").await;
        Ok(())
    }

    /// A transaction must not grow large on CockroachDB.
    async fn many(&self, rows: usize) -> Outcome {
        const BATCH: usize = 20_000;
        let there = self.client.query_one("SELECT count(*) FROM payments", &[]).await?;
        if there.get::<_, i64>(0) == i64::try_from(rows)? {
            return Ok(());
        }
        self.empty("payments").await?;
        for start in (0..rows).step_by(BATCH) {
            let end = rows.min(start + BATCH) - 1;
            self.run(&format!(
                "INSERT INTO payments (id, customer, cents, note) \
                 SELECT {KEY}, gen_random_uuid(), i, 'payment ' || i::TEXT FROM generate_series({start}, {end}) AS g (i)"
            ))
            .await?;
        }
        self.analyze("payments").await;
        Ok(())
    }

    async fn empty(&self, tables: &str) -> Outcome {
        self.run(&format!("TRUNCATE {tables}")).await
    }

    async fn run(&self, sql: &str) -> Outcome {
        // The division of whole numbers is written otherwise here and there.
        let sql = if self.cockroachdb { sql.to_owned() } else { sql.replace("//", "/") };
        Ok(self.client.batch_execute(&sql).await?)
    }

    /// The planner should know the table; where it cannot be told, it plans by its defaults.
    async fn analyze(&self, table: &str) {
        let sql =
            if self.cockroachdb { format!("ANALYZE {table}") } else { format!("VACUUM ANALYZE {table}") };
        let _ = self.client.batch_execute(&sql).await;
    }
}
