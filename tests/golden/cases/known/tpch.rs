//! TPC-H, with the indexes of `cockroach workload init tpch`: some begin as another one does, some with a DATE.
//! Source: <https://www.tpc.org/tpch/>, 1.4.
#![allow(dead_code, clippy::struct_field_names, reason = "the tables are printed, and their names are TPC's")]
#![allow(clippy::duplicated_attributes, reason = "two indexes over one column are no duplicate")]

use crdb_orm::prelude::*;

use crate::cases::Case;

#[derive(CrdbTable)]
#[crdb(table = "region")]
pub(crate) struct WorldRegion {
    #[crdb(primary_key)]
    r_regionkey: i64,
    #[crdb(string(25))]
    r_name: String,
    #[crdb(string(152))]
    r_comment: Option<String>,
}

#[derive(CrdbTable)]
#[crdb(index(n_rk, on(n_regionkey)))]
pub(crate) struct Nation {
    #[crdb(primary_key)]
    n_nationkey: i64,
    #[crdb(string(25))]
    n_name: String,
    #[crdb(references = WorldRegion)]
    n_regionkey: i64,
    #[crdb(string(152))]
    n_comment: Option<String>,
}

#[derive(CrdbTable)]
#[crdb(index(s_nk, on(s_nationkey)))]
pub(crate) struct Supplier {
    #[crdb(primary_key)]
    s_suppkey: i64,
    #[crdb(string(25))]
    s_name: String,
    #[crdb(string(40))]
    s_address: String,
    #[crdb(references = Nation)]
    s_nationkey: i64,
    #[crdb(string(15))]
    s_phone: String,
    s_acctbal: f64,
    #[crdb(string(101))]
    s_comment: String,
}

#[derive(CrdbTable)]
pub(crate) struct Part {
    #[crdb(primary_key)]
    p_partkey: i64,
    #[crdb(string(55))]
    p_name: String,
    #[crdb(string(25))]
    p_mfgr: String,
    #[crdb(string(10))]
    p_brand: String,
    #[crdb(string(25))]
    p_type: String,
    p_size: i64,
    #[crdb(string(10))]
    p_container: String,
    p_retailprice: f64,
    #[crdb(string(23))]
    p_comment: String,
}

#[derive(CrdbTable)]
#[crdb(table = "partsupp", primary_key(ps_partkey, ps_suppkey), index(ps_sk, on(ps_suppkey)))]
pub(crate) struct PartSupp {
    #[crdb(references = Part)]
    ps_partkey: i64,
    #[crdb(references = Supplier)]
    ps_suppkey: i64,
    ps_availqty: i64,
    ps_supplycost: f64,
    #[crdb(string(199))]
    ps_comment: String,
}

#[derive(CrdbTable)]
#[crdb(index(c_nk, on(c_nationkey)))]
pub(crate) struct Customer {
    #[crdb(primary_key)]
    c_custkey: i64,
    #[crdb(string(25))]
    c_name: String,
    #[crdb(string(40))]
    c_address: String,
    #[crdb(references = Nation)]
    c_nationkey: i64,
    #[crdb(string(15))]
    c_phone: String,
    c_acctbal: f64,
    #[crdb(string(10))]
    c_mktsegment: String,
    #[crdb(string(117))]
    c_comment: String,
}

#[derive(CrdbTable)]
#[crdb(table = "orders", index(o_ck, on(o_custkey)), index(o_od, on(o_orderdate)))]
pub(crate) struct Order {
    #[crdb(primary_key)]
    o_orderkey: i64,
    #[crdb(references = Customer)]
    o_custkey: i64,
    #[crdb(string(1))]
    o_orderstatus: String,
    o_totalprice: f64,
    o_orderdate: NaiveDate,
    #[crdb(string(15))]
    o_orderpriority: String,
    #[crdb(string(15))]
    o_clerk: String,
    o_shippriority: i64,
    #[crdb(string(79))]
    o_comment: String,
}

#[derive(CrdbTable)]
#[crdb(table = "lineitem", primary_key(l_orderkey, l_linenumber))]
#[crdb(foreign_key(l_partkey, l_suppkey, references = PartSupp))]
#[crdb(index(l_ok, on(l_orderkey)), index(l_pk, on(l_partkey)), index(l_sk, on(l_suppkey)))]
#[crdb(index(l_sd, on(l_shipdate)), index(l_cd, on(l_commitdate)), index(l_rd, on(l_receiptdate)))]
#[crdb(index(l_pk_sk, on(l_partkey, l_suppkey)), index(l_sk_pk, on(l_suppkey, l_partkey)))]
pub(crate) struct LineItem {
    #[crdb(references = Order)]
    l_orderkey: i64,
    #[crdb(references = Part)]
    l_partkey: i64,
    #[crdb(references = Supplier)]
    l_suppkey: i64,
    l_linenumber: i64,
    l_quantity: f64,
    l_extendedprice: f64,
    l_discount: f64,
    l_tax: f64,
    #[crdb(string(1))]
    l_returnflag: String,
    #[crdb(string(1))]
    l_linestatus: String,
    l_shipdate: NaiveDate,
    l_commitdate: NaiveDate,
    l_receiptdate: NaiveDate,
    #[crdb(string(25))]
    l_shipinstruct: String,
    #[crdb(string(10))]
    l_shipmode: String,
    #[crdb(string(44))]
    l_comment: String,
}

pub(crate) const CASES: &[Case] = &[Case {
    name: "known_tpch",
    schema: Schema::new("tpch").tables(&[
        WorldRegion::TABLE,
        Nation::TABLE,
        Supplier::TABLE,
        Part::TABLE,
        PartSupp::TABLE,
        Customer::TABLE,
        Order::TABLE,
        LineItem::TABLE,
    ]),
}];
