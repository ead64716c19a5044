CREATE TABLE sessions (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  expires_at TIMESTAMPTZ,
  CONSTRAINT sessions_pkey PRIMARY KEY (id)
) WITH (ttl_expiration_expression = 'expires_at');
