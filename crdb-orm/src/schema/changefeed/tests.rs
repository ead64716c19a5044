//! Promises: no credential is shown anywhere, a URI is encoded, and a query cannot leave its place.

use proptest::prelude::*;

use super::*;
use crate::Target;
use crate::schema::ChangefeedOption as O;
use crate::schema::{ColumnDef, ColumnType, KeyPart, PrimaryKeyDef, TypeName};

const TABLE: TableDef = TableDef::new(
    TypeName::new("t"),
    &[
        ColumnDef::new("id", ColumnType::Uuid),
        ColumnDef::new("Big One", ColumnType::Int8),
        ColumnDef::new("note", ColumnType::String),
    ],
    PrimaryKeyDef::new(&[KeyPart::asc("id")]),
);

fn error(into: &Sink<'_>, options: &[O<'_>], query: Option<CdcQuery<'_>>) -> ChangefeedError {
    ChangefeedDef::try_new(*into, options, query).and_then(|def| def.check(&TABLE)).expect_err("it is wrong")
}

/// Everything that can be shown of a changefeed, but the text for the server.
fn all_that_is_shown(feed: &ChangefeedDef<'_>) -> String {
    let statement = feed.statement(&TABLE, Target::COCKROACHDB).expect("it prints");
    format!(
        "{feed:?} {feed:#?} {} {:?} {:?} {statement:?} {}",
        feed.into,
        feed.into,
        feed.options,
        statement.redacted()
    )
}

