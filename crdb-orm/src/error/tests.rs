use std::sync::Arc;
use std::time::Duration;

use super::*;

const INSERT: Label = Label { verb: "insert", table: Some("users") };

fn server(code: &str, message: &str) -> ServerError {
    ServerError::new(code, message)
}

fn error(code: &str, message: &str) -> Error {
    Error::server(Arc::new(server(code, message)))
}

fn assert_is<T: Send + Sync + 'static>() {}

#[test]
fn an_error_is_one_pointer_and_travels_between_threads() {
    assert_is::<Error>();
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    assert_eq!(size_of::<Result<(), Error>>(), size_of::<usize>());
}

#[test]
fn what_where_code_and_advice_are_one_sentence() {
    let shown = error("42P01", "relation \"users\" does not exist").with_label(INSERT).to_string();
    assert_eq!(
        shown,
        "relation \"users\" does not exist (insert on `users`, SQLSTATE 42P01); hint: was the schema created in \
         this database? check the database in the URL, too"
    );
}

#[test]
fn detail_holds_rows_and_is_not_shown() {
    let mut inner = server("23505", "duplicate key value violates unique constraint \"users_email_key\"");
    inner.detail = Some("Key (email)=(ann@example.com) already exists.".into());
    inner.constraint = Some("users_email_key".into());
    let error = Error::server(Arc::new(inner)).with_label(INSERT).with_context("in the shop");
    assert!(error.is_unique_violation());
    assert_eq!(error.constraint(), Some("users_email_key"));
    assert_eq!(error.table(), Some("users"));
    assert!(error.detail().is_some());
    let mut everything = format!("{error} {error:?} {error:#?}");
    let mut source = std::error::Error::source(&error);
    assert!(source.is_some());
    while let Some(cause) = source {
        everything.push_str(&cause.to_string());
        let debug = format!("{cause:?}");
        everything.push_str(&debug);
        source = cause.source();
    }
    assert!(!everything.contains("ann@example.com"), "{everything}");
}

#[test]
fn the_column_of_a_null_is_read_from_the_text_where_no_field_has_it() {
    let error = error("23502", "null value in column \"name\" violates not-null constraint");
    assert_eq!(error.column(), Some("name"));
    assert!(error.is_not_null_violation());
}

#[test]
fn giving_up_tells_attempts_key_and_advice() {
    let message = "restart transaction: TransactionRetryWithProtoRefreshError: TransactionRetryError: retry txn \
                   (RETRY_WRITE_TOO_OLD - WriteTooOld flag converted into WriteTooOldError): \"sql txn\" \
                   meta={id=6e9c pri=0.01 epo=0 ts=1.2 min=1.1 seq=1 key=/Table/106/1/\"a\"/0} lock=true";
    let last = error("40001", message);
    let history = vec![FailedAttempt::new(&last, Duration::from_millis(4)); 3];
    let error =
        last.gave_up("transaction `transfer`", GaveUp::Attempts, history, Duration::from_millis(1234));
    assert!(error.is_serialization_failure() && !error.is_deadline());
    assert_eq!(error.attempts(), 3);
    assert_eq!(error.history()[0].sqlstate(), Some("40001"));
    let shown = error.to_string();
    assert!(shown.starts_with("transaction `transfer` gave up after 3 attempts in 1.2 s"), "{shown}");
    assert!(shown.contains("key /Table/106/1/\"a\"/0"), "{shown}");
    assert!(shown.contains(" hint: other transactions write the same rows"), "{shown}");
}

#[test]
fn the_errors_that_people_look_up_have_advice() {
    for (code, message, advice) in [
        ("40001", "restart transaction: ... RETRY_WRITE_TOO_OLD ...", "for_update"),
        ("53400", "the transaction is locking too many rows", "fewer rows"),
        ("XXUUU", "command is too large: 70000000 bytes (max: 67108864)", "fewer rows"),
        ("XXUUU", "split failed while applying backpressure to Put on range r1", "hot range"),
        ("3D000", "database \"shop\" does not exist", "CREATE DATABASE"),
        ("28P01", "password authentication failed for user \"app\"", "percent-encoded"),
        ("42P01", "relation \"orders\" does not exist", "was the schema created"),
    ] {
        let error = error(code, message);
        assert!(error.advice().is_some_and(|text| text.contains(advice)), "{code}: {:?}", error.advice());
    }
}

#[test]
fn the_table_of_a_foreign_key_is_told_from_the_table_that_was_written() {
    let venues = Label { verb: "delete", table: Some("venues") };
    let raw = Label { verb: "sql", table: None };
    // PostgreSQL fills the field with the table of the key; CockroachDB fills none.
    for (field, verb) in [(Some("events"), "update or delete"), (None, "delete")] {
        let message = format!(
            "{verb} on table \"venues\" violates foreign key constraint \"events_venue_id_fkey\" on table \"events\""
        );
        let mut inner = server("23503", &message);
        inner.table = field.map(str::to_owned);
        inner.constraint = Some("events_venue_id_fkey".into());
        for label in [venues, raw] {
            let error = Error::server(Arc::new(inner.clone())).with_label(label);
            assert_eq!((error.table(), error.constraint_table()), (Some("venues"), Some("events")));
            assert!(error.to_string().contains(&format!("({} on `venues`, SQLSTATE", label.verb)), "{error}");
        }
    }
    let mut inner = server("23503", "insert on table \"events\" violates foreign key constraint \"k\"");
    inner.constraint = Some("k".into());
    let error = Error::server(Arc::new(inner));
    assert_eq!((error.table(), error.constraint_table()), (Some("events"), Some("events")));
    // Where nothing but the field says it, in another language.
    let mut inner = server("23503", "verletzt Fremdschluessel-Constraint");
    inner.table = Some("events".into());
    let error = Error::server(Arc::new(inner)).with_label(venues);
    assert_eq!((error.table(), error.constraint_table()), (Some("venues"), Some("events")));
    assert!(error.to_string().contains("(delete on `venues`, of `events`, SQLSTATE 23503)"), "{error}");
}

#[test]
fn advice_on_a_missing_column_fits_what_was_run() {
    let raw = Label { verb: "sql", table: None };
    let missing = || error("42703", "column \"capasity\" does not exist");
    assert!(
        missing()
            .with_label(INSERT)
            .advice()
            .is_some_and(|advice| advice.contains("differs from the struct"))
    );
    assert!(missing().with_label(raw).advice().is_some_and(|advice| advice.contains("check its spelling")));
    let mut inner = server("42703", "column \"capasity\" does not exist");
    inner.hint = Some("Perhaps you meant to reference the column \"venues.capacity\".".into());
    let shown = Error::server(Arc::new(inner)).with_label(raw).to_string();
    assert!(
        shown.ends_with("; hint: Perhaps you meant to reference the column \"venues.capacity\"."),
        "{shown}"
    );
}
