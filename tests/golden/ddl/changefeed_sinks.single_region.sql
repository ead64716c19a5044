-- note: on CockroachDB with one region, changefeeds without a sink are left out, since each streams to the session that starts it: orders

CREATE TABLE orders (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT orders_pkey PRIMARY KEY (id)
);

CREATE CHANGEFEED FOR TABLE orders INTO 'kafka://one:9092,two:9092?topic_name=all%20orders&topic_prefix=shop_&tls_enabled=true&ca_cert=LS0t%2B%2F%3D%3D&client_cert=Y2VydA%3D%3D&client_key=a2V5&insecure_tls_skip_verify=true' WITH kafka_sink_config = '{"Flush": {"MaxMessages": 1000, "Messages": 100, "Bytes": 65536, "Frequency": "1s"}, "ClientID": "shop-1", "Version": "2.8.0", "RequiredAcks": "ALL", "Compression": "ZSTD", "CompressionLevel": 3}';

CREATE CHANGEFEED FOR TABLE orders INTO 'kafka://broker:9092?tls_enabled=true&sasl_enabled=true&sasl_mechanism=PLAIN&sasl_user=it%27s&sasl_password=a%26b%3Dc%3Fd%2Fe%20f%25%C3%B6';

CREATE CHANGEFEED FOR TABLE orders INTO 'kafka://broker:9092?tls_enabled=true&sasl_enabled=true&sasl_mechanism=SCRAM-SHA-256&sasl_user=user&sasl_password=hush';

CREATE CHANGEFEED FOR TABLE orders INTO 'kafka://broker:9092?tls_enabled=true&sasl_enabled=true&sasl_mechanism=SCRAM-SHA-512&sasl_user=user&sasl_password=hush';

CREATE CHANGEFEED FOR TABLE orders INTO 'kafka://broker:9092?tls_enabled=true&sasl_enabled=true&sasl_mechanism=OAUTHBEARER&sasl_client_id=id&sasl_client_secret=aHVzaA%3D%3D&sasl_token_url=https%3A%2F%2Fexample.com%2Ftoken&sasl_scopes=a%20b&sasl_grant_type=client_credentials';

CREATE CHANGEFEED FOR TABLE orders INTO 'kafka://b-1.msk:9098?tls_enabled=true&sasl_enabled=true&sasl_mechanism=AWS_MSK_IAM&sasl_aws_region=us-east-1&sasl_aws_iam_role_arn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fx&sasl_aws_iam_session_name=shop' WITH kafka_sink_config = '{}';

CREATE CHANGEFEED FOR TABLE orders INTO 'confluent-cloud://pkc.confluent.cloud:9092?api_key=key&api_secret=hu%2Fsh';

CREATE CHANGEFEED FOR TABLE orders INTO 'azure-event-hub://hub.servicebus.windows.net:9093?shared_access_key_name=Root&shared_access_key=hu%2Bsh%3D';

CREATE CHANGEFEED FOR TABLE orders INTO 'gcpubsub://project?region=us-east1&topic_name=orders&AUTH=implicit' WITH pubsub_sink_config = '{"Flush": {"Bytes": 1000, "Frequency": "5s"}, "Retry": {"Max": 4, "Backoff": "10s"}}';

CREATE CHANGEFEED FOR TABLE orders INTO 'gcpubsub://project?AUTH=specified&CREDENTIALS=aHVzaA%3D%3D&ASSUME_ROLE=r' WITH unordered;

CREATE CHANGEFEED FOR TABLE orders INTO 'webhook-https://example.com:8443/services/T0/hush%20hush?ca_cert=YQ%3D%3D' WITH webhook_sink_config = '{}';

CREATE CHANGEFEED FOR TABLE orders INTO 's3://bucket/a/b%20c?AWS_ACCESS_KEY_ID=AKIA&AWS_SECRET_ACCESS_KEY=hu%2Fsh&S3_STORAGE_CLASS=STANDARD';

CREATE CHANGEFEED FOR TABLE orders INTO 's3://bucket?AUTH=implicit&ASSUME_ROLE=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fx&AWS_REGION=us-east-1';

CREATE CHANGEFEED FOR TABLE orders INTO 'gs://bucket?AUTH=specified&CREDENTIALS=aHVzaA%3D%3D&file_size=32MB&partition_format=flat';

CREATE CHANGEFEED FOR TABLE orders INTO 'azure://box/x?AZURE_ACCOUNT_NAME=account&AZURE_ACCOUNT_KEY=hu%2Bsh%3D%3D&partition_format=hourly';

CREATE CHANGEFEED FOR TABLE orders INTO 'azure://box?AZURE_ACCOUNT_NAME=a&AZURE_TENANT_ID=t&AZURE_CLIENT_ID=c&AZURE_CLIENT_SECRET=hush';

CREATE CHANGEFEED FOR TABLE orders INTO 'file-https://files.example.com/in?topic_prefix=shop_';

CREATE CHANGEFEED FOR TABLE orders INTO 'nodelocal://1/feeds';

CREATE CHANGEFEED FOR TABLE orders INTO 'pulsar://broker:6650?topic_name=orders';

CREATE CHANGEFEED FOR TABLE orders INTO 'external://kafka_sink';

CREATE CHANGEFEED FOR TABLE orders INTO 'null://';
