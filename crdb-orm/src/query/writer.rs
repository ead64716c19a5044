//! The one place where SQL text of a query is written.

use std::borrow::Cow;
use std::ops::Range;

use super::node::{Node, Operator, Part, Precedence};
use super::placeholders::places;
use crate::conn::ServerKind;
use crate::exec::{Class, Expects, Label, Statement};
use crate::schema::{ColumnDef, ColumnType, TypeName, ident};
use crate::types::{Value, text_cast};

/// A statement that is being written: its text, and the values that its placeholders stand for.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    sql: String,
    values: Vec<Value>,
    /// Whether columns are written with their tables: a statement with several tables.
    qualified: bool,
    /// Tables that are known by other names from now on.
    renamed: Renamed,
    /// The tables that may have no row where the columns of others are read: see [`direction`](Self::direction).
    padded: Vec<TypeName>,
    /// Expressions with values that are the same wherever they stand: see [`share`](Self::share).
    shared: Vec<Shared>,
    /// The parts of the statement whose rows can be read here, by their names.
    parts: Vec<TypeName>,
    /// Whether it is for CockroachDB, which alone has index hints.
    hints: bool,
    /// The table that a column was written with last, and where its name stands: the next column mostly has the same.
    last: Option<(&'static TypeName, Range<usize>)>,
}

/// An expression, and where its text stands once it is written.
pub(crate) type Shared = (Node, Option<Range<usize>>);

