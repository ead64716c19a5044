//! toasty, with its driver for PostgreSQL.
#![allow(unreachable_pub, reason = "what its macros write")]

use crdb_orm::prelude::Uuid;
use futures_util::future::LocalBoxFuture;
use futures_util::{FutureExt as _, StreamExt as _, TryStreamExt as _};
use toasty::Deferred;
use toasty_driver_postgresql::PostgreSQL;

use super::answer::{self, Answer, Sum, Tree};
use super::contestant::{Contestant, Entry, Job, Run};
use super::schema::{key, payments};
use super::work::{ACCOUNTS, BULK_CONNECTIONS, PAGE, READS, Work};
use crate::contestants::Outcome;

#[derive(Debug, toasty::Model)]
#[table = "users"]
struct User {
    #[key]
    #[auto(increment)]
    id: i64,
    name: String,
    #[index]
    hair_color: Option<String>,
    #[has_many]
    posts: Deferred<Vec<Post>>,
}

#[derive(Debug, toasty::Model)]
#[table = "posts"]
struct Post {
    #[key]
    #[auto(increment)]
    id: i64,
    #[index]
    user_id: i64,
    #[belongs_to(key = user_id, references = id)]
    user: Deferred<User>,
    title: String,
    body: Option<String>,
    #[has_many]
    comments: Deferred<Vec<Comment>>,
}

#[derive(Debug, toasty::Model)]
#[table = "comments"]
struct Comment {
    #[key]
    #[auto(increment)]
    id: i64,
    #[index]
    post_id: i64,
    #[belongs_to(key = post_id, references = id)]
    post: Deferred<Post>,
    text: String,
}

#[derive(Debug, toasty::Model)]
#[table = "accounts"]
struct Account {
    #[key]
    id: Uuid,
    owner: String,
    balance: i64,
}

#[derive(Debug, toasty::Model)]
#[table = "payments"]
struct Payment {
    #[key]
    id: Uuid,
    customer: Uuid,
    cents: i64,
    note: String,
}

/// Rows of one insert of [`Work::Bulk`].
const CHUNK: usize = 1_000;

pub(super) const NAME: &str = "toasty";

pub(super) struct Toasty {
    db: toasty::Db,
}

impl Toasty {
    pub(super) async fn new(url: &str, connections: usize) -> Outcome<Self> {
        let db = toasty::Db::builder()
            .models(toasty::models!(User, Post, Comment, Account, Payment))
            .max_pool_size(connections)
            .build(PostgreSQL::new(url)?)
            .await?;
        Ok(Self { db })
    }

    async fn insert(&mut self, count: usize) -> Outcome<u64> {
        let user = |i| toasty::create!(User { name: format!("User {i}"), hair_color: "hair color" });
        if count == 1 {
            user(0).exec(&mut self.db).await?;
            return Ok(1);
        }
        let rows = (0..count).fold(User::create_many(), |rows, i| rows.item(user(i)));
        Ok(rows.exec(&mut self.db).await?.len() as u64)
    }

    async fn transfer(&mut self, from: usize) -> Outcome<u64> {
        let (from, to) = (key(from % ACCOUNTS), key((from + 1) % ACCOUNTS));
        let mut tx = self.db.transaction().await?;
        // It has no row locks of one's own choice.
        let payer = Account::get_by_id(&mut tx, &from).await?;
        if payer.balance < 1 {
            return Err("the payer has nothing left".into());
        }
        Account::update_by_id(from).balance(toasty::stmt::subtract(1_i64)).exec(&mut tx).await?;
        Account::update_by_id(to).balance(toasty::stmt::add(1_i64)).exec(&mut tx).await?;
        tx.commit().await?;
        Ok(2)
    }

    async fn walk(&mut self) -> Outcome<Sum> {
        let db = &mut self.db;
        let mut sum = Sum::default();
        let pages = Payment::all().order_by(Payment::fields().id().asc()).paginate(PAGE);
        let mut page = pages.exec(db).await?;
        loop {
            for payment in page.iter() {
                sum.add(payment.id, payment.customer, payment.cents, &payment.note);
            }
            match page.next(db).await? {
                Some(next) => page = next,
                None => return Ok(sum),
            }
        }
    }

