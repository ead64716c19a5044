CREATE TABLE plain (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email STRING NOT NULL,
  CONSTRAINT plain_pkey PRIMARY KEY (id),
  UNIQUE INDEX by_email (email) PARTITION BY RANGE (email) (PARTITION first VALUES FROM (MINVALUE) TO ('n'), PARTITION second VALUES FROM ('n') TO (MAXVALUE)) WHERE email != '',
  INDEX plain_email_idx (email DESC) STORING (id)
);

ALTER TABLE plain CONFIGURE ZONE USING range_min_bytes = 134217728, range_max_bytes = 536870912, gc.ttlseconds = 600, num_replicas = 5, num_voters = 3, constraints = '{"+region=us-east1,+ssd": 2, "+region=us-west1": 1}', voter_constraints = '[+region=us-east1]', lease_preferences = '[[+region=us-east1, +zone=a], [-region=us-west1]]';

ALTER INDEX plain@plain_pkey CONFIGURE ZONE USING gc.ttlseconds = 600;

ALTER INDEX plain@by_email CONFIGURE ZONE USING constraints = '[-ssd, +region=a]';

ALTER PARTITION first OF INDEX plain@by_email CONFIGURE ZONE USING gc.ttlseconds = 600;
