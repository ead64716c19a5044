-- note: on CockroachDB with one region, the regions and the survival goal of the database are left out: us-east1, us-west1
-- note: on CockroachDB with one region, localities are left out: crdb_orm_ledger (REGIONAL BY TABLE IN PRIMARY REGION)

CREATE TABLE crdb_orm_ledger (
  key BYTES NOT NULL,
  fingerprint BYTES,
  state STRING NOT NULL,
  result BYTES,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ NOT NULL,
  CONSTRAINT crdb_orm_ledger_pkey PRIMARY KEY (key),
  CONSTRAINT crdb_orm_ledger_state_check CHECK (state IN ('claimed', 'done', 'fenced')),
  CONSTRAINT crdb_orm_ledger_result_check CHECK ((state = 'done') = (result IS NOT NULL))
) WITH (ttl_expiration_expression = 'expires_at');

COMMENT ON TABLE crdb_orm_ledger IS 'Which keys of crdb-orm transactions were used, and the results that replays return.';

COMMENT ON COLUMN crdb_orm_ledger.key IS 'SHA-256 of scope and key.';

COMMENT ON COLUMN crdb_orm_ledger.fingerprint IS 'SHA-256 of the request; NULL where the caller gave none.';

COMMENT ON COLUMN crdb_orm_ledger.state IS 'claimed: its transaction has not ended, so nobody else sees it; done: committed with its result; fenced: certainly not committed, and may be claimed again.';

COMMENT ON COLUMN crdb_orm_ledger.result IS 'What the transaction returned, as JSON.';

COMMENT ON COLUMN crdb_orm_ledger.created_at IS 'When the key was first claimed.';

COMMENT ON COLUMN crdb_orm_ledger.expires_at IS 'From when on the row may be deleted. Until it is, it counts.';
