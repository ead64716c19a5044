CREATE TABLE crates (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  big DECIMAL(40,10) NOT NULL,
  moment TIMESTAMPTZ NOT NULL DEFAULT now(),
  local TIMESTAMP,
  day DATE NOT NULL,
  hour TIME NOT NULL,
  CONSTRAINT crates_pkey PRIMARY KEY (id)
);
