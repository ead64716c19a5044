//! Whatever the names and texts are: partitions, zones, policies, sequences and regions parse.

use std::fmt::Write;

use crdb_orm::schema::{
    ColumnDef, ColumnType, IndexDef, KeyPart, Locality, PartitionBy, PartitionDef, PartitionValue,
    PartitioningDef, Placement, PolicyCommand, PolicyDef, PolicyRole, PrimaryKeyDef, RowLevelSecurity,
    SequenceCache, SequenceDef, SuperRegionDef, TableDef, TypeName, ZoneConfig, ZoneConstraints, ZoneDef,
};
use crdb_orm::{Schema, Target};
use crdb_tests::SHOWN;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use crate::parser::Parser;

const SCHEMAS: usize = 2000;

#[test]
fn what_stands_beside_columns_parses_whatever_it_is_called() {
    let Some(parser) = Parser::build("what_stands_beside_columns_parses_whatever_it_is_called") else {
        return;
    };
    let mut runner = TestRunner::deterministic();
    let mut script = String::new();
    for _ in 0..SCHEMAS {
        let words = (prop::array::uniform8(word()), any::<u64>());
        let (words, choices) = words.new_tree(&mut runner).expect("words").current();
        for schema in schemas(words.map(|word| &*word.leak()), choices) {
            for target in [Target::COCKROACHDB, Target::COCKROACHDB_SINGLE_REGION] {
                let made = schema.ddl(target).unwrap_or_else(|error| panic!("{error}: {schema:?}"));
                let dropped = schema.drop_ddl(target).expect("what was printed can be dropped");
                writeln!(script, "{made}{dropped}").expect("text");
            }
        }
    }
    parser.check_text("parts", &script);
}

/// Names with what can break out of quotes: each is another one, by its first letter.
fn word() -> impl Strategy<Value = String> {
    prop_oneof!["[\\PC]{0,12}", "['\"\\\\;() ,@.$*/-]{1,12}", "(select|table|Public|index|é|'; --|\\$\\$)"]
        .prop_map(|text| text.replace('\0', ""))
}

fn leak<T>(values: Vec<T>) -> &'static [T] {
    values.leak()
}

fn schemas(words: [&'static str; 8], choices: u64) -> [Schema; 2] {
    let mut number = 0;
    let words = words.map(|word| {
        number += 1;
        &*format!("{number}{word}").leak()
    });
    let [table, column, index, partition, other, policy, role, sequence] = words;
    let choose = |bit: u32| choices >> bit & 1 == 1;
    let value = |bit| if choose(bit) { PartitionValue::Text(role) } else { PartitionValue::Sql("1 + 2") };

    let key = leak(vec![KeyPart::asc(column), KeyPart::asc(other)]);
    let by_range = PartitionBy::range(
        leak(vec![other]),
        leak(vec![PartitionDef::range(sequence, leak(vec![PartitionValue::Min]), leak(vec![value(0)]))]),
    );
    let list = PartitionDef::list(partition, leak(vec![leak(vec![value(1)]), leak(vec![value(2)])]));
    let list = if choose(3) { list.by(&*Box::leak(Box::new(by_range))) } else { list };
    let rest = PartitionDef::list(table, &[&[PartitionValue::Default]]);
    let by_list = PartitionBy::list(leak(vec![column]), leak(vec![list, rest]));
    let zone = ZoneConfig::new().num_replicas(3).gc_ttl_seconds(7).constraints(if choose(4) {
        ZoneConstraints::All(&["+a=b", "-c"])
    } else {
        ZoneConstraints::PerReplica(&[(&["+a=b", "-c"], 2), (&["+d"], 1)])
    });
    let command = match choices >> 5 & 3 {
        0 => PolicyCommand::All,
        1 => PolicyCommand::Select,
        2 => PolicyCommand::Update,
        _ => PolicyCommand::Delete,
    };
    let policies = vec![
        PolicyDef::new(policy)
            .command(command)
            .to(leak(vec![PolicyRole::Named(role), PolicyRole::CurrentUser, PolicyRole::Public]))
            .using("true OR (false)"),
        PolicyDef::new(role).restrictive().command(PolicyCommand::Insert).check("1 = 1"),
    ];
    let name = TypeName::new(table);
    let name = if choose(7) { name.in_schema(other) } else { name };
    let columns =
        leak(vec![ColumnDef::new(column, ColumnType::String), ColumnDef::new(other, ColumnType::Int8)]);
    let def = TableDef::new(name, columns, PrimaryKeyDef::new(key))
        .indexes(leak(vec![IndexDef::new(key).name(index)]))
        .row_level_security(if choose(8) { RowLevelSecurity::Forced } else { RowLevelSecurity::Enabled })
        .policies(leak(policies))
        .schema_locked(choose(9));
    let sequences = leak(vec![
        SequenceDef::allowed(TypeName::new(sequence), "a test")
            .increment(-3)
            .min(-90)
            .max(90)
            .start(4)
            .cache(if choose(10) { SequenceCache::Node(3) } else { SequenceCache::Session(3) }),
        SequenceDef::allowed(TypeName::new(policy).in_schema(index), "a test").make_virtual(),
    ]);

    let parted: &'static TableDef = Box::leak(Box::new(
        def.allowed(SHOWN)
            .partitions(leak(vec![PartitioningDef::table(by_list), PartitioningDef::index(index, by_list)]))
            .zones(leak(vec![
                ZoneDef::new(zone),
                ZoneDef::new(zone).index(index),
                ZoneDef::new(zone).partition(partition),
                ZoneDef::new(zone).index(index).partition(table),
            ])),
    ));
    let placed: &'static TableDef = Box::leak(Box::new(if choose(11) {
        def.allowed(SHOWN).locality(Locality::RegionalByRow(None)).auto_rehoming()
    } else {
        def.allowed(SHOWN).locality(Locality::RegionalByTable(Some(role)))
    }));
    let database = Schema::new(partition).sequences(sequences);
    let regions = database
        .regions(leak(vec![column, role]))
        .placement(if choose(12) { Placement::Restricted } else { Placement::Default })
        .super_regions(leak(vec![SuperRegionDef::new(policy, leak(vec![column, role]))]));
    let regions = if choose(11) { regions } else { regions.secondary_region(role) };
    [database.zone(zone).tables(leak(vec![parted])), regions.tables(leak(vec![placed]))]
}
