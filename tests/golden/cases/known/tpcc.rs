//! TPC-C, with the indexes of `cockroach workload init tpcc`. Source: <https://www.tpc.org/tpcc/>, 1.3.
#![allow(dead_code, clippy::struct_field_names, reason = "the tables are printed, and their names are TPC's")]
#![allow(clippy::duplicated_attributes, reason = "two indexes over one column are no duplicate")]

use crdb_orm::prelude::*;

use crate::cases::Case;

#[derive(CrdbTable)]
pub(crate) struct Warehouse {
    #[crdb(primary_key)]
    w_id: i64,
    #[crdb(varchar(10))]
    w_name: String,
    #[crdb(varchar(20))]
    w_street_1: String,
    #[crdb(varchar(20))]
    w_street_2: String,
    #[crdb(varchar(20))]
    w_city: String,
    #[crdb(char(2))]
    w_state: String,
    #[crdb(char(9))]
    w_zip: String,
    #[crdb(decimal(4, 4))]
    w_tax: Decimal,
    #[crdb(decimal(12, 2))]
    w_ytd: Decimal,
}

#[derive(CrdbTable)]
#[crdb(primary_key(d_w_id, d_id))]
pub(crate) struct District {
    d_id: i64,
    #[crdb(references = Warehouse)]
    d_w_id: i64,
    #[crdb(varchar(10))]
    d_name: String,
    #[crdb(varchar(20))]
    d_street_1: String,
    #[crdb(varchar(20))]
    d_street_2: String,
    #[crdb(varchar(20))]
    d_city: String,
    #[crdb(char(2))]
    d_state: String,
    #[crdb(char(9))]
    d_zip: String,
    #[crdb(decimal(4, 4))]
    d_tax: Decimal,
    #[crdb(decimal(12, 2))]
    d_ytd: Decimal,
    d_next_o_id: i64,
}

#[derive(CrdbTable)]
#[crdb(primary_key(c_w_id, c_d_id, c_id))]
#[crdb(foreign_key(c_w_id, c_d_id, references = District))]
#[crdb(index(customer_idx, on(c_w_id, c_d_id, c_last, c_first)))]
pub(crate) struct Customer {
    c_id: i64,
    c_d_id: i64,
    c_w_id: i64,
    #[crdb(varchar(16))]
    c_first: String,
    #[crdb(char(2))]
    c_middle: String,
    #[crdb(varchar(16))]
    c_last: String,
    #[crdb(varchar(20))]
    c_street_1: String,
    #[crdb(varchar(20))]
    c_street_2: String,
    #[crdb(varchar(20))]
    c_city: String,
    #[crdb(char(2))]
    c_state: String,
    #[crdb(char(9))]
    c_zip: String,
    #[crdb(char(16))]
    c_phone: String,
    c_since: NaiveDateTime,
    #[crdb(char(2))]
    c_credit: String,
    #[crdb(decimal(12, 2))]
    c_credit_lim: Decimal,
    #[crdb(decimal(4, 4))]
    c_discount: Decimal,
    #[crdb(decimal(12, 2))]
    c_balance: Decimal,
    #[crdb(decimal(12, 2))]
    c_ytd_payment: Decimal,
    c_payment_cnt: i64,
    c_delivery_cnt: i64,
    #[crdb(varchar(500))]
    c_data: String,
}

#[derive(CrdbTable)]
#[crdb(primary_key(h_w_id, rowid))]
#[crdb(foreign_key(h_c_w_id, h_c_d_id, h_c_id, references = Customer))]
#[crdb(foreign_key(h_w_id, h_d_id, references = District))]
#[crdb(index(history_customer_fk_idx, on(h_c_w_id, h_c_d_id, h_c_id)))]
#[crdb(index(history_district_fk_idx, on(h_w_id, h_d_id)))]
pub(crate) struct History {
    #[crdb(default = gen_random_uuid())]
    rowid: Uuid,
    h_c_id: i64,
    h_c_d_id: i64,
    h_c_w_id: i64,
    h_d_id: i64,
    h_w_id: i64,
    h_date: Option<NaiveDateTime>,
    #[crdb(decimal(6, 2))]
    h_amount: Option<Decimal>,
    #[crdb(varchar(24))]
    h_data: Option<String>,
}

