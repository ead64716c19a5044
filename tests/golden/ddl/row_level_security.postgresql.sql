CREATE TABLE users (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT users_pkey PRIMARY KEY (id)
);

CREATE POLICY own ON users USING (email = current_user);

CREATE POLICY "read all" ON users FOR SELECT TO public USING (true);

CREATE POLICY write ON users FOR INSERT TO CURRENT_USER WITH CHECK (email != '');

CREATE POLICY change ON users FOR UPDATE TO CURRENT_USER, SESSION_USER USING (email != '') WITH CHECK ((email) != ')');

CREATE POLICY never ON users AS RESTRICTIVE FOR DELETE USING (created_at < now() /* ( */);

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
