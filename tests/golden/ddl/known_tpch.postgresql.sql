CREATE TABLE region (
  r_regionkey INT8 NOT NULL,
  r_name CHAR(25) NOT NULL,
  r_comment VARCHAR(152),
  CONSTRAINT region_pkey PRIMARY KEY (r_regionkey)
);

CREATE TABLE nation (
  n_nationkey INT8 NOT NULL,
  n_name CHAR(25) NOT NULL,
  n_regionkey INT8 NOT NULL,
  n_comment VARCHAR(152),
  CONSTRAINT nation_pkey PRIMARY KEY (n_nationkey),
  CONSTRAINT nation_n_regionkey_fkey FOREIGN KEY (n_regionkey) REFERENCES region (r_regionkey)
);

CREATE TABLE supplier (
  s_suppkey INT8 NOT NULL,
  s_name CHAR(25) NOT NULL,
  s_address VARCHAR(40) NOT NULL,
  s_nationkey INT8 NOT NULL,
  s_phone CHAR(15) NOT NULL,
  s_acctbal DECIMAL(12,2) NOT NULL,
  s_comment VARCHAR(101) NOT NULL,
  CONSTRAINT supplier_pkey PRIMARY KEY (s_suppkey),
  CONSTRAINT supplier_s_nationkey_fkey FOREIGN KEY (s_nationkey) REFERENCES nation (n_nationkey)
);

CREATE TABLE part (
  p_partkey INT8 NOT NULL,
  p_name VARCHAR(55) NOT NULL,
  p_mfgr CHAR(25) NOT NULL,
  p_brand CHAR(10) NOT NULL,
  p_type VARCHAR(25) NOT NULL,
  p_size INT8 NOT NULL,
  p_container CHAR(10) NOT NULL,
  p_retailprice DECIMAL(12,2) NOT NULL,
  p_comment VARCHAR(23) NOT NULL,
  CONSTRAINT part_pkey PRIMARY KEY (p_partkey)
);

CREATE TABLE partsupp (
  ps_partkey INT8 NOT NULL,
  ps_suppkey INT8 NOT NULL,
  ps_availqty INT8 NOT NULL,
  ps_supplycost DECIMAL(12,2) NOT NULL,
  ps_comment VARCHAR(199) NOT NULL,
  CONSTRAINT partsupp_pkey PRIMARY KEY (ps_partkey, ps_suppkey),
  CONSTRAINT partsupp_ps_partkey_fkey FOREIGN KEY (ps_partkey) REFERENCES part (p_partkey),
  CONSTRAINT partsupp_ps_suppkey_fkey FOREIGN KEY (ps_suppkey) REFERENCES supplier (s_suppkey)
);

CREATE TABLE customer (
  c_custkey INT8 NOT NULL,
  c_name VARCHAR(25) NOT NULL,
  c_address VARCHAR(40) NOT NULL,
  c_nationkey INT8 NOT NULL,
  c_phone CHAR(15) NOT NULL,
  c_acctbal DECIMAL(12,2) NOT NULL,
  c_mktsegment CHAR(10) NOT NULL,
  c_comment VARCHAR(117) NOT NULL,
  CONSTRAINT customer_pkey PRIMARY KEY (c_custkey),
  CONSTRAINT customer_c_nationkey_fkey FOREIGN KEY (c_nationkey) REFERENCES nation (n_nationkey)
);

CREATE TABLE orders (
  o_orderkey INT8 NOT NULL,
  o_custkey INT8 NOT NULL,
  o_orderstatus CHAR(1) NOT NULL,
  o_totalprice DECIMAL(12,2) NOT NULL,
  o_orderdate DATE NOT NULL,
  o_orderpriority CHAR(15) NOT NULL,
  o_clerk CHAR(15) NOT NULL,
  o_shippriority INT8 NOT NULL,
  o_comment VARCHAR(79) NOT NULL,
  CONSTRAINT orders_pkey PRIMARY KEY (o_orderkey),
  CONSTRAINT orders_o_custkey_fkey FOREIGN KEY (o_custkey) REFERENCES customer (c_custkey)
);

CREATE TABLE lineitem (
  l_orderkey INT8 NOT NULL,
  l_partkey INT8 NOT NULL,
  l_suppkey INT8 NOT NULL,
  l_linenumber INT8 NOT NULL,
  l_quantity DECIMAL(12,2) NOT NULL,
  l_extendedprice DECIMAL(12,2) NOT NULL,
  l_discount DECIMAL(12,2) NOT NULL,
  l_tax DECIMAL(12,2) NOT NULL,
  l_returnflag CHAR(1) NOT NULL,
  l_linestatus CHAR(1) NOT NULL,
  l_shipdate DATE NOT NULL,
  l_commitdate DATE NOT NULL,
  l_receiptdate DATE NOT NULL,
  l_shipinstruct CHAR(25) NOT NULL,
  l_shipmode CHAR(10) NOT NULL,
  l_comment VARCHAR(44) NOT NULL,
  CONSTRAINT lineitem_pkey PRIMARY KEY (l_orderkey, l_linenumber),
  CONSTRAINT lineitem_l_orderkey_fkey FOREIGN KEY (l_orderkey) REFERENCES orders (o_orderkey),
  CONSTRAINT lineitem_l_partkey_fkey FOREIGN KEY (l_partkey) REFERENCES part (p_partkey),
  CONSTRAINT lineitem_l_suppkey_fkey FOREIGN KEY (l_suppkey) REFERENCES supplier (s_suppkey),
  CONSTRAINT lineitem_l_partkey_l_suppkey_fkey FOREIGN KEY (l_partkey, l_suppkey) REFERENCES partsupp (ps_partkey, ps_suppkey)
);

CREATE INDEX n_rk ON nation (n_regionkey);

CREATE INDEX s_nk ON supplier (s_nationkey);

CREATE INDEX ps_sk ON partsupp (ps_suppkey);

CREATE INDEX c_nk ON customer (c_nationkey);

CREATE INDEX o_ck ON orders (o_custkey);

CREATE INDEX o_od ON orders (o_orderdate);

CREATE INDEX l_ok ON lineitem (l_orderkey);

CREATE INDEX l_pk ON lineitem (l_partkey);

CREATE INDEX l_sk ON lineitem (l_suppkey);

CREATE INDEX l_sd ON lineitem (l_shipdate);

CREATE INDEX l_cd ON lineitem (l_commitdate);

CREATE INDEX l_rd ON lineitem (l_receiptdate);

CREATE INDEX l_pk_sk ON lineitem (l_partkey, l_suppkey);

CREATE INDEX l_sk_pk ON lineitem (l_suppkey, l_partkey);
