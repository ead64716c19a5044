//! A builder for each kind of sink: what parameters it has, and what they are called.

use std::fmt;

use super::sink::{Sink, SinkKind};

/// A builder whose setters each set parameters of the URI.
macro_rules! sink {
    (
        $(#[$doc:meta])*
        $name:ident {
            $($(#[$setter_doc:meta])* $setter:ident ( $($argument:ident),* ) { $($parameter:literal = $value:expr),+ })*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq)]
        pub struct $name<'a>(Sink<'a>);

        impl<'a> $name<'a> {
            /// The sink.
            pub const fn sink(self) -> Sink<'a> {
                self.0
            }

            $(
                $(#[$setter_doc])*
                #[must_use]
                pub const fn $setter(self $(, $argument: &'a str)*) -> Self {
                    Self(self.0 $(.with($parameter, $value))+)
                }
            )*
        }

        impl fmt::Debug for $name<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl<'a> From<$name<'a>> for Sink<'a> {
            fn from(sink: $name<'a>) -> Self {
                sink.0
            }
        }
    };
}

sink! {
    /// Kafka, and what talks like it: [`KafkaSink::new`], [`KafkaSink::confluent_cloud`], [`KafkaSink::event_hub`].
    KafkaSink {
        /// Names the topic, which is the table's name otherwise.
        topic_name(name) { "topic_name" = name }
        /// Sets what topics begin with.
        topic_prefix(prefix) { "topic_prefix" = prefix }
        /// Talks over TLS.
        tls() { "tls_enabled" = "true" }
        /// Trusts the certificate of an authority, in base64. Talks over TLS.
        ca_cert(base64) { "tls_enabled" = "true", "ca_cert" = base64 }
        /// Shows a certificate with its key, both in base64. Talks over TLS.
        client_cert(base64, key) { "tls_enabled" = "true", "client_cert" = base64, "client_key" = key }
        /// Does not look at the server's certificate, so that anyone in between can read and change everything.
        insecure_tls_skip_verify() { "insecure_tls_skip_verify" = "true" }
        /// Signs in by user and password in the clear, over TLS.
        sasl_plain(user, password) {
            "tls_enabled" = "true", "sasl_enabled" = "true", "sasl_mechanism" = "PLAIN",
            "sasl_user" = user, "sasl_password" = password
        }
        /// Signs in by SCRAM-SHA-256, over TLS.
        sasl_scram_sha_256(user, password) {
            "tls_enabled" = "true", "sasl_enabled" = "true", "sasl_mechanism" = "SCRAM-SHA-256",
            "sasl_user" = user, "sasl_password" = password
        }
        /// Signs in by SCRAM-SHA-512, over TLS.
        sasl_scram_sha_512(user, password) {
            "tls_enabled" = "true", "sasl_enabled" = "true", "sasl_mechanism" = "SCRAM-SHA-512",
            "sasl_user" = user, "sasl_password" = password
        }
        /// Signs in by OAuth, over TLS: the client's secret is in base64.
        sasl_oauth(client_id, client_secret, token_url) {
            "tls_enabled" = "true", "sasl_enabled" = "true", "sasl_mechanism" = "OAUTHBEARER",
            "sasl_client_id" = client_id, "sasl_client_secret" = client_secret, "sasl_token_url" = token_url
        }
        /// Sets what an OAuth token is asked for.
        sasl_scopes(scopes) { "sasl_scopes" = scopes }
        /// Sets how an OAuth token is asked for.
        sasl_grant_type(kind) { "sasl_grant_type" = kind }
        /// Signs in to Amazon MSK by a role (24.2 and later), over TLS.
        sasl_aws_role(region, role_arn, session) {
            "tls_enabled" = "true", "sasl_enabled" = "true", "sasl_mechanism" = "AWS_MSK_IAM",
            "sasl_aws_region" = region, "sasl_aws_iam_role_arn" = role_arn, "sasl_aws_iam_session_name" = session
        }
    }
}

impl<'a> KafkaSink<'a> {
    /// Brokers, such as `broker:9092` or `one:9092,two:9092`.
    pub const fn new(brokers: &'a str) -> Self {
        Self(Sink::at(SinkKind::Kafka, "kafka", brokers, ""))
    }

    /// Confluent Cloud: its bootstrap server, and an API key with its secret.
    pub const fn confluent_cloud(server: &'a str, key: &'a str, secret: &'a str) -> Self {
        let sink = Sink::at(SinkKind::Kafka, "confluent-cloud", server, "");
        Self(sink.with("api_key", key).with("api_secret", secret))
    }

    /// Azure Event Hubs (24.1 and later): its host, and a shared access key with its name.
    pub const fn event_hub(host: &'a str, key_name: &'a str, key: &'a str) -> Self {
        let sink = Sink::at(SinkKind::Kafka, "azure-event-hub", host, "");
        Self(sink.with("shared_access_key_name", key_name).with("shared_access_key", key))
    }
}

sink! {
    /// Google Cloud Pub/Sub. It needs a region, or [`ChangefeedOption::Unordered`](super::ChangefeedOption::Unordered).
    PubSubSink {
        /// Sets the region that everything is sent to.
        region(region) { "region" = region }
        /// Names the topic, which is the table's name otherwise.
        topic_name(name) { "topic_name" = name }
        /// Signs in by the credentials of a service account, in base64.
        credentials(base64) { "AUTH" = "specified", "CREDENTIALS" = base64 }
        /// Signs in by what the nodes of the cluster have.
        implicit() { "AUTH" = "implicit" }
        /// Takes on a role.
        assume_role(role) { "ASSUME_ROLE" = role }
    }
}

impl<'a> PubSubSink<'a> {
    /// A project.
    pub const fn new(project: &'a str) -> Self {
        Self(Sink::at(SinkKind::PubSub, "gcpubsub", project, ""))
    }
}

sink! {
    /// An HTTPS endpoint.
    WebhookSink {
        /// Trusts the certificate of an authority, in base64.
        ca_cert(base64) { "ca_cert" = base64 }
        /// Shows a certificate with its key, both in base64.
        client_cert(base64, key) { "client_cert" = base64, "client_key" = key }
        /// Does not look at the server's certificate, so that anyone in between can read and change everything.
        insecure_tls_skip_verify() { "insecure_tls_skip_verify" = "true" }
    }
}

impl<'a> WebhookSink<'a> {
    /// A host, with its port where it has one, and a path.
    pub const fn new(host: &'a str, path: &'a str) -> Self {
        Self(Sink::at(SinkKind::Webhook, "webhook-https", host, path))
    }
}

sink! {
    /// Files in a bucket, on a web server or on a node's disk.
    CloudStorageSink {
        /// Writes a file when it is larger than this, such as `32MB`.
        file_size(size) { "file_size" = size }
        /// Makes a folder an hour, where there is one a day otherwise.
        partition_hourly() { "partition_format" = "hourly" }
        /// Makes no folders.
        partition_flat() { "partition_format" = "flat" }
        /// Sets what the names of files have before the topic.
        topic_prefix(prefix) { "topic_prefix" = prefix }
        /// Signs in by what the nodes of the cluster have.
        implicit() { "AUTH" = "implicit" }
        /// Takes on a role of Amazon or Google.
        assume_role(role) { "ASSUME_ROLE" = role }
        /// Signs in to Amazon S3 by an access key.
        aws_keys(id, secret) { "AWS_ACCESS_KEY_ID" = id, "AWS_SECRET_ACCESS_KEY" = secret }
        /// Adds the token of a session with Amazon.
        aws_session_token(token) { "AWS_SESSION_TOKEN" = token }
        /// Sets Amazon's region.
        aws_region(region) { "AWS_REGION" = region }
        /// Sets the address of what talks like Amazon S3.
        aws_endpoint(address) { "AWS_ENDPOINT" = address }
        /// Sets the storage class of Amazon S3.
        s3_storage_class(class) { "S3_STORAGE_CLASS" = class }
        /// Signs in to Google by the credentials of a service account, in base64.
        google_credentials(base64) { "AUTH" = "specified", "CREDENTIALS" = base64 }
        /// Signs in to Azure by the key of an account.
        azure_key(account, key) { "AZURE_ACCOUNT_NAME" = account, "AZURE_ACCOUNT_KEY" = key }
        /// Signs in to Azure as an application.
        azure_client(account, tenant, client, secret) {
            "AZURE_ACCOUNT_NAME" = account, "AZURE_TENANT_ID" = tenant,
            "AZURE_CLIENT_ID" = client, "AZURE_CLIENT_SECRET" = secret
        }
    }
}

impl<'a> CloudStorageSink<'a> {
    /// A bucket of Amazon S3, and a path in it.
    pub const fn s3(bucket: &'a str, path: &'a str) -> Self {
        Self(Sink::at(SinkKind::CloudStorage, "s3", bucket, path))
    }

    /// A bucket of Google Cloud Storage, and a path in it.
    pub const fn google(bucket: &'a str, path: &'a str) -> Self {
        Self(Sink::at(SinkKind::CloudStorage, "gs", bucket, path))
    }

    /// A container of Azure Blob Storage, and a path in it.
    pub const fn azure(container: &'a str, path: &'a str) -> Self {
        Self(Sink::at(SinkKind::CloudStorage, "azure", container, path))
    }

    /// A web server that takes files over TLS: its host and a path.
    pub const fn https(host: &'a str, path: &'a str) -> Self {
        Self(Sink::at(SinkKind::CloudStorage, "file-https", host, path))
    }

    /// The disk of a node, by its number (`1`, or `self`), and a path there.
    pub const fn node_local(node: &'a str, path: &'a str) -> Self {
        Self(Sink::at(SinkKind::CloudStorage, "nodelocal", node, path))
    }
}

sink! {
    /// Apache Pulsar, a preview.
    PulsarSink {
        /// Names the topic, which is the table's name otherwise.
        topic_name(name) { "topic_name" = name }
    }
}

impl<'a> PulsarSink<'a> {
    /// A broker, such as `broker:6650`.
    pub const fn new(broker: &'a str) -> Self {
        Self(Sink::at(SinkKind::Pulsar, "pulsar", broker, ""))
    }
}
