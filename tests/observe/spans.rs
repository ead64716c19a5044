//! What is traced.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crdb_orm::prelude::*;
use crdb_orm::testing::TestDb;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

/// A note.
#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "notes")]
struct Note {
    #[crdb(primary_key)]
    id: Uuid,
    text: String,
}

const SCHEMA: Schema = Schema::new("spans").tables(&[Note::TABLE]);
const SECRET: &str = "hunter2-never-shown";

type Fields = BTreeMap<String, String>;

/// A span: its name, its parent and its fields.
type Span = (String, Option<u64>, Fields);

/// Keeps every span and event.
#[derive(Clone, Default)]
struct Kept {
    spans: Arc<Mutex<BTreeMap<u64, Span>>>,
    events: Arc<Mutex<Vec<Fields>>>,
}

struct Visitor<'a>(&'a mut Fields);

impl Visit for Visitor<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }
}

impl<S: Subscriber> Layer<S> for Kept {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::new();
        attributes.record(&mut Visitor(&mut fields));
        let name = attributes.metadata().name().to_owned();
        let parent = context.current_span().id().map(Id::into_u64);
        self.spans.lock().unwrap().insert(id.into_u64(), (name, parent, fields));
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        if let Some((_, _, fields)) = self.spans.lock().unwrap().get_mut(&id.into_u64()) {
            values.record(&mut Visitor(fields));
        }
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::new();
        event.record(&mut Visitor(&mut fields));
        self.events.lock().unwrap().push(fields);
    }
}

impl Kept {
    fn named(&self, wanted: &str) -> Vec<Fields> {
        let spans = self.spans.lock().unwrap();
        spans.values().filter(|(name, _, _)| name == wanted).map(|(_, _, fields)| fields.clone()).collect()
    }

    fn clear(&self) {
        self.spans.lock().unwrap().clear();
        self.events.lock().unwrap().clear();
    }

    fn shows(&self, text: &str) -> bool {
        format!("{:?}{:?}", self.spans.lock().unwrap(), self.events.lock().unwrap()).contains(text)
    }
}

/// Everything of a test runs on one thread, so that it sees its own spans and no others.
async fn kept() -> (TestDb, Kept, tracing::subscriber::DefaultGuard) {
    let kept = Kept::default();
    let guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(kept.clone()));
    let db = TestDb::new().await.expect("a database");
    db.create_schema(&SCHEMA).await.expect("the schema");
    kept.clear();
    (db, kept, guard)
}

#[tokio::test]
async fn a_statement_is_a_span_by_the_conventions_of_opentelemetry_without_its_values() {
    let (db, kept, _guard) = kept().await;
    let note = Note::insert().text(SECRET).one(&db).await.unwrap();
    let spans = kept.named("statement");
    let [span] = spans.as_slice() else { panic!("{spans:?}") };
    let system = if db.server().is_cockroachdb() { "cockroachdb" } else { "postgresql" };
    for (field, expected) in [
        ("otel.name", "insert notes"),
        ("otel.kind", "client"),
        ("db.system.name", system),
        ("db.namespace", db.name()),
        ("db.operation.name", "insert"),
        ("db.collection.name", "notes"),
        ("db.query.text", "INSERT INTO notes (id, text) VALUES ($1, $2) RETURNING id, text"),
    ] {
        assert_eq!(span.get(field).map(String::as_str), Some(expected), "{field}");
    }
    assert!(span.contains_key("server.address"), "{span:?}");
    assert!(!span.contains_key("db.response.status_code"), "{span:?}");
    assert_eq!(kept.named("acquire").len(), 1);

    kept.clear();
    Note::insert_row(&note).exec(&db).await.unwrap_err();
    assert_eq!(kept.named("statement")[0]["db.response.status_code"], "23505");
    kept.clear();
    let raw = format!("SELECT count(*) FROM notes WHERE text = '{SECRET}'");
    Sql::trusted(raw).one::<(i64,), _>(&db).await.unwrap();
    assert_eq!(kept.named("statement")[0]["db.query.text"], "SELECT count(*) FROM notes WHERE text = ?");
    assert!(!kept.shows(SECRET));
}

#[tokio::test]
async fn a_transaction_is_a_span_around_its_statements_that_says_how_it_ended() {
    let (db, kept, _guard) = kept().await;
    db.transaction("write", async |tx| Note::insert().text("a").one(&tx).await).await.unwrap();
    let transactions = kept.named("transaction");
    let [span] = transactions.as_slice() else { panic!("{transactions:?}") };
    for (field, expected) in [("name", "write"), ("attempts", "1"), ("outcome", "committed")] {
        assert_eq!(span.get(field).map(String::as_str), Some(expected), "{field}");
    }
    let spans = kept.spans.lock().unwrap().clone();
    let (_, parent, _) = spans.values().find(|(name, _, _)| name == "statement").expect("a statement");
    let parent = parent.and_then(|id| spans.get(&id)).map(|(name, _, _)| name.as_str());
    assert_eq!(parent, Some("transaction"));
}

#[tokio::test]
async fn values_are_shown_where_they_are_asked_for() {
    let (db, kept, _guard) = kept().await;
    let open = Database::builder(db.url()).show_values(true).slow_statements(Duration::from_millis(600));
    let open = open.connect().await.unwrap();
    kept.clear();
    let note = Note::insert().text("it's").one(&open).await.unwrap();
    let span = &kept.named("statement")[0];
    assert_eq!(span["db.query.parameters"], format!("$1 = '{}', $2 = 'it''s'", note.id));
    kept.clear();
    let long = "é".repeat(300);
    let slow = sql!("SELECT pg_sleep(0.8), 'a', $1::TEXT, $2::TEXT", long.clone(), None::<String>);
    slow.exec(&open).await.unwrap();
    let events = kept.events.lock().unwrap();
    let report = events.iter().find(|event| event["message"] == "a slow statement").expect("a report");
    assert_eq!(report["text"], "SELECT pg_sleep(0.8), 'a', $1::TEXT, $2::TEXT");
    let cut = "é".repeat(200);
    assert_eq!(report["values"], format!("$1 = '{cut}…' (600 bytes), $2 = NULL"));
}

#[tokio::test]
async fn a_slow_statement_is_reported_with_its_text_and_no_value() {
    let (db, kept, _guard) = kept().await;
    let slow =
        Database::builder(db.url()).slow_statements(Duration::from_millis(600)).connect().await.unwrap();
    kept.clear();
    Note::query().count(&slow).await.unwrap();
    let reports = |kept: &Kept| {
        let events = kept.events.lock().unwrap();
        let slow = events.iter().filter(|event| event["message"] == "a slow statement");
        slow.cloned().collect::<Vec<Fields>>()
    };
    assert!(reports(&kept).is_empty());
    Sql::trusted(format!("SELECT pg_sleep(0.8), '{SECRET}'")).exec(&slow).await.unwrap();
    let reports = reports(&kept);
    let [report] = reports.as_slice() else { panic!("{reports:?}") };
    assert_eq!((report["statement"].as_str(), report["text"].as_str()), ("sql", "SELECT pg_sleep(?), ?"));
    assert!(report["seconds"].parse::<f64>().unwrap() >= 0.6, "{report:?}");
    assert!(report.contains_key("node"));
    assert!(!kept.shows(SECRET));
}
