//! tokio-postgres by hand.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::pin::pin;

use futures_util::future::{LocalBoxFuture, try_join_all};
use futures_util::{FutureExt as _, TryStreamExt as _};
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, NoTls, Row, Statement};

use super::answer::{Account, Answer, Comment, Payment, Post, Sum, User};
use super::contestant::{Contestant, Entry, Job, Run};
use super::schema::{key, payments};
use super::work::{ACCOUNTS, PAGE, READS, Work};
use crate::contestants::Outcome;

pub(super) const NAME: &str = "tokio-postgres";
pub(super) const REPREPARING: &str = "tokio-postgres, preparing anew";

const TREE: [&str; 3] = [
    "SELECT id, name, hair_color FROM users",
    "SELECT id, user_id, title, body FROM posts WHERE user_id = ANY ($1)",
    "SELECT id, post_id, text FROM comments WHERE post_id = ANY ($1)",
];

/// Everything prepared once, and read by index: nothing that is typed can be much faster.
pub(super) struct Raw {
    client: Client,
    users: Statement,
    medium: Statement,
    tree: [Statement; 3],
    /// By the number of rows.
    inserts: HashMap<usize, Statement>,
    find: Statement,
    lock: Statement,
    set: Statement,
    add: Statement,
    first_page: Statement,
    next_page: Statement,
    all_payments: Statement,
}

/// As `diesel_bench` publishes it: texts of many placeholders, prepared each time.
pub(super) struct Repreparing {
    client: Client,
    users: Statement,
}

async fn connect(url: &str) -> Outcome<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

impl Raw {
    pub(super) async fn new(url: &str) -> Outcome<Self> {
        let client = connect(url).await?;
        let prepare = |sql: &'static str| client.prepare(sql);
        Ok(Self {
            users: prepare(TREE[0]).await?,
            medium: prepare(
                "SELECT u.id, u.name, u.hair_color, p.id, p.user_id, p.title, p.body FROM users AS u \
                 LEFT JOIN posts AS p ON u.id = p.user_id WHERE u.hair_color = $1",
            )
            .await?,
            tree: [prepare(TREE[0]).await?, prepare(TREE[1]).await?, prepare(TREE[2]).await?],
            inserts: HashMap::new(),
            find: prepare("SELECT id, owner, balance FROM accounts WHERE id = $1").await?,
            lock: prepare("SELECT id, owner, balance FROM accounts WHERE id = $1 FOR UPDATE").await?,
            set: prepare("UPDATE accounts SET balance = $1 WHERE id = $2").await?,
            add: prepare("UPDATE accounts SET balance = balance + $1 WHERE id = $2").await?,
            first_page: prepare("SELECT id, customer, cents, note FROM payments ORDER BY id LIMIT $1")
                .await?,
            next_page: prepare(
                "SELECT id, customer, cents, note FROM payments WHERE id > $1 ORDER BY id LIMIT $2",
            )
            .await?,
            all_payments: prepare("SELECT id, customer, cents, note FROM payments").await?,
            client,
        })
    }

    async fn insert(&mut self, count: usize) -> Outcome<u64> {
        if !self.inserts.contains_key(&count) {
            let statement = self.client.prepare(&insert_text(count)).await?;
            self.inserts.insert(count, statement);
        }
        let rows = new_users(count);
        let params = params_of(&rows);
        Ok(self.client.execute(&self.inserts[&count], &params).await?)
    }

    async fn trees(&self) -> Outcome<Vec<super::answer::Tree>> {
        let [users, posts, comments] = &self.tree;
        let users = decode(&self.client.query(users, &[]).await?, user)?;
        let ids: Vec<i64> = users.iter().map(|user| user.id).collect();
        let posts = decode(&self.client.query(posts, &[&ids]).await?, post)?;
        let ids: Vec<i64> = posts.iter().map(|post| post.id).collect();
        let comments = decode(&self.client.query(comments, &[&ids]).await?, comment)?;
        Ok(grouped(users, posts, comments))
    }

    async fn transfer(&mut self, from: usize) -> Outcome<u64> {
        let (from, to) = (key(from % ACCOUNTS), key((from + 1) % ACCOUNTS));
        let tx = self.client.transaction().await?;
        let payer = account(&tx.query_one(&self.lock, &[&from]).await?)?;
        if payer.balance < 1 {
            return Err("the payer has nothing left".into());
        }
        tx.execute(&self.add, &[&-1_i64, &from]).await?;
        tx.execute(&self.add, &[&1_i64, &to]).await?;
        tx.commit().await?;
        Ok(2)
    }

