//! Random schemas: every clause that a schema can be written with, in any combination that is not refused.

use crdb_orm::Schema;
use crdb_orm::schema::{
    Action, Allowed, CdcQuery, ChangefeedDef, ChangefeedOption, CheckDef, ColumnDef, ColumnType,
    CompositeDef, CompositeField, DefaultValue, EnumDef, FamilyDef, ForeignKeyDef, Identity, IndexDef,
    IndexMethod, KafkaSink, KeyPart, Locality, PartitionBy, PartitionDef, PartitionValue, PartitioningDef,
    Placement, PolicyCommand, PolicyDef, PolicyRole, PrimaryKeyDef, RED_LINES, RowLevelSecurity,
    SequenceCache, SequenceDef, SequenceOptions, SequenceType, Shape, Sink, SqlObject, StorageParameter,
    StorageValue, SuperRegionDef, SurvivalGoal, TableDef, TtlDef, TypeName, ZoneConfig, ZoneConstraints,
    ZoneDef,
};

use crate::dice::{Dice, leak, leaked};

/// Expressions that a column of a type can have as its default.
const DEFAULTS: [&str; 12] = [
    "1",
    "-1.5",
    "now()",
    "gen_random_uuid()",
    "unordered_unique_rowid()",
    "'a''b'",
    "e'\\\\'",
    "NULL",
    "(1 + 2) * 3",
    "ARRAY[1, 2]",
    "'{}'::JSONB",
    "current_timestamp()",
];
/// Conditions and values, with the parentheses that the grammar writes. None of them names a column, whose names are
/// random.
const EXPRESSIONS: [&str; 14] = [
    "true",
    "(1 + 2) > 2",
    "(lower('A') = 'a') OR false",
    "length('a,b;c') BETWEEN 1 AND 3",
    "'x' IN ('y', 'z')",
    "CASE WHEN true THEN 1 ELSE 2 END = 1",
    "NOT (1 IS NULL)",
    "'a' LIKE 'b%' /* why; */",
    "coalesce(NULL, 1)::INT8 = 1",
    "extract('epoch', '2024-01-01'::TIMESTAMPTZ) > 0.0",
    "('{\"a\": [1]}'::JSONB->'a') @> '[1]'",
    "ARRAY['a', 'b'] && ARRAY['c']",
    "x'7f' = b'\\x7e'",
    "$$it's$$ = 'b'",
];
/// Names of regions as clouds have them, and one that they do not have.
const REGIONS: [&str; 4] = ["us-east1", "europe-west1", "\"odd\" 'region'", "ap"];

/// All red lines: what crosses one is still a statement, and must be printed as one.
pub(crate) fn allowed() -> &'static [Allowed] {
    leak(RED_LINES.iter().map(|line| Allowed::new(line.name, "a test")).collect())
}

/// A schema that these numbers make. What cannot be printed is refused by `Schema::ddl`.
pub(crate) fn schema(numbers: Vec<u16>) -> Schema {
    let dice = &Dice::new(numbers);
    let regions: &'static [&'static str] = if dice.coin() { leak(dice.part(&REGIONS, 4)) } else { &[] };
    let types = Types::of(dice);
    let mut tables: Vec<&'static TableDef> = Vec::new();
    for _ in 0..=dice.below(3) {
        let table = table(dice, regions, &types, &tables);
        tables.push(leaked(table));
    }
    if let [first, .., last] = *tables
        && dice.coin()
    {
        // Perhaps a circle, whose last key is added when all tables are there.
        let keys = first.foreign_keys.iter().copied().chain(refer(dice, first, last)).collect();
        tables[0] = leaked((*first).foreign_keys(leak(keys)));
    }
    let mut schema = Schema::new(dice.name()).sequences(dice.some(2, || sequence(dice)));
    if !regions.is_empty() {
        schema = schema.regions(regions);
        if regions.len() >= 3 && dice.coin() {
            schema = schema.survive(SurvivalGoal::Region);
        } else if dice.coin() {
            schema = schema.placement(Placement::Restricted);
        }
        if dice.once_in(3) {
            schema = schema.super_regions(leak(vec![SuperRegionDef::new(dice.name(), regions)]));
        }
        let by_row = tables.iter().any(|table| matches!(table.locality, Some(Locality::RegionalByRow(_))));
        if !by_row && regions.len() > 1 && dice.coin() {
            schema = schema.secondary_region(regions[1]);
        }
    }
    if dice.once_in(3) {
        schema = schema.zone(zone(dice, !regions.is_empty()));
    }
    if dice.once_in(4) {
        schema = schema.objects(OBJECTS);
    }
    schema.tables(leak(tables))
}

