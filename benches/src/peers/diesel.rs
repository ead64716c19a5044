//! diesel with diesel-async.
#![allow(unreachable_pub, reason = "what diesel's macros write")]

use crdb_orm::prelude::Uuid;
use diesel::prelude::*;
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl};
use futures_util::future::{LocalBoxFuture, try_join_all};
use futures_util::{FutureExt as _, TryStreamExt as _};

use super::answer::{self, Answer, Sum, Tree};
use super::contestant::{Contestant, Entry, Job, Run};
use super::schema::{key, payments as new_payments};
use super::work::{ACCOUNTS, PAGE, READS, Work};
use crate::contestants::Outcome;

diesel::table! {
    users (id) {
        id -> BigInt,
        name -> Text,
        hair_color -> Nullable<Text>,
    }
}

diesel::table! {
    posts (id) {
        id -> BigInt,
        user_id -> BigInt,
        title -> Text,
        body -> Nullable<Text>,
    }
}

diesel::table! {
    comments (id) {
        id -> BigInt,
        post_id -> BigInt,
        text -> Text,
    }
}

diesel::table! {
    accounts (id) {
        id -> Uuid,
        owner -> Text,
        balance -> BigInt,
    }
}

diesel::table! {
    payments (id) {
        id -> Uuid,
        customer -> Uuid,
        cents -> BigInt,
        note -> Text,
    }
}

diesel::joinable!(posts -> users (user_id));
diesel::joinable!(comments -> posts (post_id));
diesel::allow_tables_to_appear_in_same_query!(users, posts, comments);

#[derive(Queryable, Identifiable)]
#[diesel(table_name = users)]
struct User {
    id: i64,
    name: String,
    hair_color: Option<String>,
}

#[derive(Queryable, Identifiable, Associations)]
#[diesel(table_name = posts, belongs_to(User))]
struct Post {
    id: i64,
    user_id: i64,
    title: String,
    body: Option<String>,
}

#[derive(Queryable, Identifiable, Associations)]
#[diesel(table_name = comments, belongs_to(Post))]
struct Comment {
    id: i64,
    post_id: i64,
    text: String,
}

#[derive(Queryable)]
struct Account {
    id: Uuid,
    owner: String,
    balance: i64,
}

#[derive(Insertable)]
#[diesel(table_name = users)]
struct NewUser {
    name: String,
    hair_color: Option<&'static str>,
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = payments)]
struct Payment {
    id: Uuid,
    customer: Uuid,
    cents: i64,
    note: String,
}

/// Rows of one insert of [`Work::Bulk`]: four values each, and a statement has at most 65,535.
const CHUNK: usize = 1_000;

pub(super) const NAME: &str = "diesel-async";

pub(super) struct Diesel {
    conns: Vec<AsyncPgConnection>,
}

impl Diesel {
    pub(super) async fn new(url: &str, connections: usize) -> Outcome<Self> {
        let mut conns = Vec::new();
        for _ in 0..connections {
            conns.push(AsyncPgConnection::establish(url).await?);
        }
        Ok(Self { conns })
    }
}

async fn insert(conn: &mut AsyncPgConnection, count: usize) -> Outcome<u64> {
    let user = |i| NewUser { name: format!("User {i}"), hair_color: Some("hair color") };
    let insert = diesel::insert_into(users::table);
    // The text of one row is cached, that of several is not.
    let written = if count == 1 {
        insert.values(&user(0)).execute(conn).await?
    } else {
        let rows: Vec<NewUser> = (0..count).map(user).collect();
        insert.values(&rows).execute(conn).await?
    };
    Ok(written as u64)
}

async fn trees(conn: &mut AsyncPgConnection) -> Outcome<Vec<(User, Vec<(Post, Vec<Comment>)>)>> {
    let users = users::table.load::<User>(conn).await?;
    let posts = Post::belonging_to(&users).load::<Post>(conn).await?;
    let comments = Comment::belonging_to(&posts).load::<Comment>(conn).await?.grouped_by(&posts);
    let posts = posts.into_iter().zip(comments).grouped_by(&users);
    Ok(users.into_iter().zip(posts).collect())
}

#[derive(Debug)]
enum Failed {
    Poor,
    Database(diesel::result::Error),
}

impl From<diesel::result::Error> for Failed {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error)
    }
}

async fn transfer(conn: &mut AsyncPgConnection, from: usize) -> Outcome<u64> {
    let (from, to) = (key(from % ACCOUNTS), key((from + 1) % ACCOUNTS));
    let done = conn.transaction::<u64, Failed, _>(async |conn| {
        let payer: Account = accounts::table.find(from).for_update().first(conn).await?;
        if payer.balance < 1 {
            return Err(Failed::Poor);
        }
        diesel::update(accounts::table.find(from))
            .set(accounts::balance.eq(accounts::balance - 1))
            .execute(conn)
            .await?;
        diesel::update(accounts::table.find(to))
            .set(accounts::balance.eq(accounts::balance + 1))
            .execute(conn)
            .await?;
        Ok(2)
    });
    done.await.map_err(|failed| match failed {
        Failed::Poor => "the payer has nothing left".into(),
        Failed::Database(error) => error.into(),
    })
}