    async fn walk(&self) -> Outcome<Sum> {
        let limit = i64::try_from(PAGE)?;
        let mut sum = Sum::default();
        let mut rows = self.client.query(&self.first_page, &[&limit]).await?;
        loop {
            let page = decode(&rows, payment)?;
            for payment in &page {
                sum.add(payment.id, payment.customer, payment.cents, &payment.note);
            }
            match page.last() {
                Some(last) if page.len() == PAGE => {
                    rows = self.client.query(&self.next_page, &[&last.id, &limit]).await?;
                }
                _ => return Ok(sum),
            }
        }
    }

    async fn stream(&self) -> Outcome<Sum> {
        let mut sum = Sum::default();
        let rows = self.client.query_raw(&self.all_payments, std::iter::empty::<i64>()).await?;
        let mut rows = pin!(rows);
        while let Some(row) = rows.try_next().await? {
            let payment = payment(&row)?;
            sum.add(payment.id, payment.customer, payment.cents, &payment.note);
        }
        Ok(sum)
    }
}

impl Contestant for Raw {
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
                    let read = async |_| decode(&self.client.query(&self.users, &[]).await?, user);
                    job.repeat(read, Answer::Users).await
                }
                Work::Medium(_) => {
                    let read = async |_| {
                        let rows = self.client.query(&self.medium, &[&"black"]).await?;
                        decode(&rows, |row| {
                            let post = match row.try_get::<_, Option<i64>>(3)? {
                                Some(id) => Some(Post {
                                    id,
                                    user_id: row.try_get(4)?,
                                    title: row.try_get(5)?,
                                    body: row.try_get(6)?,
                                }),
                                None => None,
                            };
                            Ok((user(row)?, post))
                        })
                    };
                    job.repeat(read, Answer::Joined).await
                }
                Work::Insert(count) => {
                    // Prepared outside of the time.
                    if !self.inserts.contains_key(&count) {
                        let statement = self.client.prepare(&insert_text(count)).await?;
                        self.inserts.insert(count, statement);
                    }
                    job.repeat(async |_| self.insert(count).await, Answer::Written).await
                }
                Work::Associations => job.repeat(async |_| self.trees().await, Answer::Trees).await,
                Work::Find => {
                    let find = async |n: usize| {
                        account(&self.client.query_one(&self.find, &[&key(n % ACCOUNTS)]).await?)
                    };
                    job.repeat(find, |account| Answer::Accounts(vec![account])).await
                }
                Work::Update => {
                    let set = async |n: usize| {
                        let params: [&(dyn ToSql + Sync); 2] = [&i64::try_from(n)?, &key(n % ACCOUNTS)];
                        Ok(self.client.execute(&self.set, &params).await?)
                    };
                    job.repeat(set, Answer::Written).await
                }
                Work::Transfer => job.repeat(async |n| self.transfer(n).await, Answer::Written).await,
                Work::Reads(_) => {
                    let read = async |n: usize| {
                        let one = async |i: usize| {
                            account(
                                &self
                                    .client
                                    .query_one(&self.find, &[&key((n * READS + i) % ACCOUNTS)])
                                    .await?,
                            )
                        };
                        try_join_all((0..READS).map(one)).await
                    };
                    job.repeat(read, Answer::Accounts).await
                }
                Work::Bulk(count) => {
                    let rows = payments(count);
                    job.repeat(async |_| copy(&self.client, &rows).await, Answer::Written).await
                }
                Work::Walk(_) => job.repeat(async |_| self.walk().await, Answer::Many).await,
                Work::Stream(_) => job.repeat(async |_| self.stream().await, Answer::Many).await,
            }
        }
        .boxed_local()
    }
}

impl Repreparing {
    pub(super) async fn new(url: &str) -> Outcome<Self> {
        let client = connect(url).await?;
        Ok(Self { users: client.prepare(TREE[0]).await?, client })
    }

    async fn trees(&self) -> Outcome<Vec<super::answer::Tree>> {
        let users = decode(&self.client.query(&self.users, &[]).await?, user)?;
        let ids: Vec<i64> = users.iter().map(|user| user.id).collect();
        let text = in_list("SELECT id, user_id, title, body FROM posts WHERE user_id IN (", ids.len());
        let posts = decode(&self.client.query(&text, &refs(&ids)).await?, post)?;
        let ids: Vec<i64> = posts.iter().map(|post| post.id).collect();
        let text = in_list("SELECT id, post_id, text FROM comments WHERE post_id IN (", ids.len());
        let comments = decode(&self.client.query(&text, &refs(&ids)).await?, comment)?;
        Ok(grouped(users, posts, comments))
    }
}