/// Tables, each with the name that it is known by.
pub(crate) type Renamed = Vec<(TypeName, Cow<'static, str>)>;

impl Writer {
    pub(crate) fn new(start: &str) -> Self {
        let mut writer = Self::with_capacity(start.len() + 128);
        writer.sql.push_str(start);
        writer
    }

    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self {
            sql: String::with_capacity(bytes),
            values: Vec::new(),
            qualified: false,
            renamed: Vec::new(),
            padded: Vec::new(),
            shared: Vec::new(),
            parts: Vec::new(),
            hints: false,
            last: None,
        }
    }

    /// Writes index hints, unless it is known that the server is PostgreSQL. Nobody else writes any: a text for both
    /// kinds has none.
    pub(crate) fn of_kind(&mut self, kind: Option<ServerKind>) -> &mut Self {
        self.hints = kind != Some(ServerKind::PostgreSql);
        self
    }

    /// The rows of a part can be read by its name from now on, until [`forget_parts`](Self::forget_parts).
    pub(crate) fn know_part(&mut self, name: TypeName) {
        self.parts.push(name);
    }

    /// How many parts can be read.
    pub(crate) fn parts(&self) -> usize {
        self.parts.len()
    }

    /// Only the first of the parts can be read from now on.
    pub(crate) fn forget_parts(&mut self, known: usize) {
        self.parts.truncate(known);
    }

    /// Says that the rows of a part are read here. Without the part, the server would take its name for that of a table, and
    /// show rows that nothing narrows: the statement is refused, unless it is written into one that has the part.
    pub(crate) fn reads_part(&mut self, name: TypeName) {
        if !self.parts.contains(&name) {
            self.values.push(Value::part(name));
        }
    }

    /// [`resume`](Self::resume) of a statement that may read parts of this one.
    pub(crate) fn resume_with_parts(&mut self, statement: Statement) -> &mut Self {
        let known = |value: &Value| value.missing_part().is_some_and(|name| self.parts.contains(&name));
        if !statement.values.iter().any(known) {
            return self.resume(statement);
        }
        // What said so has no placeholder, and the others are counted without it.
        let known: Vec<bool> = statement.values.iter().map(known).collect();
        let before = |number: usize| known.iter().take(number).filter(|known| **known).count();
        let mut sql = String::with_capacity(statement.sql.len());
        push_renumbered(&mut sql, &statement.sql, |number| number.saturating_sub(before(number)));
        let values = statement.values.into_iter().zip(&known).filter(|(_, known)| !**known);
        let values = values.map(|(value, _)| value).collect();
        self.resume(Statement { sql: sql.into(), values, ..statement })
    }

    /// Whether index hints are written.
    pub(crate) const fn has_hints(&self) -> bool {
        self.hints
    }

    /// Takes the values of a text whose placeholders are written already.
    pub(crate) fn set_values(&mut self, values: Vec<Value>) {
        self.values = values;
    }

    /// Whether columns are written with their tables from now on; returns whether they were.
    pub(crate) fn qualify(&mut self, qualified: bool) -> bool {
        std::mem::replace(&mut self.qualified, qualified)
    }

    /// Writes the columns of a table with another name from now on.
    pub(crate) fn rename(&mut self, renamed: Option<(&'static TypeName, &'static str)>) {
        self.last = None;
        self.renamed = renamed.into_iter().map(|(table, name)| (*table, Cow::Borrowed(name))).collect();
    }

    /// The tables that are known by other names from now on, for those that were.
    pub(crate) fn renaming(&mut self, renamed: Renamed) -> Renamed {
        self.last = None;
        std::mem::replace(&mut self.renamed, renamed)
    }

    /// The tables that an outer join may not find from now on, for those that were.
    pub(crate) fn padding(&mut self, padded: Vec<TypeName>) -> Vec<TypeName> {
        std::mem::replace(&mut self.padded, padded)
    }

    /// The direction of an order, with the end that NULL belongs to where a row may be missing: the servers do not agree.
    pub(crate) fn direction(&self, by: &Node, direction: &'static str) -> &'static str {
        if by.reads_any(&self.padded) { with_nulls(direction) } else { direction }
    }

    /// The expressions that from now on are written with the placeholders of their first time, for those that were: with
    /// others a server takes what is grouped by for another expression. They are what they are by their structure and the
    /// values in it; equal values elsewhere keep placeholders of their own, so that no text depends on them.
    pub(crate) fn share(&mut self, shared: Vec<Shared>) -> Vec<Shared> {
        std::mem::replace(&mut self.shared, shared)
    }

    /// The tables that are known by other names.
    pub(crate) fn renamed(&self) -> &[(TypeName, Cow<'static, str>)] {
        &self.renamed
    }

    /// Whether a table is known by another name.
    pub(crate) fn is_renamed(&self, table: &TypeName) -> bool {
        self.renamed.iter().any(|(renamed, _)| renamed == table)
    }

    /// What the columns of a table are written with.
    pub(crate) fn known_as(&mut self, table: &TypeName) -> &mut Self {
        match self.renamed.iter().find(|(renamed, _)| renamed == table) {
            Some((_, name)) => ident::push_ident(&mut self.sql, name),
            None => ident::push_name(&mut self.sql, table),
        }
        self
    }

    /// Writes `orders.`, what a column of a table is written with.
    fn of_table(&mut self, table: &'static TypeName) {
        if let Some((last, place)) = &self.last
            && std::ptr::eq(*last, table)
        {
            self.sql.extend_from_within(place.clone());
            return;
        }
        let start = self.sql.len();
        self.known_as(table).push(".");
        self.last = Some((table, start..self.sql.len()));
    }

    /// Writes a statement that is written already: its placeholders are counted on.
    pub(crate) fn resume(&mut self, statement: Statement) -> &mut Self {
        if self.values.is_empty() {
            self.sql.push_str(&statement.sql);
        } else {
            let by = self.values.len();
            push_renumbered(&mut self.sql, &statement.sql, |number| number.saturating_add(by));
        }
        self.values.extend(statement.values);
        self
    }

    /// How many bytes are written.
    pub(crate) const fn length(&self) -> usize {
        self.sql.len()
    }

    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.sql.push_str(text);
        self
    }

    pub(crate) fn ident(&mut self, name: &str) -> &mut Self {
        ident::push_ident(&mut self.sql, name);
        self
    }

    pub(crate) fn name(&mut self, name: &TypeName) -> &mut Self {
        ident::push_name(&mut self.sql, name);
        self
    }

    /// Writes a placeholder for the value, with a cast where the value travels as text.
    pub(crate) fn value(&mut self, value: Value) -> &mut Self {
        let ty = value.column_type();
        self.values.push(value);
        push_placeholder(&mut self.sql, self.values.len(), ty);
        self
    }

    pub(crate) fn node(&mut self, node: Node) -> &mut Self {
        let Some(place) = self.shared.iter().position(|(shared, _)| *shared == node) else {
            return self.expression(node);
        };
        if let Some((_, Some(text))) = self.shared.get(place) {
            self.sql.extend_from_within(text.clone());
            return self;
        }
        let start = self.sql.len();
        self.expression(node);
        if let Some((_, text)) = self.shared.get_mut(place) {
            *text = Some(start..self.sql.len());
        }
        self
    }

    fn expression(&mut self, node: Node) -> &mut Self {
        match node {
            Node::Column(name) => self.ident(name),
            Node::Of(table, name) => {
                if self.qualified {
                    self.of_table(table);
                }
                self.ident(name)
            }
            Node::At(table, name) => {
                if self.qualified {
                    self.known_as(&table).push(".");
                }
                self.ident(name)
            }
            Node::Excluded(name) => self.push("excluded.").ident(name),
            Node::Query(body) => {
                self.push("(");
                body.write(self, false);
                self.push(")")
            }
            Node::Parts(_, parts) => {
                for part in parts {
                    self.part(part);
                }
                self
            }
            Node::Value(value) => self.value(value),
            Node::Constant(text) => self.push(text),
            Node::Binary(operator, operands) => {
                let (left, right) = *operands;
                // A chain of one logical operator needs no parentheses; everything else that binds no
                // tighter gets them.
                let chain = |node: &Node| {
                    matches!(operator, Operator::AND | Operator::OR)
                        && node.precedence() == operator.precedence
                };
                let (open_left, open_right) = (chain(&left), chain(&right));
                self.operand(left, operator.precedence, open_left);
                self.push(" ").push(operator.text).push(" ");
                self.operand(right, operator.precedence, open_right)
            }
            Node::Not(inner) => {
                self.push("NOT ");
                self.operand(*inner, Precedence::Not, false)
            }
            Node::Postfix(inner, text) => self.operand(*inner, Precedence::Compare, false).push(text),
            Node::Any(operands) => {
                let (left, right) = *operands;
                self.operand(left, Precedence::Compare, false).push(" = ANY (").node(right).push(")")
            }
            Node::Row(nodes) => {
                for (i, node) in nodes.into_iter().enumerate() {
                    self.push(if i == 0 { "(" } else { ", " }).node(node);
                }
                self.push(")")
            }
            Node::Call(function, argument) => self.push(function).push("(").node(*argument).push(")"),
            Node::Cast(inner, ty) => {
                self.operand(*inner, Precedence::Cast, false);
                push_cast(&mut self.sql, ty);
                self
            }
        }
    }

    fn part(&mut self, part: Part) {
        match part {
            Part::Text(text) => self.push(text),
            Part::Number(number) => self.push(&number),
            Part::Node(node, precedence) => self.operand(node, precedence, false),
            Part::Whole(node) => self.node(node),
            Part::Order(node, direction) => {
                let direction = self.direction(&node, direction);
                self.node(node).push(direction)
            }
        };
    }

    fn operand(&mut self, node: Node, parent: Precedence, open: bool) -> &mut Self {
        // A value binds as a cast, and `$1::a::b` needs no parentheses under any operator.
        if open || node.precedence() > parent || matches!(node, Node::Value(_)) {
            self.node(node)
        } else {
            self.push("(").node(node).push(")")
        }
    }

    /// Writes a further condition.
    pub(crate) fn and(&mut self, condition: Option<Node>) -> &mut Self {
        if let Some(condition) = condition {
            self.push(" AND ").node(condition);
        }
        self
    }

    pub(crate) fn condition(&mut self, filter: Option<Node>) -> &mut Self {
        if let Some(filter) = filter {
            self.push(" WHERE ").node(filter);
        }
        self
    }

    /// The text alone, for a shape whose values come later.
    pub(super) fn take_text(&mut self) -> String {
        self.last = None;
        std::mem::take(&mut self.sql)
    }

    pub(crate) fn finish(self, class: Class, label: Label) -> Statement {
        Statement {
            sql: Cow::Owned(self.sql),
            values: self.values,
            locking: None,
            class,
            label,
            expects: Expects::Any,
        }
    }
}

/// A direction with the end at which CockroachDB has NULL, unless it says one.
pub(crate) fn with_nulls(direction: &'static str) -> &'static str {
    match direction {
        " ASC" => " ASC NULLS FIRST",
        " DESC" => " DESC NULLS LAST",
        said => said,
    }
}

/// Writes a text with other numbers of its placeholders: what is none, such as `$1` in quotes, is left alone.
fn push_renumbered(out: &mut String, sql: &str, number: impl Fn(usize) -> usize) {
    let mut written = 0;
    for (start, end, old) in places(sql) {
        out.push_str(sql.get(written..start).unwrap_or_default());
        out.push('$');
        push_number(out, number(old));
        written = end;
    }
    out.push_str(sql.get(written..).unwrap_or_default());
}

/// Writes `$n`, with a cast where the value travels as text.
pub(crate) fn push_placeholder(out: &mut String, n: usize, ty: ColumnType) {
    out.push('$');
    push_number(out, n);
    if let Some(array) = text_cast(ty) {
        out.push_str(if array { "::TEXT[]::" } else { "::TEXT::" });
        push_type(out, ty);
    }
}

/// Every value of every query has a number: without the machinery of formats.
pub(super) fn push_number(out: &mut String, number: usize) {
    if number >= 10 {
        push_number(out, number / 10);
    }
    out.push(char::from(b'0' + u8::try_from(number % 10).unwrap_or_default()));
}

/// Writes a column as it is read: an enum and its like as text, so that no driver looks up its OID.
pub(crate) fn push_read_column(out: &mut String, column: &ColumnDef) {
    ident::push_ident(out, column.name);
    if let Some(array) = text_cast(column.ty) {
        out.push_str(if array { "::TEXT[]" } else { "::TEXT" });
    }
}

fn push_cast(out: &mut String, ty: ColumnType) {
    out.push_str("::");
    push_type(out, ty);
}

/// The name of a type that both servers understand in a cast.
pub(super) fn push_type(out: &mut String, ty: ColumnType) {
    let name = match ty {
        ColumnType::Bool => "BOOL",
        ColumnType::Int2 => "INT2",
        ColumnType::Int4 => "INT4",
        ColumnType::Int8 => "INT8",
        ColumnType::Float4 => "FLOAT4",
        ColumnType::Float8 => "FLOAT8",
        ColumnType::Decimal => "DECIMAL",
        ColumnType::String => "TEXT",
        ColumnType::Bytes => "BYTEA",
        ColumnType::Uuid => "UUID",
        ColumnType::Jsonb => "JSONB",
        ColumnType::Inet => "INET",
        ColumnType::Date => "DATE",
        ColumnType::Time => "TIME",
        ColumnType::Timestamp => "TIMESTAMP",
        ColumnType::TimestampTz => "TIMESTAMPTZ",
        ColumnType::TimeTz => "TIMETZ",
        ColumnType::Interval => "INTERVAL",
        ColumnType::VarBit => "VARBIT",
        ColumnType::TsVector => "TSVECTOR",
        ColumnType::TsQuery => "TSQUERY",
        ColumnType::CiText => "CITEXT",
        ColumnType::LTree => "LTREE",
        ColumnType::Box2d => "BOX2D",
        ColumnType::JsonPath => "JSONPATH",
        ColumnType::Name => "NAME",
        ColumnType::Char => "\"char\"",
        ColumnType::Oid => "OID",
        ColumnType::Vector => "VECTOR",
        ColumnType::Geometry => "GEOMETRY",
        ColumnType::Geography => "GEOGRAPHY",
        ColumnType::Enum(def) => return ident::push_type_name(out, &def.name),
        ColumnType::Composite(def) => return ident::push_type_name(out, &def.name),
        ColumnType::Region => "crdb_internal_region",
        ColumnType::Array(element) => {
            push_type(out, *element);
            "[]"
        }
    };
    out.push_str(name);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_numbered_in_decimal() {
        for number in [1, 9, 10, 11, 99, 100, 1_000, 65_535, usize::MAX] {
            let mut out = String::new();
            push_placeholder(&mut out, number, ColumnType::Int8);
            assert_eq!(out, format!("${number}"));
        }
    }
}
