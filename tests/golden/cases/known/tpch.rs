//! TPC-H, with the indexes of `cockroach workload init tpch`: some begin as another one does, some with a DATE.
//! Source: <https://www.tpc.org/tpch/>, 1.4. `golden/tpch.rs` compares it with that.
#![allow(dead_code, clippy::struct_field_names, reason = "the tables are printed, and their names are TPC's")]
#![allow(clippy::duplicated_attributes, reason = "two indexes over one column are no duplicate")]

use crdb_orm::prelude::*;

use crate::cases::Case;

#[derive(CrdbTable)]
#[crdb(table = "region")]
pub(crate) struct WorldRegion {
    #[crdb(primary_key)]
    r_regionkey: i64,
    #[crdb(char(25))]
    r_name: String,
    #[crdb(varchar(152))]
    r_comment: Option<String>,
}

#[derive(CrdbTable)]
#[crdb(index(n_rk, on(n_regionkey)))]
pub(crate) struct Nation {
    #[crdb(primary_key)]
    n_nationkey: i64,
    #[crdb(char(25))]
    n_name: String,
    #[crdb(references = WorldRegion)]
    n_regionkey: i64,
    #[crdb(varchar(152))]
    n_comment: Option<String>,
}

#[derive(CrdbTable)]
#[crdb(index(s_nk, on(s_nationkey)))]
pub(crate) struct Supplier {
    #[crdb(primary_key)]
    s_suppkey: i64,
    #[crdb(char(25))]
    s_name: String,
    #[crdb(varchar(40))]
    s_address: String,
    #[crdb(references = Nation)]
    s_nationkey: i64,
    #[crdb(char(15))]
    s_phone: String,
    #[crdb(decimal(12, 2))]
    s_acctbal: Decimal,
    #[crdb(varchar(101))]
    s_comment: String,
}

#[derive(CrdbTable)]
pub(crate) struct Part {
    #[crdb(primary_key)]
    p_partkey: i64,
    #[crdb(varchar(55))]
    p_name: String,
    #[crdb(char(25))]
    p_mfgr: String,
    #[crdb(char(10))]
    p_brand: String,
    #[crdb(varchar(25))]
    p_type: String,
    p_size: i64,
    #[crdb(char(10))]
    p_container: String,
    #[crdb(decimal(12, 2))]
    p_retailprice: Decimal,
    #[crdb(varchar(23))]
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
    #[crdb(decimal(12, 2))]
    ps_supplycost: Decimal,
    #[crdb(varchar(199))]
    ps_comment: String,
}

#[derive(CrdbTable)]
#[crdb(index(c_nk, on(c_nationkey)))]
pub(crate) struct Customer {
    #[crdb(primary_key)]
    c_custkey: i64,
    #[crdb(varchar(25))]
    c_name: String,
    #[crdb(varchar(40))]
    c_address: String,
    #[crdb(references = Nation)]
    c_nationkey: i64,
    #[crdb(char(15))]
    c_phone: String,
    #[crdb(decimal(12, 2))]
    c_acctbal: Decimal,
    #[crdb(char(10))]
    c_mktsegment: String,
    #[crdb(varchar(117))]
    c_comment: String,
}

#[derive(CrdbTable)]
#[crdb(table = "orders", index(o_ck, on(o_custkey)), index(o_od, on(o_orderdate)))]
pub(crate) struct Order {
    #[crdb(primary_key)]
    o_orderkey: i64,
    #[crdb(references = Customer)]
    o_custkey: i64,
    #[crdb(char(1))]
    o_orderstatus: String,
    #[crdb(decimal(12, 2))]
    o_totalprice: Decimal,
    o_orderdate: NaiveDate,
    #[crdb(char(15))]
    o_orderpriority: String,
    #[crdb(char(15))]
    o_clerk: String,
    o_shippriority: i64,
    #[crdb(varchar(79))]
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
    #[crdb(decimal(12, 2))]
    l_quantity: Decimal,
    #[crdb(decimal(12, 2))]
    l_extendedprice: Decimal,
    #[crdb(decimal(12, 2))]
    l_discount: Decimal,
    #[crdb(decimal(12, 2))]
    l_tax: Decimal,
    #[crdb(char(1))]
    l_returnflag: String,
    #[crdb(char(1))]
    l_linestatus: String,
    l_shipdate: NaiveDate,
    l_commitdate: NaiveDate,
    l_receiptdate: NaiveDate,
    #[crdb(char(25))]
    l_shipinstruct: String,
    #[crdb(char(10))]
    l_shipmode: String,
    #[crdb(varchar(44))]
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