#[derive(CrdbTable)]
#[crdb(primary_key(o_w_id, o_d_id, o_id desc))]
#[crdb(foreign_key(o_w_id, o_d_id, o_c_id, references = Customer))]
#[crdb(index(order_idx, on(o_w_id, o_d_id, o_c_id, o_id desc), unique, storing(o_entry_d, o_carrier_id)))]
pub(crate) struct Order {
    o_id: i64,
    o_d_id: i64,
    o_w_id: i64,
    o_c_id: Option<i64>,
    o_entry_d: Option<NaiveDateTime>,
    o_carrier_id: Option<i64>,
    o_ol_cnt: Option<i64>,
    o_all_local: Option<i64>,
}

#[derive(CrdbTable)]
#[crdb(primary_key(no_w_id, no_d_id, no_o_id))]
#[crdb(foreign_key(no_w_id, no_d_id, no_o_id, references = Order))]
pub(crate) struct NewOrder {
    no_o_id: i64,
    no_d_id: i64,
    no_w_id: i64,
}

#[derive(CrdbTable)]
pub(crate) struct Item {
    #[crdb(primary_key)]
    i_id: i64,
    i_im_id: Option<i64>,
    #[crdb(varchar(24))]
    i_name: Option<String>,
    #[crdb(decimal(5, 2))]
    i_price: Option<Decimal>,
    #[crdb(varchar(50))]
    i_data: Option<String>,
}

#[derive(CrdbTable)]
#[crdb(primary_key(s_w_id, s_i_id), index(stock_item_fk_idx, on(s_i_id)))]
pub(crate) struct Stock {
    #[crdb(references = Item)]
    s_i_id: i64,
    #[crdb(references = Warehouse)]
    s_w_id: i64,
    s_quantity: Option<i64>,
    #[crdb(char(24))]
    s_dist_01: Option<String>,
    #[crdb(char(24))]
    s_dist_02: Option<String>,
    #[crdb(char(24))]
    s_dist_03: Option<String>,
    #[crdb(char(24))]
    s_dist_04: Option<String>,
    #[crdb(char(24))]
    s_dist_05: Option<String>,
    #[crdb(char(24))]
    s_dist_06: Option<String>,
    #[crdb(char(24))]
    s_dist_07: Option<String>,
    #[crdb(char(24))]
    s_dist_08: Option<String>,
    #[crdb(char(24))]
    s_dist_09: Option<String>,
    #[crdb(char(24))]
    s_dist_10: Option<String>,
    s_ytd: Option<i64>,
    s_order_cnt: Option<i64>,
    s_remote_cnt: Option<i64>,
    #[crdb(varchar(50))]
    s_data: Option<String>,
}

#[derive(CrdbTable)]
#[crdb(primary_key(ol_w_id, ol_d_id, ol_o_id desc, ol_number))]
#[crdb(foreign_key(ol_w_id, ol_d_id, ol_o_id, references = Order))]
#[crdb(foreign_key(ol_supply_w_id, ol_i_id, references = Stock))]
#[crdb(index(order_line_stock_fk_idx, on(ol_supply_w_id, ol_i_id)))]
pub(crate) struct OrderLine {
    ol_o_id: i64,
    ol_d_id: i64,
    ol_w_id: i64,
    ol_number: i64,
    ol_i_id: i64,
    ol_supply_w_id: Option<i64>,
    ol_delivery_d: Option<NaiveDateTime>,
    ol_quantity: Option<i64>,
    #[crdb(decimal(6, 2))]
    ol_amount: Option<Decimal>,
    #[crdb(char(24))]
    ol_dist_info: Option<String>,
}

pub(crate) const CASES: &[Case] = &[Case {
    name: "known_tpcc",
    schema: Schema::new("tpcc").tables(&[
        Warehouse::TABLE,
        District::TABLE,
        Customer::TABLE,
        History::TABLE,
        Order::TABLE,
        NewOrder::TABLE,
        Item::TABLE,
        Stock::TABLE,
        OrderLine::TABLE,
    ]),
}];
