//! sea-orm.
#![allow(unreachable_pub, reason = "what its macros write")]

use futures_util::future::LocalBoxFuture;
use futures_util::{FutureExt as _, StreamExt as _, TryStreamExt as _};
use sea_orm::prelude::*;
use sea_orm::{
    ActiveValue, ConnectOptions, Database, DatabaseConnection, ExprTrait as _, QuerySelect as _,
    TransactionTrait as _,
};

use super::answer::{self, Answer, Sum, Tree};
use super::contestant::{Contestant, Entry, Job, Run};
use super::schema::{key, payments as new_payments};
use super::work::{ACCOUNTS, BULK_CONNECTIONS, PAGE, READS, Work};
use crate::contestants::Outcome;

mod users {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "users")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
        pub hair_color: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(has_many = "super::posts::Entity")]
        Posts,
    }

    impl Related<super::posts::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Posts.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod posts {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "posts")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub user_id: i64,
        pub title: String,
        pub body: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(
            belongs_to = "super::users::Entity",
            from = "Column::UserId",
            to = "super::users::Column::Id"
        )]
        Users,
        #[sea_orm(has_many = "super::comments::Entity")]
        Comments,
    }

    impl Related<super::users::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Users.def()
        }
    }

    impl Related<super::comments::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Comments.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod comments {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "comments")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub post_id: i64,
        pub text: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(
            belongs_to = "super::posts::Entity",
            from = "Column::PostId",
            to = "super::posts::Column::Id"
        )]
        Posts,
    }

    impl Related<super::posts::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Posts.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod accounts {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "accounts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub owner: String,
        pub balance: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod payments {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "payments")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub customer: Uuid,
        pub cents: i64,
        pub note: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Rows of one insert of [`Work::Bulk`].
const CHUNK: usize = 1_000;

pub(super) const NAME: &str = "sea-orm";

pub(super) struct SeaOrm {
    db: DatabaseConnection,
}

impl SeaOrm {
    pub(super) async fn new(url: &str, connections: usize) -> Outcome<Self> {
        let mut options = ConnectOptions::new(url);
        options.max_connections(u32::try_from(connections)?).sqlx_logging(false);
        // Without this each statement would be preceded by a ping, which nobody else here sends.
        options.test_before_acquire(false);
        Ok(Self { db: Database::connect(options).await? })
    }

    async fn insert(&self, count: usize) -> Outcome<u64> {
        let user = |i| users::ActiveModel {
            name: ActiveValue::Set(format!("User {i}")),
            hair_color: ActiveValue::Set(Some("hair color".to_owned())),
            ..Default::default()
        };
        if count == 1 {
            return Ok(users::Entity::insert(user(0)).exec_without_returning(&self.db).await?);
        }
        let rows = users::Entity::insert_many((0..count).map(user));
        Ok(rows.exec_without_returning(&self.db).await?)
    }

    async fn trees(&self) -> Outcome<Vec<(users::Model, Vec<(posts::Model, Vec<comments::Model>)>)>> {
        let db = &self.db;
        let users = users::Entity::find().all(db).await?;
        let posts = users.load_many(posts::Entity, db).await?;
        let sizes: Vec<usize> = posts.iter().map(Vec::len).collect();
        let posts: Vec<posts::Model> = posts.into_iter().flatten().collect();
        let comments = posts.load_many(comments::Entity, db).await?;
        let mut posts = posts.into_iter().zip(comments);
        let of = |(user, size)| (user, posts.by_ref().take(size).collect());
        Ok(users.into_iter().zip(sizes).map(of).collect())
    }

    async fn transfer(&self, from: usize) -> Outcome<u64> {
        let (from, to) = (key(from % ACCOUNTS), key((from + 1) % ACCOUNTS));
        let tx = self.db.begin().await?;
        let payer = accounts::Entity::find_by_id(from).lock_exclusive().one(&tx).await?;
        if payer.ok_or("there is no such account")?.balance < 1 {
            return Err("the payer has nothing left".into());
        }
        let add = |id: Uuid, by: i64| {
            accounts::Entity::update_many()
                .col_expr(accounts::Column::Balance, Expr::col(accounts::Column::Balance).add(by))
                .filter(accounts::Column::Id.eq(id))
        };
        add(from, -1).exec(&tx).await?;
        add(to, 1).exec(&tx).await?;
        tx.commit().await?;
        Ok(2)
    }

    async fn walk(&self) -> Outcome<Sum> {
        let mut sum = Sum::default();
        let mut pages = payments::Entity::find().cursor_by(payments::Column::Id);
        pages.first(PAGE as u64);
        loop {
            let page = pages.all(&self.db).await?;
            for payment in &page {
                sum.add(payment.id, payment.customer, payment.cents, &payment.note);
            }
            match page.last() {
                Some(last) if page.len() == PAGE => pages.after(last.id),
                _ => return Ok(sum),
            };
        }
    }

    async fn stream(&self) -> Outcome<Sum> {
        let mut sum = Sum::default();
        let mut rows = payments::Entity::find().stream(&self.db).await?;
        while let Some(payment) = rows.try_next().await? {
            sum.add(payment.id, payment.customer, payment.cents, &payment.note);
        }
        Ok(sum)
    }

    async fn bulk(&self, rows: &[payments::Model]) -> Outcome<u64> {
        let write = async |chunk: &[payments::Model]| {
            let row = |row: &payments::Model| payments::ActiveModel {
                id: ActiveValue::Set(row.id),
                customer: ActiveValue::Set(row.customer),
                cents: ActiveValue::Set(row.cents),
                note: ActiveValue::Set(row.note.clone()),
            };
            let insert = payments::Entity::insert_many(chunk.iter().map(row));
            Outcome::Ok(insert.exec_without_returning(&self.db).await?)
        };
        let written = futures_util::stream::iter(rows.chunks(CHUNK).map(write)).buffered(BULK_CONNECTIONS);
        written.try_fold(0, async |all, some| Ok(all + some)).await
    }
}

impl Contestant for SeaOrm {
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
                    let read = async |_| Ok(users::Entity::find().all(db).await?);
                    job.repeat(read, |users| Answer::Users(users.into_iter().map(Into::into).collect())).await
                }
                Work::Medium(_) => {
                    let read = async |_| {
                        let rows = users::Entity::find()
                            .find_also_related(posts::Entity)
                            .filter(users::Column::HairColor.eq("black"))
                            .all(db)
                            .await?;
                        Ok(rows)
                    };
                    let plain = |(user, post): (users::Model, Option<posts::Model>)| {
                        (user.into(), post.map(Into::into))
                    };
                    job.repeat(read, |rows| Answer::Joined(rows.into_iter().map(plain).collect())).await
                }
                Work::Insert(count) => job.repeat(async |_| this.insert(count).await, Answer::Written).await,
                Work::Associations => {
                    let posts = |(post, comments): (posts::Model, Vec<comments::Model>)| {
                        (post.into(), comments.into_iter().map(Into::into).collect())
                    };
                    let tree =
                        |(user, of): (users::Model, Vec<(posts::Model, Vec<comments::Model>)>)| -> Tree {
                            (user.into(), of.into_iter().map(posts).collect())
                        };
                    let trees = async |_| this.trees().await;
                    job.repeat(trees, |rows| Answer::Trees(rows.into_iter().map(tree).collect())).await
                }
                Work::Find => {
                    let find = async |n: usize| {
                        let found = accounts::Entity::find_by_id(key(n % ACCOUNTS)).one(db).await?;
                        Outcome::Ok(found.ok_or("there is no such account")?)
                    };
                    job.repeat(find, |account| Answer::Accounts(vec![account.into()])).await
                }
                Work::Update => {
                    let set = async |n: usize| {
                        let update = accounts::Entity::update_many()
                            .col_expr(accounts::Column::Balance, Expr::value(i64::try_from(n)?))
                            .filter(accounts::Column::Id.eq(key(n % ACCOUNTS)));
                        Ok(update.exec(db).await?.rows_affected)
                    };
                    job.repeat(set, Answer::Written).await
                }
                Work::Transfer => job.repeat(async |n| this.transfer(n).await, Answer::Written).await,
                Work::Reads(_) => {
                    // As sqlx below it, it waits for each answer.
                    let read = async |n: usize| {
                        let mut rows = Vec::with_capacity(READS);
                        for i in 0..READS {
                            let id = key((n * READS + i) % ACCOUNTS);
                            rows.extend(accounts::Entity::find_by_id(id).one(db).await?);
                        }
                        Ok(rows)
                    };
                    let all = |rows: Vec<accounts::Model>| rows.into_iter().map(Into::into).collect();
                    job.repeat(read, |rows| Answer::Accounts(all(rows))).await
                }
                Work::Bulk(count) => {
                    let plain = |row: answer::Payment| payments::Model {
                        id: row.id,
                        customer: row.customer,
                        cents: row.cents,
                        note: row.note,
                    };
                    let rows: Vec<payments::Model> = new_payments(count).into_iter().map(plain).collect();
                    job.repeat(async |_| this.bulk(&rows).await, Answer::Written).await
                }
                Work::Walk(_) => job.repeat(async |_| this.walk().await, Answer::Many).await,
                Work::Stream(_) => job.repeat(async |_| this.stream().await, Answer::Many).await,
            }
        }
        .boxed_local()
    }
}

impl From<users::Model> for answer::User {
    fn from(user: users::Model) -> Self {
        Self { id: user.id, name: user.name, hair_color: user.hair_color }
    }
}

impl From<posts::Model> for answer::Post {
    fn from(post: posts::Model) -> Self {
        Self { id: post.id, user_id: post.user_id, title: post.title, body: post.body }
    }
}

impl From<comments::Model> for answer::Comment {
    fn from(comment: comments::Model) -> Self {
        Self { id: comment.id, post_id: comment.post_id, text: comment.text }
    }
}

impl From<accounts::Model> for answer::Account {
    fn from(account: accounts::Model) -> Self {
        Self { id: account.id, owner: account.owner, balance: account.balance }
    }
}