const OBJECTS: &[SqlObject] = &[
    SqlObject::function("CREATE FUNCTION plus_one(n INT8) RETURNS INT8 LANGUAGE SQL AS $$ SELECT n + 1; $$")
        .before_tables(),
    SqlObject::view("CREATE VIEW \"a view\" AS SELECT 1 AS one, 'a;b' AS two"),
    SqlObject::materialized_view("CREATE MATERIALIZED VIEW kept AS SELECT 2 AS two"),
];

/// The user-defined types of a schema.
struct Types {
    enums: Vec<&'static EnumDef>,
    composites: Vec<&'static CompositeDef>,
}

impl Types {
    fn of(dice: &Dice) -> Self {
        let name = || if dice.coin() { type_name(dice) } else { TypeName::new(dice.name()) };
        let label = || dice.name();
        let enums = (0..dice.below(3)).map(|_| {
            let labels = leak((0..=dice.below(3)).map(|_| label()).collect());
            leaked(EnumDef { name: name(), labels, comment: dice.maybe(|| dice.text()) })
        });
        let enums = enums.collect();
        let fields = || {
            let field = || CompositeField::new(dice.name(), dice.of(&[ColumnType::String, ColumnType::Int8]));
            leak((0..=dice.below(3)).map(|_| field()).collect())
        };
        let composites = (0..dice.below(2)).map(|_| {
            let def = CompositeDef::new(name(), fields());
            leaked(if dice.coin() { def.comment(dice.text()) } else { def })
        });
        let composites = composites.collect();
        Self { enums, composites }
    }
}

fn type_name(dice: &Dice) -> TypeName {
    let name = TypeName::new(dice.name());
    match dice.below(4) {
        0 | 1 => name,
        2 => name.in_schema("public"),
        _ => name.in_schema(dice.name()),
    }
}

fn table(
    dice: &Dice,
    regions: &'static [&'static str],
    types: &Types,
    before: &[&'static TableDef],
) -> TableDef {
    let name = type_name(dice);
    let mut columns = vec![ColumnDef::new(dice.name(), ColumnType::Uuid)];
    for _ in 0..dice.below(8) {
        columns.push(column(dice, types));
    }
    let region = dice.name();
    if !regions.is_empty() {
        columns.push(ColumnDef::new(region, ColumnType::Region));
    }
    let columns = leak(columns);
    let names: Vec<&'static str> = columns.iter().map(|column| column.name).collect();
    let stored: Vec<&'static str> = columns
        .iter()
        .filter(|column| column.computed.is_none_or(|computed| computed.stored))
        .map(|column| column.name)
        .collect();
    let key = key(dice, &names);
    let mut table = TableDef::new(name, columns, key)
        .checks(dice.some(2, || check(dice)))
        .indexes(dice.some(4, || index(dice, columns)))
        .allowed(allowed());
    let keys = (0..dice.below(3)).filter_map(|_| {
        let to = before.get(dice.below(before.len() + 1)).copied().unwrap_or(&table);
        refer(dice, &table, to)
    });
    let keys = leak(keys.collect());
    table = table.foreign_keys(keys);
    if dice.coin() {
        table = table.comment(dice.text());
    }
    if dice.once_in(3) {
        let mut left = stored;
        table = table.families(dice.some(2, || {
            let columns = dice.part(&left, 2);
            left.retain(|name| !columns.contains(name));
            FamilyDef::new(dice.name(), leak(columns))
        }));
    }
    if dice.once_in(3) {
        table = table.ttl(ttl(dice));
    }
    if dice.once_in(3) {
        table = table.storage(dice.some(2, || parameter(dice)));
    }
    if dice.once_in(5) {
        table = table.exclude_data_from_backup();
    }
    if dice.once_in(4) {
        table = table.schema_locked(dice.coin());
    }
    if dice.once_in(3) {
        let security = dice.of(&[RowLevelSecurity::Enabled, RowLevelSecurity::Forced]);
        table = table.row_level_security(security).policies(dice.some(2, || policy(dice)));
    }
    if regions.is_empty() {
        let columns = |parts: &'static [KeyPart]| {
            leak(parts.iter().take_while(|part| !part.expression).map(|part| part.column).collect())
        };
        let mut all = Vec::new();
        if key.hash.is_none() && dice.once_in(3) {
            all.push(PartitioningDef::table(partitions(dice, columns(key.parts), 2)));
        }
        let ordered = |index: &&IndexDef| index.method == IndexMethod::Ordered && index.hash.is_none();
        if let Some(index) = table.indexes.iter().find(|index| ordered(index) && index.name.is_some())
            && dice.coin()
        {
            let by = partitions(dice, columns(index.parts), 1);
            all.push(PartitioningDef::index(index.name.unwrap_or_default(), by));
        }
        table = table.partitions(leak(all));
    } else {
        table = match dice.below(6) {
            0 => table,
            1 => table.locality(Locality::Global),
            2 => table.locality(Locality::RegionalByTable(None)),
            3 => table.locality(Locality::RegionalByTable(Some(dice.of(regions)))),
            4 => table.locality(Locality::RegionalByRow(None)),
            _ => table.locality(Locality::RegionalByRow(Some(region))),
        };
        if matches!(table.locality, Some(Locality::RegionalByRow(_))) && dice.coin() {
            table = table.auto_rehoming();
        }
    }
    if dice.once_in(3) {
        let mut zones = vec![ZoneDef::new(zone(dice, !regions.is_empty()))];
        if let Some(name) = table.indexes.iter().find_map(|index| index.name) {
            zones.push(ZoneDef::new(zone(dice, !regions.is_empty())).index(name));
        }
        if let Some(all) = table.partitions.first() {
            let of = ZoneDef::new(zone(dice, false)).partition(all.by.partitions[0].name);
            zones.push(match all.index {
                Some(index) => of.index(index),
                None => of,
            });
        }
        table = table.zones(leak(zones));
    }
    if dice.once_in(4) {
        let feeds = (0..dice.below(3)).map(|_| changefeed(dice));
        table = table.changefeeds(leak(feeds.filter(|feed| feed.check(&table).is_ok()).collect()));
    }
    table
}