async fn walk(conn: &mut AsyncPgConnection) -> Outcome<Sum> {
    let limit = i64::try_from(PAGE)?;
    let mut sum = Sum::default();
    let mut page: Vec<Payment> = payments::table.order(payments::id).limit(limit).load(conn).await?;
    loop {
        for payment in &page {
            sum.add(payment.id, payment.customer, payment.cents, &payment.note);
        }
        match page.last() {
            Some(last) if page.len() == PAGE => {
                let next = payments::table.filter(payments::id.gt(last.id)).order(payments::id).limit(limit);
                page = next.load(conn).await?;
            }
            _ => return Ok(sum),
        }
    }
}

async fn stream(conn: &mut AsyncPgConnection) -> Outcome<Sum> {
    let mut sum = Sum::default();
    let mut rows = payments::table.load_stream::<Payment>(conn).await?;
    while let Some(payment) = rows.try_next().await? {
        sum.add(payment.id, payment.customer, payment.cents, &payment.note);
    }
    Ok(sum)
}

/// Each connection takes the next rows when it is through.
async fn bulk(conns: &mut [AsyncPgConnection], rows: &[Payment]) -> Outcome<u64> {
    let chunks = std::cell::RefCell::new(rows.chunks(CHUNK));
    let write = async |conn: &mut AsyncPgConnection| {
        let mut written = 0;
        loop {
            let chunk = chunks.borrow_mut().next();
            let Some(chunk) = chunk else { return Outcome::Ok(written) };
            written += diesel::insert_into(payments::table).values(chunk).execute(conn).await? as u64;
        }
    };
    Ok(try_join_all(conns.iter_mut().map(write)).await?.into_iter().sum())
}

impl Contestant for Diesel {
    fn name(&self) -> &'static str {
        NAME
    }

    fn enters(&self, _: Work) -> Entry {
        Entry::Takes
    }

    fn run(&mut self, work: Work, job: Job) -> LocalBoxFuture<'_, Outcome<Run>> {
        async move {
            if let Work::Bulk(count) = work {
                let plain = |row: answer::Payment| Payment {
                    id: row.id,
                    customer: row.customer,
                    cents: row.cents,
                    note: row.note,
                };
                let rows: Vec<Payment> = new_payments(count).into_iter().map(plain).collect();
                return job.repeat(async |_| bulk(&mut self.conns, &rows).await, Answer::Written).await;
            }
            let conn = self.conns.first_mut().ok_or("there is no connection")?;
            match work {
                Work::Trivial(_) => {
                    let read = async |_| Ok(users::table.load::<User>(conn).await?);
                    job.repeat(read, |users| Answer::Users(users.into_iter().map(Into::into).collect())).await
                }
                Work::Medium(_) => {
                    let read = async |_| {
                        let rows = users::table
                            .left_join(posts::table)
                            .filter(users::hair_color.eq("black"))
                            .load::<(User, Option<Post>)>(conn)
                            .await?;
                        Ok(rows)
                    };
                    let plain = |(user, post): (User, Option<Post>)| (user.into(), post.map(Into::into));
                    job.repeat(read, |rows| Answer::Joined(rows.into_iter().map(plain).collect())).await
                }
                Work::Insert(count) => job.repeat(async |_| insert(conn, count).await, Answer::Written).await,
                Work::Associations => {
                    let posts = |(post, comments): (Post, Vec<Comment>)| {
                        (post.into(), comments.into_iter().map(Into::into).collect())
                    };
                    let tree = |(user, of): (User, Vec<(Post, Vec<Comment>)>)| -> Tree {
                        (user.into(), of.into_iter().map(posts).collect())
                    };
                    let trees = async |_| trees(conn).await;
                    job.repeat(trees, |rows| Answer::Trees(rows.into_iter().map(tree).collect())).await
                }
                Work::Find => {
                    let find = async |n: usize| {
                        Ok(accounts::table.find(key(n % ACCOUNTS)).first::<Account>(conn).await?)
                    };
                    job.repeat(find, |account| Answer::Accounts(vec![account.into()])).await
                }
                Work::Update => {
                    let set = async |n: usize| {
                        let balance = accounts::balance.eq(i64::try_from(n)?);
                        let update = diesel::update(accounts::table.find(key(n % ACCOUNTS))).set(balance);
                        Ok(update.execute(conn).await? as u64)
                    };
                    job.repeat(set, Answer::Written).await
                }
                Work::Transfer => job.repeat(async |n| transfer(conn, n).await, Answer::Written).await,
                Work::Reads(_) => {
                    // Pipelined, as its documentation shows.
                    let conn = &*conn;
                    let read = async |n: usize| {
                        let one = async |i: usize| {
                            let find = accounts::table.find(key((n * READS + i) % ACCOUNTS));
                            Outcome::Ok(find.first::<Account>(&mut &*conn).await?)
                        };
                        try_join_all((0..READS).map(one)).await
                    };
                    let all = |rows: Vec<Account>| rows.into_iter().map(Into::into).collect();
                    job.repeat(read, |rows| Answer::Accounts(all(rows))).await
                }
                Work::Walk(_) => job.repeat(async |_| walk(conn).await, Answer::Many).await,
                Work::Stream(_) => job.repeat(async |_| stream(conn).await, Answer::Many).await,
                Work::Bulk(_) => Err("it was done above".into()),
            }
        }
        .boxed_local()
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