impl Contestant for Repreparing {
    fn name(&self) -> &'static str {
        REPREPARING
    }

    fn enters(&self, work: Work) -> Entry {
        if matches!(work, Work::Insert(_) | Work::Associations) { Entry::Takes } else { Entry::Absent }
    }

    fn run(&mut self, work: Work, job: Job) -> LocalBoxFuture<'_, Outcome<Run>> {
        async move {
            match work {
                Work::Insert(count) => {
                    let insert = async |_| {
                        let rows = new_users(count);
                        let statement = self.client.prepare(&insert_text(count)).await?;
                        Ok(self.client.execute(&statement, &params_of(&rows)).await?)
                    };
                    job.repeat(insert, Answer::Written).await
                }
                Work::Associations => job.repeat(async |_| self.trees().await, Answer::Trees).await,
                _ => Err("it does not enter".into()),
            }
        }
        .boxed_local()
    }
}

fn new_users(count: usize) -> Vec<(String, Option<&'static str>)> {
    (0..count).map(|i| (format!("User {i}"), Some("hair color"))).collect()
}

fn params_of<'a>(rows: &'a [(String, Option<&'static str>)]) -> Vec<&'a (dyn ToSql + Sync)> {
    let mut params: Vec<&(dyn ToSql + Sync)> = Vec::with_capacity(rows.len() * 2);
    for (name, hair_color) in rows {
        params.push(name);
        params.push(hair_color);
    }
    params
}

fn refs(ids: &[i64]) -> Vec<&(dyn ToSql + Sync)> {
    ids.iter().map(|id| id as &(dyn ToSql + Sync)).collect()
}

fn insert_text(count: usize) -> String {
    let mut text = String::from("INSERT INTO users (name, hair_color) VALUES ");
    for i in 0..count {
        let comma = if i == 0 { "" } else { ", " };
        let _ = write!(text, "{comma}(${}, ${})", 2 * i + 1, 2 * i + 2);
    }
    text
}

fn in_list(start: &str, count: usize) -> String {
    let mut text = String::from(start);
    for i in 0..count {
        let comma = if i == 0 { "" } else { ", " };
        let _ = write!(text, "{comma}${}", i + 1);
    }
    text.push(')');
    text
}

fn decode<T>(rows: &[Row], read: impl Fn(&Row) -> Outcome<T>) -> Outcome<Vec<T>> {
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        out.push(read(row)?);
    }
    Ok(out)
}

fn user(row: &Row) -> Outcome<User> {
    Ok(User { id: row.try_get(0)?, name: row.try_get(1)?, hair_color: row.try_get(2)? })
}

fn post(row: &Row) -> Outcome<Post> {
    Ok(Post { id: row.try_get(0)?, user_id: row.try_get(1)?, title: row.try_get(2)?, body: row.try_get(3)? })
}

fn comment(row: &Row) -> Outcome<Comment> {
    Ok(Comment { id: row.try_get(0)?, post_id: row.try_get(1)?, text: row.try_get(2)? })
}

fn account(row: &Row) -> Outcome<Account> {
    Ok(Account { id: row.try_get(0)?, owner: row.try_get(1)?, balance: row.try_get(2)? })
}

fn payment(row: &Row) -> Outcome<Payment> {
    Ok(Payment {
        id: row.try_get(0)?,
        customer: row.try_get(1)?,
        cents: row.try_get(2)?,
        note: row.try_get(3)?,
    })
}

/// Users with their posts with their comments.
pub(super) fn grouped(
    users: Vec<User>,
    posts: Vec<Post>,
    comments: Vec<Comment>,
) -> Vec<super::answer::Tree> {
    let mut of_post: HashMap<i64, Vec<Comment>> = HashMap::with_capacity(posts.len());
    for comment in comments {
        of_post.entry(comment.post_id).or_default().push(comment);
    }
    let mut of_user: HashMap<i64, Vec<(Post, Vec<Comment>)>> = HashMap::with_capacity(users.len());
    for post in posts {
        let comments = of_post.remove(&post.id).unwrap_or_default();
        of_user.entry(post.user_id).or_default().push((post, comments));
    }
    let tree = |user: User| {
        let posts = of_user.remove(&user.id).unwrap_or_default();
        (user, posts)
    };
    users.into_iter().map(tree).collect()
}

async fn copy(client: &Client, rows: &[Payment]) -> Outcome<u64> {
    let sink = client.copy_in("COPY payments (id, customer, cents, note) FROM STDIN BINARY").await?;
    let writer = BinaryCopyInWriter::new(sink, &[Type::UUID, Type::UUID, Type::INT8, Type::TEXT]);
    let mut writer = pin!(writer);
    for row in rows {
        writer.as_mut().write(&[&row.id, &row.customer, &row.cents, &row.note]).await?;
    }
    Ok(writer.finish().await?)
}
