//! What the contestants read, in one form, so that it can be compared.

use crdb_orm::prelude::Uuid;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) hair_color: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Post {
    pub(crate) id: i64,
    pub(crate) user_id: i64,
    pub(crate) title: String,
    pub(crate) body: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Comment {
    pub(crate) id: i64,
    pub(crate) post_id: i64,
    pub(crate) text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Account {
    pub(crate) id: Uuid,
    pub(crate) owner: String,
    pub(crate) balance: i64,
}

/// A row of the table of many rows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Payment {
    pub(crate) id: Uuid,
    pub(crate) customer: Uuid,
    pub(crate) cents: i64,
    pub(crate) note: String,
}

/// A user with everything below it.
pub(crate) type Tree = (User, Vec<(Post, Vec<Comment>)>);

/// What a piece of work gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    Users(Vec<User>),
    Joined(Vec<(User, Option<Post>)>),
    Trees(Vec<Tree>),
    Accounts(Vec<Account>),
    /// Rows written; what they hold is looked up in the tables.
    Written(u64),
    /// Of many rows: how many, what all columns sum up to, and whether the order was that of the key.
    Many(Sum),
}

impl Answer {
    /// The same in an order of its own, where the work asks for none.
    pub(crate) fn sorted(self) -> Self {
        fn sorted<T: Ord>(mut rows: Vec<T>) -> Vec<T> {
            rows.sort_unstable();
            rows
        }
        match self {
            Self::Users(rows) => Self::Users(sorted(rows)),
            Self::Joined(rows) => Self::Joined(sorted(rows)),
            Self::Trees(rows) => {
                let rows = rows.into_iter().map(|(user, posts)| {
                    let posts = posts.into_iter().map(|(post, comments)| (post, sorted(comments))).collect();
                    (user, sorted(posts))
                });
                Self::Trees(sorted(rows.collect()))
            }
            other => other,
        }
    }

    /// In a few words.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Users(rows) => format!("{} users", rows.len()),
            Self::Joined(rows) => format!("{} users with posts", rows.len()),
            Self::Trees(rows) => {
                let posts: usize = rows.iter().map(|(_, posts)| posts.len()).sum();
                let comments: usize =
                    rows.iter().flat_map(|(_, posts)| posts).map(|(_, comments)| comments.len()).sum();
                format!("{} users, {posts} posts, {comments} comments", rows.len())
            }
            Self::Accounts(rows) => format!("{} accounts", rows.len()),
            Self::Written(rows) => format!("{rows} rows written"),
            Self::Many(sum) => format!("{sum:?}"),
        }
    }
}

/// What many rows come to, without keeping them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) rows: u64,
    /// All cents.
    cents: i64,
    /// The bytes of all notes.
    notes: u64,
    /// All customers, one over the other.
    customers: u128,
    /// All keys, each with its place where the order matters.
    keys: u128,
}

impl Sum {
    pub(crate) fn add(&mut self, id: Uuid, customer: Uuid, cents: i64, note: &str) {
        self.rows += 1;
        self.cents = self.cents.wrapping_add(cents);
        self.notes += note.len() as u64;
        self.customers ^= customer.as_u128().rotate_left(u32::try_from(cents & 127).unwrap_or(0));
        self.keys ^= id.as_u128();
    }
}