#[test]
fn mistakes_have_a_kind() {
    let kafka = Sink::uri("kafka://b");
    for (options, kind) in [
        (&[O::Updated, O::Updated] as &[O<'_>], ChangefeedErrorKind::GivenTwice),
        (&[O::Unordered, O::Resolved(None)], ChangefeedErrorKind::Conflict),
        (&[O::Format(Format::Csv)], ChangefeedErrorKind::Missing),
        (&[O::Compression(Compression::Gzip)], ChangefeedErrorKind::WrongSink),
        (&[O::Resolved(Some("soon"))], ChangefeedErrorKind::WrongValue),
        (&[O::KeyColumn("x"), O::Unordered], ChangefeedErrorKind::WrongColumn),
    ] {
        assert_eq!(error(&kafka, options, None).kind(), kind, "{options:?}");
    }
    for (sql, kind) in [
        ("id FROM x", ChangefeedErrorKind::WrongQuery),
        ("now()", ChangefeedErrorKind::WrongFunction),
        ("x", ChangefeedErrorKind::WrongColumn),
    ] {
        assert_eq!(error(&kafka, &[], Some(CdcQuery::select(sql))).kind(), kind, "{sql}");
    }
}

#[test]
fn a_column_that_is_not_there_has_a_hint() {
    for (sql, hint) in [
        ("nte", "did you mean `note`?"),
        ("\"BIG ONE\"", "write it in double quotes, with its capitals: `\"Big One\"`"),
        ("\"big on\"", "did you mean `Big One`?"),
        ("whatever", "columns go by their names in SQL"),
    ] {
        let message = error(&Sink::uri("kafka://b"), &[], Some(CdcQuery::select(sql))).to_string();
        assert!(message.contains(hint), "{message}");
    }
}

#[test]
fn a_uri_in_a_wrong_form_is_in_no_message() {
    for uri in ["app:hush@broker:9092", "kafak://app:hush@b", "webhook-http://hush", "kafka://hush\n", "hush"]
    {
        let error = error(&Sink::uri(uri), &[], None);
        assert!(!format!("{error} {error:?} {:?}", Sink::uri(uri)).contains("hush"), "{error}");
    }
    for host in ["app:hush@broker", "b?x=hush", "hush/"] {
        let error = error(&KafkaSink::new(host).sink(), &[], None);
        assert!(!error.to_string().contains("hush"), "{error}");
    }
}

#[test]
fn what_is_known_to_be_harmless_is_shown() {
    for (sink, shown) in [
        (
            Sink::uri("kafka://broker:9092?topic_prefix=shop_&sasl_password=x"),
            "kafka://broker:9092?topic_prefix=shop_&sasl_password=redacted",
        ),
        (
            Sink::uri("s3://bucket/path?AWS_SECRET_ACCESS_KEY=x&AUTH=specified"),
            "s3://bucket/path?AWS_SECRET_ACCESS_KEY=redacted&AUTH=specified",
        ),
        (Sink::uri("webhook-https://hooks.example.com/T0/secret"), "webhook-https://redacted"),
        (Sink::uri("kafka://user:x@broker"), "kafka://redacted"),
        (Sink::uri("kafka://broker?x=y"), "kafka://broker?redacted"),
        (Sink::external("orders"), "external://orders"),
        (Sink::NONE, ""),
    ] {
        assert_eq!(sink.to_string(), shown);
    }
    assert_eq!(
        format!("{:?}", O::ConfluentSchemaRegistry("https://user:x@registry:8081?client_key=y")),
        "confluent_schema_registry = 'https://redacted'"
    );
    assert_eq!(
        format!("{:?}", O::ConfluentSchemaRegistry("https://registry:8081?ca_cert=y")),
        "confluent_schema_registry = 'https://registry:8081'"
    );
}

#[test]
fn jobs_are_spoken_of_by_their_number() {
    let job = ChangefeedJob::new(-7);
    assert_eq!(job.id(), -7);
    assert_eq!(
        [job.pause(), job.resume(), job.cancel(), job.show(), ChangefeedJob::show_all().to_owned()],
        ["PAUSE JOB -7", "RESUME JOB -7", "CANCEL JOB -7", "SHOW CHANGEFEED JOB -7", "SHOW CHANGEFEED JOBS"]
    );
    let altered = ChangefeedJob::new(7)
        .alter(&[
            AlterChangefeed::AddTable { table: TypeName::new("order"), initial_scan: true },
            AlterChangefeed::DropTable(TypeName::new("t").in_schema("s")),
            AlterChangefeed::SetOption(O::Resolved(Some("10s"))),
            AlterChangefeed::UnsetOption("diff"),
            AlterChangefeed::SetSink(KafkaSink::new("b").sasl_plain("u", "hush").sink()),
        ])
        .expect("it prints");
    assert!(altered.sql().starts_with(
        "ALTER CHANGEFEED 7 ADD TABLE \"order\" WITH initial_scan = 'yes' DROP TABLE s.t SET resolved = '10s' UNSET diff \
         SET sink = 'kafka://b?"
    ));
    assert!(altered.sql().contains("hush") && !format!("{altered:?}").contains("hush"));
    for wrong in [
        &[] as &[_],
        &[AlterChangefeed::SetOption(O::Cursor("1"))],
        &[AlterChangefeed::UnsetOption("end_time; --")],
    ] {
        ChangefeedJob::new(7).alter(wrong).expect_err("it is refused");
    }
}

#[test]
fn a_changefeed_is_for_cockroachdb() {
    let feed = ChangefeedDef::new("kafka://b", &[]);
    let error = feed.statement(&TABLE, Target::POSTGRESQL).expect_err("PostgreSQL has none");
    assert!(error.to_string().contains("PostgreSQL has no changefeeds"), "{error}");
    let old = ChangefeedDef::new("kafka://b", &[O::Envelope(Envelope::Enriched)]);
    let error = old.statement(&TABLE, Target::COCKROACHDB.at_version(24, 3)).expect_err("it is too old");
    assert!(error.to_string().contains("CockroachDB 25.2 or later"), "{error}");
}

/// The value of a parameter, decoded as a server does it.
fn decode(uri: &str, name: &str) -> Option<Vec<u8>> {
    let (_, query) = uri.split_once('?')?;
    let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    let (mut bytes, mut out) = (value.bytes(), Vec::new());
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digits = [bytes.next()?, bytes.next()?];
            out.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            assert!(byte.is_ascii_alphanumeric() || b"-._~".contains(&byte), "{uri}");
            out.push(byte);
        }
    }
    Some(out)
}

