//! What the derive refuses of a struct, refused of a table that is built by hand: SQL that is no expression, and the red
//! lines that a table alone shows. It runs when a crate is compiled.

use super::const_check::{fail, list_eq, str_eq};
use super::red_line::allows;
use super::sql_text::{Kind, cut, next, not_expression};
use super::{
    ColumnDef, ColumnType, DefaultValue, HashSharding, IndexDef, IndexMethod, KeyPart, Locality, TableDef,
    TtlExpiry,
};

/// Functions whose numbers follow each other. The derive has the same list.
const SEQUENTIAL: &[&str] = &["nextval", "unique_rowid"];
/// Functions whose UUIDs begin with the time. The derive has the same list.
const TIME_ORDERED: &[&str] = &[
    "gen_random_ulid",
    "gen_uuid_v7",
    "uuid_generate_v1",
    "uuid_generate_v1mc",
    "uuid_generate_v6",
    "uuid_generate_v7",
    "uuidv7",
];

/// Refuses what makes no sense, or crosses a red line that it does not allow.
#[track_caller]
pub(super) const fn check(table: &TableDef) {
    expressions(table);
    let mut i = 0;
    while i < table.columns.len() {
        column(table, &table.columns[i]);
        i += 1;
    }
    let mut i = 0;
    while i < table.indexes.len() {
        let index = &table.indexes[i];
        if is_plain(index) {
            led(table, index.parts);
        }
        redundant(table, i);
        i += 1;
    }
    let parts = table.primary_key.parts;
    let mut i = 0;
    while i < parts.len() {
        key_part(table, &parts[i]);
        i += 1;
    }
    if table.primary_key.hash.is_none() {
        led(table, parts);
    }
    let mut i = 0;
    while i < table.foreign_keys.len() {
        let columns = table.foreign_keys[i].columns;
        if !columns.is_empty() && !allows(table, "foreign_key_index") && !serves(table, columns) {
            fail(&[
                "no index of table `",
                table.name.name,
                "` begins with the foreign key of `",
                columns[0],
                "`, so each change of a row that is referred to reads the whole table: add an index",
                OR,
                "foreign_key_index",
                WHY,
            ]);
        }
        i += 1;
    }
}

const OR: &str = "; or say why it must be: `.allowed(&[Allowed::new(\"";
const WHY: &str = "\", \"..\")])`";

/// Refuses SQL that would leave its place.
#[track_caller]
const fn expressions(table: &TableDef) {
    if let Some(wrong) = wrong_expression(table) {
        fail(&[wrong.what, wrong.name, " of table `", table.name.name, "` ", wrong.why]);
    }
}

/// SQL that is no expression: where it stands, and why it is none.
#[derive(Debug, Clone, Copy)]
pub(super) struct WrongExpression {
    pub(super) what: &'static str,
    /// The column, or nothing.
    pub(super) name: &'static str,
    pub(super) why: &'static str,
}

/// The first piece of SQL of a table that would leave its place.
pub(super) const fn wrong_expression(table: &TableDef) -> Option<WrongExpression> {
    let mut i = 0;
    while i < table.columns.len() {
        let column = &table.columns[i];
        if let Some(DefaultValue::Sql(sql)) = column.default
            && let Some(why) = not_expression(sql)
        {
            return Some(WrongExpression { what: "the default of column ", name: column.name, why });
        }
        if let Some(DefaultValue::Sql(sql)) = column.on_update
            && let Some(why) = not_expression(sql)
        {
            return Some(WrongExpression { what: "the ON UPDATE of column ", name: column.name, why });
        }
        if let Some(computed) = &column.computed
            && let Some(why) = not_expression(computed.expression)
        {
            return Some(WrongExpression { what: "what computes column ", name: column.name, why });
        }
        i += 1;
    }
    let mut i = 0;
    while i < table.checks.len() {
        if let Some(why) = not_expression(table.checks[i].expression) {
            return Some(WrongExpression { what: "a check", name: "", why });
        }
        i += 1;
    }
    let mut i = 0;
    while i < table.indexes.len() {
        if let Some(filter) = table.indexes[i].filter
            && let Some(why) = not_expression(filter)
        {
            return Some(WrongExpression { what: "the filter of an index", name: "", why });
        }
        let parts = table.indexes[i].parts;
        let mut p = 0;
        while p < parts.len() {
            if parts[p].expression
                && let Some(why) = not_expression(parts[p].column)
            {
                return Some(WrongExpression { what: "an expression in an index", name: "", why });
            }
            p += 1;
        }
        i += 1;
    }
    if let Some(ttl) = &table.ttl
        && let TtlExpiry::At(sql) = ttl.expiry
        && let Some(why) = not_expression(sql)
    {
        return Some(WrongExpression { what: "the expression of the TTL", name: "", why });
    }
    None
}

