//! The tables of TPC-H are those of its specification: columns, types, keys and foreign keys of all eight.

use std::collections::BTreeMap;

use crdb_orm::schema::{ColumnDef, ColumnType, Size, TableDef};

use crate::cases;

/// A type as the specification calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Is {
    /// A whole number of 32 bits at least; an identifier is one, too.
    Integer,
    /// From -9,999,999,999.99 to 9,999,999,999.99, in hundredths.
    Decimal,
    Date,
    /// Fixed text: CHAR(n).
    Fixed(u32),
    /// Variable text: VARCHAR(n).
    Variable(u32),
}

use Is::{Date, Decimal, Fixed, Integer, Variable};

struct Table {
    name: &'static str,
    columns: &'static [(&'static str, Is)],
    key: &'static [&'static str],
    /// Its foreign keys, and the tables whose primary keys they refer to.
    refers: &'static [(&'static [&'static str], &'static str)],
}

/// TPC-H, revision 3.0.1, 1.4.1 and 1.4.2.
const TABLES: [Table; 8] = [
    Table {
        name: "part",
        columns: &[
            ("p_partkey", Integer),
            ("p_name", Variable(55)),
            ("p_mfgr", Fixed(25)),
            ("p_brand", Fixed(10)),
            ("p_type", Variable(25)),
            ("p_size", Integer),
            ("p_container", Fixed(10)),
            ("p_retailprice", Decimal),
            ("p_comment", Variable(23)),
        ],
        key: &["p_partkey"],
        refers: &[],
    },
    Table {
        name: "supplier",
        columns: &[
            ("s_suppkey", Integer),
            ("s_name", Fixed(25)),
            ("s_address", Variable(40)),
            ("s_nationkey", Integer),
            ("s_phone", Fixed(15)),
            ("s_acctbal", Decimal),
            ("s_comment", Variable(101)),
        ],
        key: &["s_suppkey"],
        refers: &[(&["s_nationkey"], "nation")],
    },
    Table {
        name: "partsupp",
        columns: &[
            ("ps_partkey", Integer),
            ("ps_suppkey", Integer),
            ("ps_availqty", Integer),
            ("ps_supplycost", Decimal),
            ("ps_comment", Variable(199)),
        ],
        key: &["ps_partkey", "ps_suppkey"],
        refers: &[(&["ps_partkey"], "part"), (&["ps_suppkey"], "supplier")],
    },
    Table {
        name: "customer",
        columns: &[
            ("c_custkey", Integer),
            ("c_name", Variable(25)),
            ("c_address", Variable(40)),
            ("c_nationkey", Integer),
            ("c_phone", Fixed(15)),
            ("c_acctbal", Decimal),
            ("c_mktsegment", Fixed(10)),
            ("c_comment", Variable(117)),
        ],
        key: &["c_custkey"],
        refers: &[(&["c_nationkey"], "nation")],
    },
    Table {
        name: "orders",
        columns: &[
            ("o_orderkey", Integer),
            ("o_custkey", Integer),
            ("o_orderstatus", Fixed(1)),
            ("o_totalprice", Decimal),
            ("o_orderdate", Date),
            ("o_orderpriority", Fixed(15)),
            ("o_clerk", Fixed(15)),
            ("o_shippriority", Integer),
            ("o_comment", Variable(79)),
        ],
        key: &["o_orderkey"],
        refers: &[(&["o_custkey"], "customer")],
    },
    Table {
        name: "lineitem",
        columns: &[
            ("l_orderkey", Integer),
            ("l_partkey", Integer),
            ("l_suppkey", Integer),
            ("l_linenumber", Integer),
            ("l_quantity", Decimal),
            ("l_extendedprice", Decimal),
            ("l_discount", Decimal),
            ("l_tax", Decimal),
            ("l_returnflag", Fixed(1)),
            ("l_linestatus", Fixed(1)),
            ("l_shipdate", Date),
            ("l_commitdate", Date),
            ("l_receiptdate", Date),
            ("l_shipinstruct", Fixed(25)),
            ("l_shipmode", Fixed(10)),
            ("l_comment", Variable(44)),
        ],
        key: &["l_orderkey", "l_linenumber"],
        refers: &[
            (&["l_orderkey"], "orders"),
            (&["l_partkey"], "part"),
            (&["l_suppkey"], "supplier"),
            (&["l_partkey", "l_suppkey"], "partsupp"),
        ],
    },
    Table {
        name: "nation",
        columns: &[
            ("n_nationkey", Integer),
            ("n_name", Fixed(25)),
            ("n_regionkey", Integer),
            ("n_comment", Variable(152)),
        ],
        key: &["n_nationkey"],
        refers: &[(&["n_regionkey"], "region")],
    },
    Table {
        name: "region",
        columns: &[("r_regionkey", Integer), ("r_name", Fixed(25)), ("r_comment", Variable(152))],
        key: &["r_regionkey"],
        refers: &[],
    },
];

fn is(column: &ColumnDef) -> Option<Is> {
    Some(match (column.ty, column.size) {
        (ColumnType::Int4 | ColumnType::Int8, Size::Unlimited) => Integer,
        (ColumnType::Decimal, Size::Decimal { precision: 12, scale: 2 }) => Decimal,
        (ColumnType::Date, Size::Unlimited) => Date,
        (ColumnType::String, Size::Char(n)) => Fixed(n),
        (ColumnType::String, Size::VarChar(n)) => Variable(n),
        _ => return None,
    })
}

#[test]
fn the_tables_of_tpc_h_are_those_of_its_specification() {
    let case = cases::all().into_iter().find(|case| case.name == "known_tpch").expect("the case");
    let tables: BTreeMap<&str, &TableDef> =
        case.schema.table_defs().iter().map(|table| (table.name.name, *table)).collect();
    assert_eq!(tables.len(), TABLES.len(), "{:?}", tables.keys());
    for Table { name, columns, key, refers } in TABLES {
        let table = tables.get(name).unwrap_or_else(|| panic!("there is no table `{name}`"));
        let found: Vec<_> = table.columns.iter().map(|column| (column.name, is(column))).collect();
        let expected: Vec<_> = columns.iter().map(|(column, is)| (*column, Some(*is))).collect();
        assert_eq!(found, expected, "{name}");
        let parts: Vec<_> = table.primary_key.parts.iter().map(|part| part.column).collect();
        assert_eq!(parts, key, "the key of {name}");
        let nullable = |column: &&str| table.column(column).is_some_and(|column| column.nullable);
        assert!(!key.iter().any(nullable), "the key of {name}");
        let mut found: Vec<_> = table
            .foreign_keys
            .iter()
            .map(|key| {
                let other = tables.get(key.references.name).expect("a table of it");
                let theirs: Vec<_> = other.primary_key.parts.iter().map(|part| part.column).collect();
                assert_eq!(key.referenced, theirs, "{name} refers to a primary key");
                (key.columns, other.name.name)
            })
            .collect();
        let mut expected = refers.to_vec();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "the foreign keys of {name}");
    }
}
