//! The library.

use crdb_orm::prelude::*;
use crdb_orm::query::whole;
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;

use super::answer::{self, Answer, Sum, Tree};
use super::contestant::{Contestant, Entry, Job, Run};
use super::schema::{Account, Comment, Payment, Post, User, key, payments};
use super::work::{ACCOUNTS, READS, Work};
use crate::contestants::Outcome;

pub(super) const NAME: &str = "crdb-orm";
pub(super) const DEFERRING: &str = "crdb-orm, writes deferred";

pub(super) struct Ours {
    db: Database,
}

impl Ours {
    pub(super) async fn new(url: &str, connections: usize) -> Outcome<Self> {
        let db = Database::builder(url).max_connections(connections).min_idle(connections).connect().await?;
        Ok(Self { db })
    }

    async fn insert(&self, count: usize) -> Outcome<u64> {
        let user = |i| User::insert().name(format!("User {i}")).hair_color("hair color");
        if count == 1 {
            user(0).exec(&self.db).await?;
            return Ok(1);
        }
        Ok(User::insert_many((0..count).map(user)).exec(&self.db).await?)
    }

    async fn transfer(&self, from: usize) -> Outcome<u64> {
        let (from, to) = (key(from % ACCOUNTS), key((from + 1) % ACCOUNTS));
        let transfer = self.db.try_transaction("transfer", async |tx| {
            let payer = Account::find(from).for_update().one(&tx).await?;
            if payer.balance < 1 {
                return Err(Failed::Poor);
            }
            Account::update(from).sub(Account::BALANCE, 1).exec(&tx).await?;
            Account::update(to).add(Account::BALANCE, 1).exec(&tx).await?;
            Ok(2)
        });
        transfer.await.map_err(Failed::into_error)
    }

    async fn walk(&self) -> Outcome<Sum> {
        let mut sum = Sum::default();
        let mut pages = Payment::query().page(1_000).walk(&self.db);
        while let Some(page) = pages.next().await? {
            for payment in &page {
                sum.add(payment.id, payment.customer, payment.cents, &payment.note);
            }
        }
        Ok(sum)
    }

    async fn stream(&self) -> Outcome<Sum> {
        let mut sum = Sum::default();
        let mut rows = Payment::query().stream(&self.db);
        while let Some(payment) = rows.try_next().await? {
            sum.add(payment.id, payment.customer, payment.cents, &payment.note);
        }
        Ok(sum)
    }
}

/// The transfer as the guide has it where waiting matters: writes travel with COMMIT.
pub(super) struct Deferring(Ours);

impl Deferring {
    pub(super) async fn new(url: &str, connections: usize) -> Outcome<Self> {
        Ok(Self(Ours::new(url, connections).await?))
    }

    async fn transfer(&self, from: usize) -> Outcome<u64> {
        let (from, to) = (key(from % ACCOUNTS), key((from + 1) % ACCOUNTS));
        let transfer = self.0.db.try_transaction("transfer", async |tx| {
            let payer = Account::find(from).for_update().one(&tx).await?;
            if payer.balance < 1 {
                return Err(Failed::Poor);
            }
            Account::update(from).sub(Account::BALANCE, 1).defer(&tx);
            Account::update(to).add(Account::BALANCE, 1).defer(&tx);
            Ok(2)
        });
        transfer.await.map_err(Failed::into_error)
    }
}

impl Contestant for Deferring {
    fn name(&self) -> &'static str {
        DEFERRING
    }

    fn enters(&self, work: Work) -> Entry {
        if work == Work::Transfer { Entry::Takes } else { Entry::Absent }
    }

    fn run(&mut self, _: Work, job: Job) -> LocalBoxFuture<'_, Outcome<Run>> {
        async move { job.repeat(async |n| self.transfer(n).await, Answer::Written).await }.boxed_local()
    }
}

/// Why a transfer was not made.
#[derive(Debug)]
enum Failed {
    Poor,
    Database(crdb_orm::Error),
}