#[track_caller]
const fn column(table: &TableDef, column: &ColumnDef) {
    if column.identity.is_some() && !allows(table, "identity") {
        fail(&[
            "`",
            column.name,
            "` of table `",
            table.name.name,
            "` is an identity, a counter that every insert waits for: use a UUID, or `unordered_unique_rowid()`",
            OR,
            "identity",
            WHY,
        ]);
    }
    if column.unique {
        led_by(table, column);
    }
}

#[track_caller]
const fn key_part(table: &TableDef, part: &KeyPart) {
    let Some(column) = named(table, part) else { return };
    match column.ty {
        ColumnType::Float4 | ColumnType::Float8 if !allows(table, "float_key") => fail(&[
            "`",
            column.name,
            "` is a float and in the primary key of table `",
            table.name.name,
            "`, but a float that is computed twice is seldom the same: use a DECIMAL or a whole number",
            OR,
            "float_key",
            WHY,
        ]),
        ColumnType::Jsonb if !allows(table, "json_key") => fail(&[
            "`",
            column.name,
            "` is JSONB and in the primary key of table `",
            table.name.name,
            "`, which every index copies: use a computed column of what identifies the row",
            OR,
            "json_key",
            WHY,
        ]),
        _ => {}
    }
}

/// The column that a key or index names; none for an expression.
const fn named(table: &TableDef, part: &KeyPart) -> Option<&'static ColumnDef> {
    if part.expression {
        return None;
    }
    let mut i = 0;
    while i < table.columns.len() {
        if str_eq(table.columns[i].name, part.column) {
            return Some(&table.columns[i]);
        }
        i += 1;
    }
    None
}

/// Whether rows are kept in its order.
const fn is_plain(index: &IndexDef) -> bool {
    index.hash.is_none() && matches!(index.method, IndexMethod::Ordered) && !index.without_index
}

/// How many columns stand before the one that decides: the region, with which the server begins each index itself.
const fn region_first(table: &TableDef, parts: &[KeyPart]) -> usize {
    match table.locality {
        Some(Locality::RegionalByRow(Some(region)))
            if parts.len() > 1 && !parts[0].expression && str_eq(parts[0].column, region) =>
        {
            1
        }
        _ => 0,
    }
}

/// Refuses a key or index whose rows of now are all in one place.
#[track_caller]
const fn led(table: &TableDef, parts: &[KeyPart]) {
    let first = region_first(table, parts);
    if first < parts.len()
        && let Some(column) = named(table, &parts[first])
    {
        led_by(table, column);
    }
}

#[track_caller]
const fn led_by(table: &TableDef, column: &ColumnDef) {
    let time = matches!(column.ty, ColumnType::Timestamp | ColumnType::TimestampTz);
    if time && !allows(table, "timestamp_led") {
        fail(&[
            "`",
            column.name,
            "` is a time and leads a key or an index of table `",
            table.name.name,
            "`, so all rows of now go to one range: put another column before it, or shard it by hash",
            OR,
            "timestamp_led",
            WHY,
        ]);
    }
    let Some(DefaultValue::Sql(sql)) = column.default else { return };
    let lines = [("sequential_key", SEQUENTIAL), ("time_ordered_key", TIME_ORDERED)];
    let mut i = 0;
    while i < lines.len() {
        if calls(sql, lines[i].1) && !allows(table, lines[i].0) {
            fail(&[
                "`",
                column.name,
                "` is generated in order and leads a key or an index of table `",
                table.name.name,
                "`, so all inserts go to one range: use `gen_random_uuid()` or `unordered_unique_rowid()`, or shard it \
                 by hash",
                OR,
                lines[i].0,
                WHY,
            ]);
        }
        i += 1;
    }
}

/// Whether an expression calls one of some functions.
const fn calls(sql: &str, names: &[&str]) -> bool {
    let mut at = 0;
    loop {
        let token = next(sql, at);
        match token.kind {
            Kind::End | Kind::Broken(_) => return false,
            Kind::Word if matches!(next(sql, token.end).kind, Kind::Sign(b'(')) => {
                let mut i = 0;
                while i < names.len() {
                    if cut(sql, token.start, token.end).eq_ignore_ascii_case(names[i]) {
                        return true;
                    }
                    i += 1;
                }
            }
            _ => {}
        }
        at = token.end;
    }
}