proptest! {
    #[test]
    fn a_secret_of_a_builder_is_encoded_and_never_shown(secret in "\\PC{8,24}|hush[a-z0-9&=?/@#%+' ]{4,20}") {
        let encoded = {
            let mut uri = String::new();
            KafkaSink::new("b").sasl_plain("u", &secret).sink().push_uri(&mut uri);
            prop_assert_eq!(decode(&uri, "sasl_password"), Some(secret.clone().into_bytes()));
            uri.split_once("sasl_password=").expect("it is there").1.to_owned()
        };
        let sinks = [
            KafkaSink::new("b:1").sasl_plain(&secret, &secret).sink(),
            KafkaSink::new("b").sasl_scram_sha_256("u", &secret).client_cert(&secret, &secret).ca_cert(&secret).sink(),
            KafkaSink::new("b").sasl_oauth(&secret, &secret, &secret).sasl_scopes(&secret).sink(),
            KafkaSink::new("b").sasl_aws_role("us-east-1", &secret, &secret).sink(),
            KafkaSink::confluent_cloud("b", &secret, &secret).sink(),
            KafkaSink::event_hub("b", &secret, &secret).sink(),
            PubSubSink::new("p").region("r").credentials(&secret).assume_role(&secret).sink(),
            WebhookSink::new("b", &secret).client_cert(&secret, &secret).sink(),
            CloudStorageSink::s3("b", "p").aws_keys(&secret, &secret).aws_session_token(&secret).sink(),
            CloudStorageSink::google("b", "p").google_credentials(&secret).sink(),
            CloudStorageSink::azure("b", "p").azure_client(&secret, &secret, &secret, &secret).azure_key(&secret, &secret).sink(),
            CloudStorageSink::https("b", &secret).sink(),
        ];
        for sink in sinks {
            let shown = all_that_is_shown(&ChangefeedDef::try_new(sink, &[], None).expect("it is right"));
            prop_assert!(!shown.contains(&secret) && !shown.contains(&encoded), "{}", shown);
        }
    }

    #[test]
    fn a_secret_of_a_whole_uri_is_never_shown(
        secret in "hush[a-zA-Z0-9=?/@#%+'._~:;,-]{0,20}",
        name in "sasl_password|AWS_SECRET_ACCESS_KEY|CREDENTIALS|shared_access_key|api_secret|SASL_PASSWORD|x",
    ) {
        for uri in [
            format!("kafka://user:{secret}@broker:9092"),
            format!("kafka://broker?{name}={secret}&topic_prefix=x"),
            format!("s3://bucket/path?AUTH=specified&{name}={secret}"),
            format!("gcpubsub://p?region=r&{name}={secret}"),
            format!("webhook-https://example.com/{secret}"),
            format!("webhook-https://example.com/?{name}={secret}"),
            format!("https://example.com/{secret}"),
            format!("azure://{secret}@box/path"),
            format!("kafka://broker?topic_name=ok&{secret}"),
        ] {
            let feed = ChangefeedDef::try_new(Sink::uri(&uri), &[], None).expect("it is right");
            let shown = all_that_is_shown(&feed);
            prop_assert!(!shown.contains("hush"), "{} of {}", shown, uri);
            let statement = feed.statement(&TABLE, Target::COCKROACHDB).expect("it prints");
            prop_assert!(statement.sql().contains("hush"));
        }
    }

    #[test]
    fn a_secret_of_an_option_is_never_shown(secret in "hush[ -~]{0,20}") {
        let registry = format!("https://user:{secret}@registry");
        let headers = [("x-api-key", secret.as_str())];
        for (sink, option) in [
            ("webhook-https://b", O::WebhookAuthHeader(&secret)),
            ("webhook-https://b", O::ExtraHeaders(&headers)),
            ("kafka://b", O::ConfluentSchemaRegistry(&registry)),
        ] {
            let options = [option];
            let feed = ChangefeedDef::try_new(Sink::uri(sink), &options, None).expect("it is right");
            prop_assert!(!all_that_is_shown(&feed).contains("hush"));
        }
    }

    #[test]
    fn no_text_makes_a_check_panic(text in any::<String>(), other in "[a-z'\"(). ,;$*\\-\\\\]{0,30}") {
        for text in [&text, &other] {
            let query = CdcQuery::select(text).filter(text);
            if let Ok(def) = ChangefeedDef::try_new(Sink::uri("kafka://b"), &[], Some(query)) {
                let _ = def.check(&TABLE);
            }
            let _ = ChangefeedDef::try_new(Sink::uri(text), &[], None).map(|def| format!("{def:?}"));
            let _ = ChangefeedDef::try_new(KafkaSink::new(text).sink(), &[O::Cursor(text), O::MetricsLabel(text)], None);
            let _ = ChangefeedDef::try_new(
                Sink::uri("kafka://b"),
                &[O::ConfluentSchemaRegistry(text), O::ExecutionLocality(text), O::Resolved(Some(text))],
                None,
            );
        }
    }

    #[test]
    fn a_query_that_is_taken_stays_in_its_place(text in "([a-z'\"(). ,;$*/-]|note|id|NULL|--|/\\*){1,12}") {
        if ChangefeedDef::try_new(Sink::uri("kafka://b"), &[], Some(CdcQuery::select(&text)))
            .and_then(|def| def.check(&TABLE))
            .is_ok()
        {
            // Outside of quotes there is nothing that ends, hides or leaves the expression.
            let mut outside = String::new();
            let mut quote = None;
            for c in text.chars() {
                match quote {
                    None if c == '\'' || c == '"' => quote = Some(c),
                    None => outside.push(c),
                    Some(open) if c == open => quote = None,
                    Some(_) => {}
                }
            }
            prop_assert!(quote.is_none(), "{}", text);
            for wrong in [";", "--", "/*", "$", "\\"] {
                prop_assert!(!outside.contains(wrong), "{}", text);
            }
            prop_assert_eq!(outside.matches('(').count(), outside.matches(')').count());
        }
    }
}
