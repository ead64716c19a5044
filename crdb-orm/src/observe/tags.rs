//! Tags of statements, as comments that the server keeps with their texts.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but what a URL never encodes, so nothing is left that means something to SQL: no quote, no slash, no star.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

tokio::task_local! {
    static TAGS: Tags;
}

/// Tags of statements, such as the route of the request that they serve, in the form of
/// [sqlcommenter](https://google.github.io/sqlcommenter/spec/): `/*application='shop',route='%2Forders'*/` behind the
/// text. The server shows them where it shows texts: in its statistics, its slow-query log, its list of sessions.
///
/// Tags given to [`tag_statements`](crate::DatabaseBuilder::tag_statements) are the same for all statements, which stay
/// prepared: they cost nothing. Tags of a [`scope`](Self::scope) differ from request to request, and so does the text
/// that they stand behind, which makes it useless to prepare it: such a statement is sent whole, in the same one round
/// trip, and the server plans it each time. CockroachDB counts statements by their text without comments.
///
/// Keys and values are percent-encoded, whatever they hold. A text that has a comment of its own is left as it is, as the
/// specification asks. BEGIN, COMMIT and what else the library says by itself bears no tags.
///
/// ```no_run
/// use crdb_orm::observe::Tags;
/// use crdb_orm::prelude::*;
///
/// # async fn handle() -> crdb_orm::Result<()> {
/// let db = Database::builder("cockroachdb://root@localhost/shop")
///     .tag_statements(Tags::new().application("shop"))
///     .connect()
///     .await?;
/// // In the middleware of a web server:
/// let tags = Tags::new().route("/orders/{id}").traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
/// tags.scope(async { Sql::trusted("SELECT 1").exec(&db).await }).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[must_use]
pub struct Tags(BTreeMap<String, String>);

impl Tags {
    /// No tags.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a tag. An empty value takes it away.
    pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        let (key, value) = (key.into(), value.into());
        if value.is_empty() || key.is_empty() {
            self.0.remove(&key);
        } else {
            self.0.insert(key, value);
        }
        self
    }

    /// Sets the name of the application.
    pub fn application(self, name: impl Into<String>) -> Self {
        self.tag("application", name)
    }

    /// Sets the controller that handles the request.
    pub fn controller(self, name: impl Into<String>) -> Self {
        self.tag("controller", name)
    }

    /// Sets the action of the controller.
    pub fn action(self, name: impl Into<String>) -> Self {
        self.tag("action", name)
    }

    /// Sets the route of the request, best as its pattern, such as `/orders/{id}`.
    pub fn route(self, route: impl Into<String>) -> Self {
        self.tag("route", route)
    }

    /// Sets the framework that serves it.
    pub fn framework(self, name: impl Into<String>) -> Self {
        self.tag("framework", name)
    }

    /// Sets the [W3C trace context](https://www.w3.org/TR/trace-context/) that it belongs to.
    pub fn traceparent(self, traceparent: impl Into<String>) -> Self {
        self.tag("traceparent", traceparent)
    }

    /// Runs a future whose statements bear these tags besides those of the database, where
    /// [`tag_statements`](crate::DatabaseBuilder::tag_statements) has turned them on. A scope inside another adds to its
    /// tags; what is spawned has none of them.
    pub async fn scope<F: Future>(self, future: F) -> F::Output {
        let outer = TAGS.try_with(Clone::clone).unwrap_or_default();
        TAGS.scope(self.over(outer), future).await
    }

    /// These tags over those.
    fn over(self, mut those: Self) -> Self {
        those.0.extend(self.0);
        those
    }

    /// The comment to stand behind a text, if there are tags.
    fn comment(&self) -> Option<Arc<str>> {
        if self.0.is_empty() {
            return None;
        }
        let encode = |text| utf8_percent_encode(text, ENCODED);
        let tags = self.0.iter().map(|(key, value)| format!("{}='{}'", encode(key), encode(value)));
        Some(format!(" /*{}*/", tags.collect::<Vec<_>>().join(",")).into())
    }
}

/// The tags of a database.
#[derive(Debug, Clone)]
pub(crate) struct Tagging {
    tags: Tags,
    comment: Option<Arc<str>>,
}

impl Tagging {
    pub(crate) fn new(tags: Tags) -> Self {
        Self { comment: tags.comment(), tags }
    }

    /// A text with the tags that are always the same.
    pub(crate) fn constant(&self, sql: &str) -> Option<String> {
        append(sql, self.comment.as_deref()?)
    }

    /// A text with the tags of the request that it serves, where there are any.
    pub(crate) fn of_request(&self, sql: &str) -> Option<String> {
        let tags = TAGS.try_with(Clone::clone).ok().filter(|tags| !tags.0.is_empty())?;
        append(sql, &tags.over(self.tags.clone()).comment()?)
    }
}

/// Nothing where the text has a comment already; one that only looks so is left alone, too.
fn append(sql: &str, comment: &str) -> Option<String> {
    (!sql.contains("/*") && !sql.contains("--")).then(|| format!("{}{comment}", sql.trim_end()))
}

#[cfg(test)]
mod tests {
    use percent_encoding::percent_decode_str;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tags_are_sorted_encoded_and_behind_the_text() {
        let tags = Tags::new()
            .route("/polls 1000")
            .application("shop")
            .tag("empty", "")
            .tag("name''", "it's; */ DROP");
        let tagging = Tagging::new(tags);
        assert_eq!(
            tagging.constant("SELECT 1").as_deref(),
            Some(
                "SELECT 1 /*application='shop',name%27%27='it%27s%3B%20%2A%2F%20DROP',route='%2Fpolls%201000'*/"
            )
        );
        for own in ["SELECT 1 /* mine */", "SELECT 1 -- mine", "SELECT '--'"] {
            assert_eq!(tagging.constant(own), None, "{own}");
        }
        assert_eq!(Tagging::new(Tags::new()).constant("SELECT 1"), None);
        assert_eq!(tagging.of_request("SELECT 1"), None, "no request");
    }

    #[tokio::test]
    async fn a_scope_adds_to_the_tags_around_it_and_ends() {
        let tagging = Tagging::new(Tags::new().application("shop"));
        let outer = Tags::new().route("/a").action("one").scope(async {
            let inner = Tags::new().route("/b").scope(async { tagging.of_request("SELECT 1") }).await;
            assert_eq!(inner.as_deref(), Some("SELECT 1 /*action='one',application='shop',route='%2Fb'*/"));
            tagging.of_request("SELECT 1")
        });
        assert_eq!(outer.await.as_deref(), Some("SELECT 1 /*action='one',application='shop',route='%2Fa'*/"));
        assert_eq!(tagging.of_request("SELECT 1"), None);
    }

    proptest! {
        #[test]
        fn nothing_breaks_out_of_the_comment(
            tags in proptest::collection::btree_map(".{1,12}", ".{1,24}|[*/'%\\\\-]{1,8}", 1..5)
        ) {
            let all = tags.iter().fold(Tags::new(), |all, (key, value)| all.tag(key, value));
            let text = Tagging::new(all).constant("SELECT 1").unwrap_or_default();
            let inside = text.strip_prefix("SELECT 1 /*").and_then(|rest| rest.strip_suffix("*/"));
            let inside = inside.unwrap_or_default();
            prop_assert!(inside.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~%='," .contains(&byte)));
            let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
            let read: BTreeMap<String, String> = inside
                .split(',')
                .filter_map(|tag| tag.split_once("='"))
                .map(|(key, value)| (decode(key), decode(value.trim_end_matches('\''))))
                .collect();
            prop_assert_eq!(read, tags);
        }
    }
}