impl Failed {
    fn into_error(self) -> Box<dyn std::error::Error + Send + Sync> {
        match self {
            Self::Poor => "the payer has nothing left".into(),
            Self::Database(error) => error.into(),
        }
    }
}

impl From<crdb_orm::Error> for Failed {
    fn from(error: crdb_orm::Error) -> Self {
        Self::Database(error)
    }
}

impl Contestant for Ours {
    fn name(&self) -> &'static str {
        NAME
    }

    fn enters(&self, _: Work) -> Entry {
        Entry::Takes
    }

    fn run(&mut self, work: Work, job: Job) -> LocalBoxFuture<'_, Outcome<Run>> {
        let this = &*self;
        let db = &this.db;
        async move {
            match work {
                Work::Trivial(_) => {
                    let read = async |_| Ok(User::query().all(db).await?);
                    job.repeat(read, |users| Answer::Users(users.into_iter().map(Into::into).collect())).await
                }
                Work::Medium(_) => {
                    let read = async |_| {
                        let rows: Vec<(User, Option<Post>)> = User::filter(User::HAIR_COLOR.eq("black"))
                            .left_join(User::ID.joins(Post::USER_ID))
                            .select((whole::<User>(), whole::<Post>()))
                            .all(db)
                            .await?;
                        Ok(rows)
                    };
                    let plain = |(user, post): (User, Option<Post>)| (user.into(), post.map(Into::into));
                    job.repeat(read, |rows| Answer::Joined(rows.into_iter().map(plain).collect())).await
                }
                Work::Insert(count) => job.repeat(async |_| this.insert(count).await, Answer::Written).await,
                Work::Associations => {
                    let read =
                        async |_| Ok(User::query().with(User::POSTS.with(Post::COMMENTS)).all(db).await?);
                    let posts = |(post, comments): (Post, Vec<Comment>)| {
                        (post.into(), comments.into_iter().map(Into::into).collect())
                    };
                    let tree = |(user, of): (User, Vec<(Post, Vec<Comment>)>)| -> Tree {
                        (user.into(), of.into_iter().map(posts).collect())
                    };
                    job.repeat(read, |rows| Answer::Trees(rows.into_iter().map(tree).collect())).await
                }
                Work::Find => {
                    let find = async |n: usize| Ok(Account::find(key(n % ACCOUNTS)).one(db).await?);
                    job.repeat(find, |account| Answer::Accounts(vec![account.into()])).await
                }
                Work::Update => {
                    let set = async |n: usize| {
                        let balance = i64::try_from(n)?;
                        Account::update(key(n % ACCOUNTS)).set(Account::BALANCE, balance).exec(db).await?;
                        Ok(1)
                    };
                    job.repeat(set, Answer::Written).await
                }
                Work::Transfer => job.repeat(async |n| this.transfer(n).await, Answer::Written).await,
                Work::Reads(_) => {
                    let read = async |n: usize| {
                        let find = |i| Account::find(key((n * READS + i) % ACCOUNTS));
                        Ok(db.read_together((0..READS).map(find).collect::<Vec<_>>()).await?)
                    };
                    let all =
                        |rows: Vec<Option<Account>>| rows.into_iter().flatten().map(Into::into).collect();
                    job.repeat(read, |rows| Answer::Accounts(all(rows))).await
                }
                Work::Bulk(count) => {
                    let plain = |row: answer::Payment| Payment {
                        id: row.id,
                        customer: row.customer,
                        cents: row.cents,
                        note: row.note,
                    };
                    let rows: Vec<Payment> = payments(count).into_iter().map(plain).collect();
                    let insert = async |_| Ok(Payment::insert_many(&rows).exec(db).await?);
                    job.repeat(insert, Answer::Written).await
                }
                Work::Walk(_) => job.repeat(async |_| this.walk().await, Answer::Many).await,
                Work::Stream(_) => job.repeat(async |_| this.stream().await, Answer::Many).await,
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
