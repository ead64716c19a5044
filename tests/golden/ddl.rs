//! The DDL of each case, compared with its files.

use crdb_orm::Target;
use crdb_tests::golden::Folder;

use crate::cases;

/// The cases whose `DROP` statements are looked at too.
const DROPPED: [&str; 14] = [
    "changefeeds_of_the_schema",
    "column_collated",
    "composite",
    "shop",
    "foreign_key_cycle",
    "sql_schemas",
    "sql_schema_of_an_enum",
    "schema_locked",
    "procedures",
    "sequence_owned",
    "sequences",
    "triggers",
    "views",
    "zone_of_the_database",
];

#[test]
fn what_is_printed_is_what_is_expected() {
    let mut folder = Folder::new("ddl");
    for case in cases::all() {
        let texts =
            [Target::COCKROACHDB, Target::COCKROACHDB_SINGLE_REGION, Target::POSTGRESQL].map(|target| {
                case.schema.ddl(target).unwrap_or_else(|error| panic!("{}: {error}", case.name)).script()
            });
        check(&mut folder, case.name, &texts);
        if DROPPED.contains(&case.name) {
            let texts =
                [Target::COCKROACHDB, Target::COCKROACHDB_SINGLE_REGION, Target::POSTGRESQL].map(|target| {
                    case.schema.drop_ddl(target).expect("what was printed can be dropped").to_string()
                });
            check(&mut folder, &format!("{}_drop", case.name), &texts);
        }
    }
    let texts = [Target::COCKROACHDB, Target::COCKROACHDB_SINGLE_REGION, Target::POSTGRESQL]
        .map(|target| cases::ORDERS.ddl(target).expect("a table can be printed alone").to_string());
    check(&mut folder, "table_alone", &texts);
    folder.finish();
}

/// The file for one region is there only where it differs.
fn check(folder: &mut Folder, name: &str, [cockroachdb, single_region, postgresql]: &[String; 3]) {
    folder.check(&format!("{name}.cockroachdb.sql"), cockroachdb);
    if single_region != cockroachdb {
        folder.check(&format!("{name}.single_region.sql"), single_region);
    }
    folder.check(&format!("{name}.postgresql.sql"), postgresql);
}

#[test]
fn a_derived_schema_prints_what_one_that_is_built_by_hand_prints() {
    for target in [Target::COCKROACHDB, Target::COCKROACHDB_SINGLE_REGION, Target::POSTGRESQL] {
        let [derived, by_hand] = [cases::derived::shop::SHOP, cases::SHOP]
            .map(|schema| schema.ddl(target).expect("it can be printed").to_string());
        assert_eq!(derived, by_hand, "{target}");
    }
}

#[test]
fn a_script_ends_each_statement_and_begins_with_the_notices() {
    let ddl = cases::ORDERS.ddl(Target::POSTGRESQL).expect("it can be printed");
    let script = ddl.to_string();
    for notice in ddl.notices() {
        assert!(script.contains(&format!("-- note: {notice}\n")), "{script}");
    }
    for statement in ddl.statements() {
        assert!(script.contains(&format!("\n{};\n", statement.sql())), "{script}");
    }
}