    async fn bulk(&mut self, rows: &[answer::Payment]) -> Outcome<u64> {
        let write = async |chunk: &[answer::Payment]| {
            let many = chunk.iter().fold(Payment::create_many(), |many, row| {
                many.item(toasty::create!(Payment {
                    id: row.id,
                    customer: row.customer,
                    cents: row.cents,
                    note: row.note.clone(),
                }))
            });
            Outcome::Ok(many.exec(&mut self.db.clone()).await?.len() as u64)
        };
        let written = futures_util::stream::iter(rows.chunks(CHUNK).map(write)).buffered(BULK_CONNECTIONS);
        written.try_fold(0, async |all, some| Ok(all + some)).await
    }
}

impl Contestant for Toasty {
    fn name(&self) -> &'static str {
        NAME
    }

    fn enters(&self, work: Work) -> Entry {
        match work {
            Work::Stream(_) => Entry::Cannot("it has no streams: all rows would be in memory at once"),
            _ => Entry::Takes,
        }
    }

    fn run(&mut self, work: Work, job: Job) -> LocalBoxFuture<'_, Outcome<Run>> {
        async move {
            match work {
                Work::Trivial(_) => {
                    let read = async |_| Ok(User::all().exec(&mut self.db).await?);
                    job.repeat(read, |users| Answer::Users(users.into_iter().map(Into::into).collect())).await
                }
                Work::Medium(_) => {
                    // It has no joins: what belongs to a row is included.
                    let read = async |_| {
                        let users = User::filter(User::fields().hair_color().eq("black"))
                            .include(User::fields().posts())
                            .exec(&mut self.db)
                            .await?;
                        Ok(users)
                    };
                    let rows = |user: User| -> Vec<(answer::User, Option<answer::Post>)> {
                        let posts: Vec<answer::Post> = user.posts.get().iter().map(Into::into).collect();
                        let user = answer::User::from(user);
                        if posts.is_empty() {
                            return vec![(user, None)];
                        }
                        posts.into_iter().map(|post| (user.clone(), Some(post))).collect()
                    };
                    job.repeat(read, |users| Answer::Joined(users.into_iter().flat_map(rows).collect())).await
                }
                Work::Insert(count) => job.repeat(async |_| self.insert(count).await, Answer::Written).await,
                Work::Associations => {
                    let read = async |_| {
                        let users =
                            User::all().include(User::fields().posts().comments()).exec(&mut self.db).await?;
                        Ok(users)
                    };
                    let tree = |user: User| -> Tree {
                        let post = |post: &Post| {
                            let comments = post.comments.get().iter().map(Into::into).collect();
                            (post.into(), comments)
                        };
                        let posts = user.posts.get().iter().map(post).collect();
                        (user.into(), posts)
                    };
                    job.repeat(read, |users| Answer::Trees(users.into_iter().map(tree).collect())).await
                }
                Work::Find => {
                    let find =
                        async |n: usize| Ok(Account::get_by_id(&mut self.db, &key(n % ACCOUNTS)).await?);
                    job.repeat(find, |account| Answer::Accounts(vec![account.into()])).await
                }
                Work::Update => {
                    let set = async |n: usize| {
                        let update = Account::update_by_id(key(n % ACCOUNTS)).balance(i64::try_from(n)?);
                        update.exec(&mut self.db).await?;
                        Ok(1)
                    };
                    job.repeat(set, Answer::Written).await
                }
                Work::Transfer => job.repeat(async |n| self.transfer(n).await, Answer::Written).await,
                Work::Reads(_) => {
                    let read = async |n: usize| {
                        let find = |i: usize| Account::filter_by_id(key((n * READS + i) % ACCOUNTS));
                        let all: Vec<_> = (0..READS).map(find).collect();
                        Ok(toasty::batch(all).exec(&mut self.db).await?)
                    };
                    let all = |rows: Vec<Vec<Account>>| rows.into_iter().flatten().map(Into::into).collect();
                    job.repeat(read, |rows| Answer::Accounts(all(rows))).await
                }
                Work::Bulk(count) => {
                    let rows = payments(count);
                    job.repeat(async |_| self.bulk(&rows).await, Answer::Written).await
                }
                Work::Walk(_) => job.repeat(async |_| self.walk().await, Answer::Many).await,
                Work::Stream(_) => Err("it does not enter".into()),
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

impl From<&Post> for answer::Post {
    fn from(post: &Post) -> Self {
        Self { id: post.id, user_id: post.user_id, title: post.title.clone(), body: post.body.clone() }
    }
}

impl From<&Comment> for answer::Comment {
    fn from(comment: &Comment) -> Self {
        Self { id: comment.id, post_id: comment.post_id, text: comment.text.clone() }
    }
}

impl From<Account> for answer::Account {
    fn from(account: Account) -> Self {
        Self { id: account.id, owner: account.owner, balance: account.balance }
    }
}
