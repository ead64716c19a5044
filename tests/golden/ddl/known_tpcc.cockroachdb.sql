CREATE TABLE warehouse (
  w_id INT8 NOT NULL,
  w_name VARCHAR(10) NOT NULL,
  w_street_1 VARCHAR(20) NOT NULL,
  w_street_2 VARCHAR(20) NOT NULL,
  w_city VARCHAR(20) NOT NULL,
  w_state CHAR(2) NOT NULL,
  w_zip CHAR(9) NOT NULL,
  w_tax DECIMAL(4,4) NOT NULL,
  w_ytd DECIMAL(12,2) NOT NULL,
  CONSTRAINT warehouse_pkey PRIMARY KEY (w_id)
);

CREATE TABLE district (
  d_id INT8 NOT NULL,
  d_w_id INT8 NOT NULL,
  d_name VARCHAR(10) NOT NULL,
  d_street_1 VARCHAR(20) NOT NULL,
  d_street_2 VARCHAR(20) NOT NULL,
  d_city VARCHAR(20) NOT NULL,
  d_state CHAR(2) NOT NULL,
  d_zip CHAR(9) NOT NULL,
  d_tax DECIMAL(4,4) NOT NULL,
  d_ytd DECIMAL(12,2) NOT NULL,
  d_next_o_id INT8 NOT NULL,
  CONSTRAINT district_pkey PRIMARY KEY (d_w_id, d_id),
  CONSTRAINT district_d_w_id_fkey FOREIGN KEY (d_w_id) REFERENCES warehouse (w_id)
);

CREATE TABLE customer (
  c_id INT8 NOT NULL,
  c_d_id INT8 NOT NULL,
  c_w_id INT8 NOT NULL,
  c_first VARCHAR(16) NOT NULL,
  c_middle CHAR(2) NOT NULL,
  c_last VARCHAR(16) NOT NULL,
  c_street_1 VARCHAR(20) NOT NULL,
  c_street_2 VARCHAR(20) NOT NULL,
  c_city VARCHAR(20) NOT NULL,
  c_state CHAR(2) NOT NULL,
  c_zip CHAR(9) NOT NULL,
  c_phone CHAR(16) NOT NULL,
  c_since TIMESTAMP NOT NULL,
  c_credit CHAR(2) NOT NULL,
  c_credit_lim DECIMAL(12,2) NOT NULL,
  c_discount DECIMAL(4,4) NOT NULL,
  c_balance DECIMAL(12,2) NOT NULL,
  c_ytd_payment DECIMAL(12,2) NOT NULL,
  c_payment_cnt INT8 NOT NULL,
  c_delivery_cnt INT8 NOT NULL,
  c_data VARCHAR(500) NOT NULL,
  CONSTRAINT customer_pkey PRIMARY KEY (c_w_id, c_d_id, c_id),
  CONSTRAINT customer_c_w_id_c_d_id_fkey FOREIGN KEY (c_w_id, c_d_id) REFERENCES district (d_w_id, d_id),
  INDEX customer_idx (c_w_id, c_d_id, c_last, c_first)
);

CREATE TABLE history (
  rowid UUID NOT NULL DEFAULT gen_random_uuid(),
  h_c_id INT8 NOT NULL,
  h_c_d_id INT8 NOT NULL,
  h_c_w_id INT8 NOT NULL,
  h_d_id INT8 NOT NULL,
  h_w_id INT8 NOT NULL,
  h_date TIMESTAMP,
  h_amount DECIMAL(6,2),
  h_data VARCHAR(24),
  CONSTRAINT history_pkey PRIMARY KEY (h_w_id, rowid),
  CONSTRAINT history_h_c_w_id_h_c_d_id_h_c_id_fkey FOREIGN KEY (h_c_w_id, h_c_d_id, h_c_id) REFERENCES customer (c_w_id, c_d_id, c_id),
  CONSTRAINT history_h_w_id_h_d_id_fkey FOREIGN KEY (h_w_id, h_d_id) REFERENCES district (d_w_id, d_id),
  INDEX history_customer_fk_idx (h_c_w_id, h_c_d_id, h_c_id),
  INDEX history_district_fk_idx (h_w_id, h_d_id)
);