const fn same_parts(one: &[KeyPart], other: &[KeyPart]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut i = 0;
    while i < one.len() {
        let (a, b) = (&one[i], &other[i]);
        let classes = match (a.op_class, b.op_class) {
            (Some(a), Some(b)) => str_eq(a, b),
            (None, None) => true,
            _ => false,
        };
        if a.expression != b.expression
            || a.direction as u8 != b.direction as u8
            || !classes
            || !str_eq(a.column, b.column)
        {
            return false;
        }
        i += 1;
    }
    true
}

const fn same_hash(one: Option<HashSharding>, other: Option<HashSharding>) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => {
            let buckets = match (one.buckets, other.buckets) {
                (Some(one), Some(other)) => one == other,
                (None, None) => true,
                _ => false,
            };
            buckets && list_eq(one.columns, other.columns)
        }
        _ => false,
    }
}

/// Whether each of some columns is among others.
const fn all_in(some: &[&str], others: &[&str]) -> bool {
    let mut i = 0;
    while i < some.len() {
        let (mut found, mut k) = (false, 0);
        while k < others.len() {
            found = found || str_eq(some[i], others[k]);
            k += 1;
        }
        if !found {
            return false;
        }
        i += 1;
    }
    true
}

/// Refuses an index that another one makes needless.
#[track_caller]
const fn redundant(table: &TableDef, at: usize) {
    let index = &table.indexes[at];
    let plain = !index.unique && index.filter.is_none() && matches!(index.method, IndexMethod::Ordered);
    if !plain || allows(table, "redundant_index") {
        return;
    }
    let key = &table.primary_key;
    let mut found = same_hash(index.hash, key.hash) && same_parts(index.parts, key.parts);
    let mut i = 0;
    while i < table.indexes.len() {
        let other = &table.indexes[i];
        let first = i < at || other.unique || other.storing.len() > index.storing.len();
        found = found
            || (i != at
                && first
                && other.filter.is_none()
                && !other.without_index
                && matches!(other.method, IndexMethod::Ordered)
                && same_hash(index.hash, other.hash)
                && all_in(index.storing, other.storing)
                && same_parts(index.parts, other.parts));
        i += 1;
    }
    if found {
        let first = if index.parts.is_empty() { "" } else { index.parts[0].column };
        fail(&[
            "an index of table `",
            table.name.name,
            "` that begins with `",
            first,
            "` has the columns of another index or of the primary key, which finds the same rows: leave it out",
            OR,
            "redundant_index",
            WHY,
        ]);
    }
}

/// Whether the first columns of the key, or of an index of all rows, are these, in whatever order.
const fn serves(table: &TableDef, columns: &[&str]) -> bool {
    let mut i = 0;
    while i < table.columns.len() {
        if columns.len() == 1 && table.columns[i].unique && str_eq(table.columns[i].name, columns[0]) {
            return true;
        }
        i += 1;
    }
    if begins(table, table.primary_key.parts, columns) {
        return true;
    }
    let mut i = 0;
    while i < table.indexes.len() {
        let index = &table.indexes[i];
        let all_rows = index.filter.is_none() && !index.without_index;
        if all_rows && matches!(index.method, IndexMethod::Ordered) && begins(table, index.parts, columns) {
            return true;
        }
        i += 1;
    }
    false
}

const fn begins(table: &TableDef, parts: &[KeyPart], columns: &[&str]) -> bool {
    let region = match table.locality {
        Some(Locality::RegionalByRow(region)) => region,
        _ => None,
    };
    let (first, mut wanted, mut i) = (region_first(table, parts), 0, 0);
    while i < columns.len() {
        // The server puts the region before every index.
        let is_region = match region {
            Some(region) => str_eq(columns[i], region),
            None => false,
        };
        if !is_region {
            wanted += 1;
        }
        i += 1;
    }
    if parts.len() < first + wanted {
        return false;
    }
    let mut i = first;
    while i < first + wanted {
        let (mut found, mut k) = (false, 0);
        while k < columns.len() {
            found = found || (!parts[i].expression && str_eq(parts[i].column, columns[k]));
            k += 1;
        }
        if !found {
            return false;
        }
        i += 1;
    }
    true
}
