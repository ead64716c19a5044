-- note: on CockroachDB with one region, what is for another kind of server is left out: function is_fine

CREATE SCHEMA sales;

CREATE SEQUENCE numbers;

CREATE SEQUENCE sales."Invoice numbers" INCREMENT -1 MINVALUE -100 MAXVALUE -1 START -1 CACHE 10;

CREATE SEQUENCE by_node PER NODE CACHE 256;

CREATE SEQUENCE by_time VIRTUAL;

CREATE SEQUENCE small AS INT2;

CREATE SEQUENCE middle AS INT4 MAXVALUE 2147483647 START 10;

CREATE SEQUENCE large AS INT8;

CREATE FUNCTION is_fine(text STRING) RETURNS BOOL IMMUTABLE LANGUAGE SQL AS $$ SELECT text != ''; $$;

CREATE TABLE users (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email STRING NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT users_pkey PRIMARY KEY (id),
  CONSTRAINT users_check CHECK (is_fine(email))
);

CREATE TABLE invoices (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  number INT8 NOT NULL DEFAULT nextval('numbers'),
  CONSTRAINT invoices_pkey PRIMARY KEY (id)
);

CREATE FUNCTION touch() RETURNS TRIGGER LANGUAGE PLpgSQL AS $$
BEGIN
  NEW.created_at := now();
  RETURN NEW;
END
$$;

CREATE POLICY own ON users USING (email = current_user);

CREATE POLICY "read all" ON users FOR SELECT TO public USING (true);

CREATE POLICY write ON users FOR INSERT TO CURRENT_USER WITH CHECK (email != '');

CREATE POLICY change ON users FOR UPDATE TO CURRENT_USER, SESSION_USER USING (email != '') WITH CHECK ((email) != ')');

CREATE POLICY never ON users AS RESTRICTIVE FOR DELETE USING (created_at < now() /* ( */);

ALTER TABLE users ENABLE ROW LEVEL SECURITY;

CREATE TRIGGER touched BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();

ALTER TABLE users SET (schema_locked = true);
