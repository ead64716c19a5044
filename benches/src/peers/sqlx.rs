//! sqlx, with text of its own user and rows by `FromRow`.

use crdb_orm::prelude::Uuid;
use futures_util::future::LocalBoxFuture;
use futures_util::{FutureExt as _, StreamExt as _, TryStreamExt as _};
use sqlx::Connection as _;
use sqlx::postgres::{PgConnection, PgPool, PgPoolOptions};

use super::answer::{self, Answer, Sum, Tree};
use super::contestant::{Contestant, Entry, Job, Run};
use super::raw::grouped;
use super::schema::{key, payments};
use super::work::{ACCOUNTS, BULK_CONNECTIONS, PAGE, READS, Work};
use crate::contestants::Outcome;

#[derive(sqlx::FromRow)]
struct User {
    id: i64,
    name: String,
    hair_color: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Post {
    id: i64,
    user_id: i64,
    title: String,
    body: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Comment {
    id: i64,
    post_id: i64,
    text: String,
}

/// A row of the join: sqlx has no structs within an `Option`.
#[derive(sqlx::FromRow)]
struct Joined {
    id: i64,
    name: String,
    hair_color: Option<String>,
    post_id: Option<i64>,
    user_id: Option<i64>,
    title: Option<String>,
    body: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Account {
    id: Uuid,
    owner: String,
    balance: i64,
}

#[derive(sqlx::FromRow)]
struct Payment {
    id: Uuid,
    customer: Uuid,
    cents: i64,
    note: String,
}

const FIND: &str = "SELECT id, owner, balance FROM accounts WHERE id = $1";
/// Rows of one insert of [`Work::Bulk`].
const CHUNK: usize = 1_000;

pub(super) const NAME: &str = "sqlx";

pub(super) struct Sqlx {
    /// For the bulk insert, which takes several.
    pool: PgPool,
    /// For everything else. A pool waits for a ping of each connection that is given back to it.
    conn: PgConnection,
}

impl Sqlx {
    pub(super) async fn new(url: &str, connections: usize) -> Outcome<Self> {
        let connections = u32::try_from(connections)?;
        // Without this each statement would be preceded by a ping, which nobody else here sends.
        let options = PgPoolOptions::new().max_connections(connections).test_before_acquire(false);
        Ok(Self { pool: options.connect_lazy(url)?, conn: PgConnection::connect(url).await? })
    }

    async fn insert(&mut self, count: usize) -> Outcome<u64> {
        if count == 1 {
            let insert = sqlx::query("INSERT INTO users (name, hair_color) VALUES ($1, $2)");
            let done = insert.bind(format!("User {}", 0)).bind("hair color").execute(&mut self.conn).await?;
            return Ok(done.rows_affected());
        }
        // As its FAQ advises for many rows.
        let names: Vec<String> = (0..count).map(|i| format!("User {i}")).collect();
        let hair_colors: Vec<Option<&str>> = vec![Some("hair color"); count];
        let insert =
            sqlx::query("INSERT INTO users (name, hair_color) SELECT * FROM unnest($1::TEXT[], $2::TEXT[])");
        Ok(insert.bind(names).bind(hair_colors).execute(&mut self.conn).await?.rows_affected())
    }

    async fn trees(&mut self) -> Outcome<Vec<Tree>> {
        let conn = &mut self.conn;
        let users: Vec<User> =
            sqlx::query_as("SELECT id, name, hair_color FROM users").fetch_all(&mut *conn).await?;
        let ids: Vec<i64> = users.iter().map(|user| user.id).collect();
        let posts = sqlx::query_as("SELECT id, user_id, title, body FROM posts WHERE user_id = ANY ($1)");
        let posts: Vec<Post> = posts.bind(ids).fetch_all(&mut *conn).await?;
        let ids: Vec<i64> = posts.iter().map(|post| post.id).collect();
        let comments = sqlx::query_as("SELECT id, post_id, text FROM comments WHERE post_id = ANY ($1)");
        let comments: Vec<Comment> = comments.bind(ids).fetch_all(&mut *conn).await?;
        Ok(grouped(
            users.into_iter().map(Into::into).collect(),
            posts.into_iter().map(Into::into).collect(),
            comments.into_iter().map(Into::into).collect(),
        ))
    }

    async fn transfer(&mut self, from: usize) -> Outcome<u64> {
        let (from, to) = (key(from % ACCOUNTS), key((from + 1) % ACCOUNTS));
        let mut tx = self.conn.begin().await?;
        let lock = "SELECT id, owner, balance FROM accounts WHERE id = $1 FOR UPDATE";
        let payer: Account = sqlx::query_as(lock).bind(from).fetch_one(&mut *tx).await?;
        if payer.balance < 1 {
            return Err("the payer has nothing left".into());
        }
        let add = "UPDATE accounts SET balance = balance + $1 WHERE id = $2";
        sqlx::query(add).bind(-1_i64).bind(from).execute(&mut *tx).await?;
        sqlx::query(add).bind(1_i64).bind(to).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(2)
    }

    async fn walk(&mut self) -> Outcome<Sum> {
        let limit = i64::try_from(PAGE)?;
        let mut sum = Sum::default();
        let first = sqlx::query_as("SELECT id, customer, cents, note FROM payments ORDER BY id LIMIT $1");
        let mut page: Vec<Payment> = first.bind(limit).fetch_all(&mut self.conn).await?;
        loop {
            for payment in &page {
                sum.add(payment.id, payment.customer, payment.cents, &payment.note);
            }
            match page.last() {
                Some(last) if page.len() == PAGE => {
                    let next =
                        "SELECT id, customer, cents, note FROM payments WHERE id > $1 ORDER BY id LIMIT $2";
                    page = sqlx::query_as(next).bind(last.id).bind(limit).fetch_all(&mut self.conn).await?;
                }
                _ => return Ok(sum),
            }
        }
    }

    async fn stream(&mut self) -> Outcome<Sum> {
        let mut sum = Sum::default();
        let mut rows = sqlx::query_as::<_, Payment>("SELECT id, customer, cents, note FROM payments")
            .fetch(&mut self.conn);
        while let Some(payment) = rows.try_next().await? {
            sum.add(payment.id, payment.customer, payment.cents, &payment.note);
        }
        Ok(sum)
    }

    async fn bulk(&self, rows: &[answer::Payment]) -> Outcome<u64> {
        let write = async |chunk: &[answer::Payment]| {
            let insert = sqlx::query(
                "INSERT INTO payments (id, customer, cents, note) \
                 SELECT * FROM unnest($1::UUID[], $2::UUID[], $3::INT8[], $4::TEXT[])",
            );
            let insert = insert
                .bind(chunk.iter().map(|row| row.id).collect::<Vec<_>>())
                .bind(chunk.iter().map(|row| row.customer).collect::<Vec<_>>())
                .bind(chunk.iter().map(|row| row.cents).collect::<Vec<_>>())
                .bind(chunk.iter().map(|row| row.note.as_str()).collect::<Vec<_>>());
            Outcome::Ok(insert.execute(&self.pool).await?.rows_affected())
        };
        let written = futures_util::stream::iter(rows.chunks(CHUNK).map(write)).buffered(BULK_CONNECTIONS);
        written.try_fold(0, async |all, some| Ok(all + some)).await
    }
}

impl Contestant for Sqlx {
    fn name(&self) -> &'static str {
        NAME
    }

    fn enters(&self, _: Work) -> Entry {
        Entry::Takes
    }

    fn run(&mut self, work: Work, job: Job) -> LocalBoxFuture<'_, Outcome<Run>> {
        async move {
            match work {
                Work::Trivial(_) => {
                    let read = async |_| {
                        let users = sqlx::query_as::<_, User>("SELECT id, name, hair_color FROM users");
                        Ok(users.fetch_all(&mut self.conn).await?)
                    };
                    job.repeat(read, |users| Answer::Users(users.into_iter().map(Into::into).collect())).await
                }
                Work::Medium(_) => {
                    let read = async |_| {
                        let rows = sqlx::query_as::<_, Joined>(
                            "SELECT u.id, u.name, u.hair_color, p.id AS post_id, p.user_id, p.title, p.body \
                             FROM users AS u LEFT JOIN posts AS p ON u.id = p.user_id WHERE u.hair_color = $1",
                        );
                        let rows = rows.bind("black").fetch_all(&mut self.conn).await?;
                        Ok(rows.into_iter().map(Joined::apart).collect())
                    };
                    job.repeat(read, Answer::Joined).await
                }
                Work::Insert(count) => {
                    job.repeat(async |_| self.insert(count).await, Answer::Written).await
                }
                Work::Associations => job.repeat(async |_| self.trees().await, Answer::Trees).await,
                Work::Find => {
                    let find = async |n: usize| {
                        let find = sqlx::query_as::<_, Account>(FIND).bind(key(n % ACCOUNTS));
                        Ok(find.fetch_one(&mut self.conn).await?)
                    };
                    job.repeat(find, |account| Answer::Accounts(vec![account.into()])).await
                }
                Work::Update => {
                    let set = async |n: usize| {
                        let update = sqlx::query("UPDATE accounts SET balance = $1 WHERE id = $2");
                        let update = update.bind(i64::try_from(n)?).bind(key(n % ACCOUNTS));
                        Ok(update.execute(&mut self.conn).await?.rows_affected())
                    };
                    job.repeat(set, Answer::Written).await
                }
                Work::Transfer => job.repeat(async |n| self.transfer(n).await, Answer::Written).await,
                Work::Reads(_) => {
                    // It cannot send a statement before the answer to the one before (#408).
                    let read = async |n: usize| {
                        let mut rows = Vec::with_capacity(READS);
                        for i in 0..READS {
                            let find = sqlx::query_as::<_, Account>(FIND);
                            rows.push(find.bind(key((n * READS + i) % ACCOUNTS)).fetch_one(&mut self.conn).await?);
                        }
                        Ok(rows)
                    };
                    let all = |rows: Vec<Account>| rows.into_iter().map(Into::into).collect();
                    job.repeat(read, |rows| Answer::Accounts(all(rows))).await
                }
                Work::Bulk(count) => {
                    let rows = payments(count);
                    job.repeat(async |_| self.bulk(&rows).await, Answer::Written).await
                }
                Work::Walk(_) => job.repeat(async |_| self.walk().await, Answer::Many).await,
                Work::Stream(_) => job.repeat(async |_| self.stream().await, Answer::Many).await,
            }
        }
        .boxed_local()
    }
}

impl Joined {
    fn apart(self) -> (answer::User, Option<answer::Post>) {
        let post = match (self.post_id, self.user_id, self.title) {
            (Some(id), Some(user_id), Some(title)) => {
                Some(answer::Post { id, user_id, title, body: self.body })
            }
            _ => None,
        };
        (answer::User { id: self.id, name: self.name, hair_color: self.hair_color }, post)
    }
}

impl From<User> for answer::User {
    fn from(user: User) -> Self {
        Self { id: user.id, name: user.name, hair_color: user.hair_color }
    }
}

impl From<Post> for answer::Post {
    fn from(post: Post) -> Self {
        Self { id: post.id, user_id: post.user_id, title: post.title, body: post.body }
    }
}

impl From<Comment> for answer::Comment {
    fn from(comment: Comment) -> Self {
        Self { id: comment.id, post_id: comment.post_id, text: comment.text }
    }
}

impl From<Account> for answer::Account {
    fn from(account: Account) -> Self {
        Self { id: account.id, owner: account.owner, balance: account.balance }
    }
}