fn column(dice: &Dice, types: &Types) -> ColumnDef {
    let name = dice.name();
    let plain = [
        ColumnType::Bool,
        ColumnType::Int2,
        ColumnType::Int4,
        ColumnType::Int8,
        ColumnType::Float4,
        ColumnType::Float8,
        ColumnType::Decimal,
        ColumnType::String,
        ColumnType::Bytes,
        ColumnType::Uuid,
        ColumnType::Jsonb,
        ColumnType::Inet,
        ColumnType::Date,
        ColumnType::Time,
        ColumnType::Timestamp,
        ColumnType::TimestampTz,
        ColumnType::TimeTz,
        ColumnType::Interval,
        ColumnType::VarBit,
        ColumnType::TsVector,
        ColumnType::TsQuery,
        ColumnType::CiText,
        ColumnType::LTree,
        ColumnType::Name,
        ColumnType::Char,
        ColumnType::Oid,
        ColumnType::Vector,
        ColumnType::Geometry,
        ColumnType::Geography,
    ];
    let mut all = plain.to_vec();
    all.extend(types.enums.iter().map(|def| ColumnType::Enum(def)));
    all.extend(types.composites.iter().map(|def| ColumnType::Composite(def)));
    let element = dice.of(&all);
    // What CockroachDB has no arrays of.
    let single = matches!(element, ColumnType::TsVector | ColumnType::TsQuery | ColumnType::Vector);
    let ty = if dice.once_in(4) && !single { ColumnType::Array(leaked(element)) } else { element };
    let mut column = ColumnDef::new(name, ty).nullable(dice.coin());
    if dice.coin() {
        column = match element {
            ColumnType::Decimal => column.decimal(10, 2),
            ColumnType::String => match dice.below(3) {
                0 => column.length(7),
                1 => column.varchar(100),
                _ if ty == element => column.char(3),
                _ => column,
            },
            ColumnType::Vector => column.length(7),
            ColumnType::VarBit => {
                if dice.coin() {
                    column.bits(3)
                } else {
                    column.length(9)
                }
            }
            ColumnType::Geometry | ColumnType::Geography => {
                let shapes = [
                    Shape::Geometry,
                    Shape::Point,
                    Shape::LineString,
                    Shape::Polygon,
                    Shape::MultiPoint,
                    Shape::MultiLineString,
                    Shape::MultiPolygon,
                    Shape::GeometryCollection,
                ];
                column.shape(dice.of(&shapes), dice.of(&[0, 4326]))
            }
            ColumnType::Time
            | ColumnType::TimeTz
            | ColumnType::Timestamp
            | ColumnType::TimestampTz
            | ColumnType::Interval => column.precision(dice.of(&[0, 3, 6])),
            _ => column,
        };
    }
    if element == ColumnType::String && dice.once_in(4) {
        column = column.collate(dice.of(&["de", "en-US-u-ks-level2", "sv"]));
    }
    let value = || match (ty, dice.coin()) {
        (ColumnType::Enum(def), true) => DefaultValue::Text(dice.of(def.labels)),
        (_, false) => DefaultValue::Sql(dice.of(&DEFAULTS)),
        (_, true) => DefaultValue::Text(dice.text()),
    };
    match dice.below(6) {
        0 | 1 => {}
        2 => column = column.default(value()),
        3 => column = column.default(value()).on_update(value()),
        4 => column = column.computed(dice.of(&EXPRESSIONS), dice.coin()),
        _ if matches!(ty, ColumnType::Int2 | ColumnType::Int4 | ColumnType::Int8) => {
            column = column.nullable(false).identity(dice.of(&[Identity::Always, Identity::ByDefault]));
        }
        _ => column = column.on_update(value()),
    }
    if dice.once_in(4) {
        column = column.not_visible();
    }
    if dice.once_in(4) {
        column = column.unique();
    }
    if dice.once_in(3) {
        column = column.comment(dice.text());
    }
    column
}

