-- note: on PostgreSQL, changefeeds are left out: Order

CREATE TABLE "Order" (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email TEXT NOT NULL,
  status TEXT,
  "Meta data" JSONB,
  CONSTRAINT "Order_pkey" PRIMARY KEY (id)
);