CREATE TABLE "order" (
  o_id INT8 NOT NULL,
  o_d_id INT8 NOT NULL,
  o_w_id INT8 NOT NULL,
  o_c_id INT8,
  o_entry_d TIMESTAMP,
  o_carrier_id INT8,
  o_ol_cnt INT8,
  o_all_local INT8,
  CONSTRAINT order_pkey PRIMARY KEY (o_w_id, o_d_id, o_id DESC),
  CONSTRAINT order_o_w_id_o_d_id_o_c_id_fkey FOREIGN KEY (o_w_id, o_d_id, o_c_id) REFERENCES customer (c_w_id, c_d_id, c_id),
  UNIQUE INDEX order_idx (o_w_id, o_d_id, o_c_id, o_id DESC) STORING (o_entry_d, o_carrier_id)
);

CREATE TABLE new_order (
  no_o_id INT8 NOT NULL,
  no_d_id INT8 NOT NULL,
  no_w_id INT8 NOT NULL,
  CONSTRAINT new_order_pkey PRIMARY KEY (no_w_id, no_d_id, no_o_id),
  CONSTRAINT new_order_no_w_id_no_d_id_no_o_id_fkey FOREIGN KEY (no_w_id, no_d_id, no_o_id) REFERENCES "order" (o_w_id, o_d_id, o_id)
);

CREATE TABLE item (
  i_id INT8 NOT NULL,
  i_im_id INT8,
  i_name VARCHAR(24),
  i_price DECIMAL(5,2),
  i_data VARCHAR(50),
  CONSTRAINT item_pkey PRIMARY KEY (i_id)
);

CREATE TABLE stock (
  s_i_id INT8 NOT NULL,
  s_w_id INT8 NOT NULL,
  s_quantity INT8,
  s_dist_01 CHAR(24),
  s_dist_02 CHAR(24),
  s_dist_03 CHAR(24),
  s_dist_04 CHAR(24),
  s_dist_05 CHAR(24),
  s_dist_06 CHAR(24),
  s_dist_07 CHAR(24),
  s_dist_08 CHAR(24),
  s_dist_09 CHAR(24),
  s_dist_10 CHAR(24),
  s_ytd INT8,
  s_order_cnt INT8,
  s_remote_cnt INT8,
  s_data VARCHAR(50),
  CONSTRAINT stock_pkey PRIMARY KEY (s_w_id, s_i_id),
  CONSTRAINT stock_s_i_id_fkey FOREIGN KEY (s_i_id) REFERENCES item (i_id),
  CONSTRAINT stock_s_w_id_fkey FOREIGN KEY (s_w_id) REFERENCES warehouse (w_id),
  INDEX stock_item_fk_idx (s_i_id)
);

CREATE TABLE order_line (
  ol_o_id INT8 NOT NULL,
  ol_d_id INT8 NOT NULL,
  ol_w_id INT8 NOT NULL,
  ol_number INT8 NOT NULL,
  ol_i_id INT8 NOT NULL,
  ol_supply_w_id INT8,
  ol_delivery_d TIMESTAMP,
  ol_quantity INT8,
  ol_amount DECIMAL(6,2),
  ol_dist_info CHAR(24),
  CONSTRAINT order_line_pkey PRIMARY KEY (ol_w_id, ol_d_id, ol_o_id DESC, ol_number),
  CONSTRAINT order_line_ol_w_id_ol_d_id_ol_o_id_fkey FOREIGN KEY (ol_w_id, ol_d_id, ol_o_id) REFERENCES "order" (o_w_id, o_d_id, o_id),
  CONSTRAINT order_line_ol_supply_w_id_ol_i_id_fkey FOREIGN KEY (ol_supply_w_id, ol_i_id) REFERENCES stock (s_w_id, s_i_id),
  INDEX order_line_stock_fk_idx (ol_supply_w_id, ol_i_id)
);