fn parts(dice: &Dice, names: &[&'static str]) -> Vec<KeyPart> {
    let part = |name| if dice.coin() { KeyPart::asc(name) } else { KeyPart::desc(name) };
    dice.part(names, 3).into_iter().map(part).collect()
}

fn key(dice: &Dice, names: &[&'static str]) -> PrimaryKeyDef {
    let mut key = PrimaryKeyDef::new(leak(parts(dice, names)));
    if dice.once_in(4) {
        key = key.hash_sharded(dice.maybe(|| 8));
        if dice.coin() {
            let first = key.parts.iter().take(dice.below(3) + 1).map(|part| part.column);
            key = key.shard_columns(leak(first.collect()));
        }
    }
    if dice.once_in(4) {
        key = key.storage(leak(vec![StorageParameter::new("skip_unique_checks", StorageValue::Bool(true))]));
    }
    key
}

fn index(dice: &Dice, columns: &'static [ColumnDef]) -> IndexDef {
    let names: Vec<&'static str> = columns.iter().map(|column| column.name).collect();
    let inverted = columns.iter().filter(|column| {
        matches!(
            column.ty,
            ColumnType::Jsonb | ColumnType::TsVector | ColumnType::Geometry | ColumnType::Array(_)
        )
    });
    let inverted: Vec<&'static str> = inverted.map(|column| column.name).collect();
    let of = |ty| columns.iter().find(|column| column.ty == ty).map(|column| column.name);
    let mut all = parts(dice, &names);
    let mut index = match dice.below(8) {
        0 | 1 => IndexDef::new(leak(all)),
        2 => IndexDef::new(leak(all)).unique(),
        3 => {
            all.push(KeyPart::expression(dice.of(&EXPRESSIONS)));
            IndexDef::new(leak(all)).storing(leak(dice.part(&names, 2)))
        }
        4 => {
            let plain = all.iter().map(|part| KeyPart::asc(part.column)).collect();
            let index = IndexDef::new(leak(plain)).unique_constraint();
            if dice.coin() { index.storing(leak(dice.part(&names, 2))) } else { index }
        }
        5 if !inverted.is_empty() => {
            let last = dice.of(&inverted);
            all.retain(|part| part.column != last);
            all.push(KeyPart::asc(last));
            IndexDef::new(leak(all)).inverted()
        }
        6 if of(ColumnType::String).is_some() => {
            let last = KeyPart::asc(of(ColumnType::String).unwrap_or_default()).op_class("gin_trgm_ops");
            IndexDef::new(leak(vec![last])).inverted()
        }
        7 if of(ColumnType::Vector).is_some() => {
            let last = KeyPart::asc(of(ColumnType::Vector).unwrap_or_default());
            let class = ["vector_l2_ops", "vector_cosine_ops", "vector_ip_ops"];
            IndexDef::new(leak(vec![if dice.coin() { last.op_class(dice.of(&class)) } else { last }]))
                .vector()
        }
        _ => {
            let first = leak(all.iter().take(1).map(|part| part.column).collect());
            let index = IndexDef::new(leak(all)).hash_sharded(dice.maybe(|| 4));
            if dice.coin() { index.shard_columns(first) } else { index }
        }
    };
    if dice.coin() {
        index = index.name(dice.name());
    }
    if dice.once_in(3) && !index.constraint {
        index = index.filter(dice.of(&EXPRESSIONS));
    }
    if dice.once_in(4) && !index.constraint {
        index = index.visibility(dice.of(&[0.0, 0.25, 1.0]));
    }
    if dice.once_in(4) && !index.constraint {
        index = index.storage(leak(vec![StorageParameter::new("fillfactor", StorageValue::Integer(90))]));
    }
    if dice.once_in(3) {
        index = index.comment(dice.text());
    }
    index
}

/// A foreign key to the primary key or a unique constraint of a table, as there must be one; none where it has more
/// columns than the table that refers.
fn refer(dice: &Dice, from: &TableDef, to: &TableDef) -> Option<ForeignKeyDef> {
    let named = |parts: &'static [KeyPart]| parts.iter().map(|part| part.column).collect::<Vec<_>>();
    let unique_index = |index: &&IndexDef| {
        index.unique && index.filter.is_none() && index.parts.iter().all(|part| !part.expression)
    };
    let constraints = to.indexes.iter().filter(unique_index).map(|index| named(index.parts));
    let unique = to.columns.iter().filter(|column| column.unique).map(|column| vec![column.name]);
    let keys: Vec<_> = [named(to.primary_key.parts)].into_iter().chain(constraints).chain(unique).collect();
    let theirs = &keys[dice.below(keys.len())];
    let mut left: Vec<&'static ColumnDef> = from.columns.iter().collect();
    if left.len() < theirs.len() {
        return None;
    }
    let mine: Vec<_> = theirs.iter().map(|_| left.remove(dice.below(left.len()))).collect();
    let action = || {
        dice.of(&[Action::NoAction, Action::Restrict, Action::Cascade, Action::SetNull, Action::SetDefault])
    };
    let columns = leak(mine.iter().map(|column| column.name).collect());
    let key = ForeignKeyDef::new(columns, to.name, leak(theirs.clone())).on_delete(action());
    // A column is set by its own ON UPDATE or by the foreign key.
    Some(if mine.iter().any(|column| column.on_update.is_some()) { key } else { key.on_update(action()) })
}

fn check(dice: &Dice) -> CheckDef {
    let mut check = CheckDef::new(dice.of(&EXPRESSIONS));
    if dice.coin() {
        check = check.name(dice.name());
    }
    if dice.coin() {
        check = check.comment(dice.text());
    }
    check
}

fn ttl(dice: &Dice) -> TtlDef {
    let mut ttl = if dice.coin() {
        TtlDef::expire_after(dice.of(&["90 days", "1 mon", "'x'; --"]))
    } else {
        TtlDef::expiration(dice.of(&["now() + '1 day'::INTERVAL", "'2024-01-01'::TIMESTAMPTZ"]))
    };
    if dice.coin() {
        ttl = ttl.job_cron(dice.of(&["@hourly", "30 3 * * *", "it's"]));
    }
    if dice.coin() {
        ttl = ttl.select_batch_size(5).delete_batch_size(6).select_rate_limit(0).delete_rate_limit(7);
    }
    if dice.coin() {
        ttl = ttl.pause().label_metrics().row_stats_poll_interval("1m").disable_changefeed_replication();
    }
    ttl
}

fn parameter(dice: &Dice) -> StorageParameter {
    let value = match dice.below(3) {
        0 => StorageValue::Bool(dice.coin()),
        1 => StorageValue::Integer(dice.of(&[0, -1, i64::MAX, i64::MIN])),
        _ => StorageValue::Text(dice.text()),
    };
    StorageParameter::new(dice.of(&["sql_stats_automatic_collection_enabled", "fillfactor", "a_b1"]), value)
}

fn policy(dice: &Dice) -> PolicyDef {
    let condition = || dice.of(&EXPRESSIONS);
    let mut policy = PolicyDef::new(dice.name());
    policy = match dice.below(4) {
        0 => policy.using(condition()).check(condition()),
        1 => policy.command(PolicyCommand::Select).using(condition()),
        2 => policy.command(PolicyCommand::Insert).check(condition()),
        _ => policy.command(PolicyCommand::Delete).using(condition()),
    };
    if dice.coin() {
        policy = policy.restrictive();
    }
    policy.to(dice.some(3, || match dice.below(4) {
        0 => PolicyRole::Public,
        1 => PolicyRole::CurrentUser,
        2 => PolicyRole::SessionUser,
        _ => PolicyRole::Named(dice.name()),
    }))
}

fn partitions(dice: &Dice, columns: &'static [&'static str], depth: usize) -> PartitionBy {
    let (first, rest) = columns.split_at(1);
    let deeper = |one: PartitionDef| {
        if depth > 0 && !rest.is_empty() && dice.coin() {
            one.by(leaked(partitions(dice, rest, depth - 1)))
        } else {
            one
        }
    };
    let value = || if dice.coin() { PartitionValue::Text(dice.text()) } else { PartitionValue::Sql("1 + 2") };
    if dice.coin() {
        let mut all = vec![deeper(PartitionDef::list(
            dice.name(),
            leak(vec![leak(vec![value()]), leak(vec![value()])]),
        ))];
        if dice.coin() {
            all.push(PartitionDef::list(dice.name(), &[&[PartitionValue::Default]]));
        }
        return PartitionBy::list(first, leak(all));
    }
    let middle = leak(vec![value()]);
    PartitionBy::range(
        first,
        leak(vec![
            deeper(PartitionDef::range(dice.name(), &[PartitionValue::Min], middle)),
            PartitionDef::range(dice.name(), middle, &[PartitionValue::Max]),
        ]),
    )
}

fn zone(dice: &Dice, managed: bool) -> ZoneConfig {
    let mut zone = ZoneConfig::new().gc_ttl_seconds(600);
    if dice.coin() {
        zone = zone.range_min_bytes(128 << 20).range_max_bytes(512 << 20);
    }
    if managed {
        return zone;
    }
    match dice.below(4) {
        0 => zone,
        1 => zone.num_replicas(5).num_voters(3),
        2 => zone
            .num_replicas(3)
            .constraints(ZoneConstraints::PerReplica(&[(&["+region=us-east1", "-ssd"], 2)])),
        _ => zone
            .constraints(ZoneConstraints::All(&["+region=us-east1", "-zone=b"]))
            .lease_preferences(&[&["+region=us-east1"], &["-ssd"]]),
    }
}

fn sequence(dice: &Dice) -> SequenceDef {
    let sequence = SequenceDef::allowed(type_name(dice), "a test");
    let typed = |sequence: SequenceDef| match dice.below(4) {
        0 => sequence,
        1 => sequence.of_type(SequenceType::Int2),
        2 => sequence.of_type(SequenceType::Int4),
        _ => sequence.of_type(SequenceType::Int8),
    };
    let options = SequenceOptions::new();
    match dice.below(4) {
        0 => typed(sequence),
        1 => sequence.make_virtual(),
        2 => typed(sequence)
            .options(options.increment(-3).min(-90).max(90).start(4).cache(SequenceCache::Node(3))),
        _ => typed(sequence).options(options.start(1000).cache(SequenceCache::Session(10))),
    }
}

fn changefeed(dice: &Dice) -> ChangefeedDef<'static> {
    let options: [&'static [ChangefeedOption<'static>]; 4] = [
        &[],
        &[ChangefeedOption::Updated, ChangefeedOption::Resolved(Some("10s"))],
        &[ChangefeedOption::SplitColumnFamilies, ChangefeedOption::Diff],
        &[ChangefeedOption::FullTableName],
    ];
    let sinks = [Sink::uri("kafka://broker:9092"), Sink::external("hooks"), Sink::NONE];
    let sink = if dice.coin() { dice.of(&sinks) } else { KafkaSink::new("b").topic_name(dice.text()).sink() };
    let query = dice.once_in(3).then(|| CdcQuery::select("*").filter("event_op() != 'delete'"));
    let options = dice.of(&options);
    ChangefeedDef::try_new(sink, options, query)
        .unwrap_or_else(|_| ChangefeedDef::new("webhook-https://host/path", &[]))
}
