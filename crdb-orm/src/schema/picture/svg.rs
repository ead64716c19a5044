//! The SVG.

use std::fmt::Write;

use super::layout::{LETTER, MARKS, PADDING, ROW, Rect, layout, row, types_at};
use super::model::{Column, Key, Picture, Table};
use super::text::{push_xml, shown, width};

const STYLE: &str = "\
    .page { fill: #ffffff; }\n\
    .table { fill: #f8fafc; stroke: #475569; }\n\
    .head { fill: #e2e8f0; stroke: #475569; }\n\
    .line { fill: none; stroke: #2563eb; stroke-width: 1.25; }\n\
    .end { fill: #ffffff; stroke: #2563eb; stroke-width: 1.25; }\n\
    text { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 13px; fill: #0f172a; }\n\
    .name { font-weight: bold; }\n\
    .locality, .type { fill: #475569; }\n\
    .key { fill: #b45309; font-size: 11px; }\n";

pub(super) fn draw(picture: &Picture) -> String {
    let layout = layout(picture);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\">\n",
        layout.width, layout.height
    );
    out.push_str("<title>");
    push_xml(&mut out, &shown(&picture.title));
    out.push_str("</title>\n<style>\n");
    out.push_str(STYLE);
    out.push_str("</style>\n");
    let _ = writeln!(out, "<rect class=\"page\" width=\"{}\" height=\"{}\"/>", layout.width, layout.height);
    for (key, line) in picture.keys.iter().zip(&layout.lines) {
        push_line(&mut out, picture, key, line);
    }
    for (table, rect) in picture.tables.iter().zip(&layout.boxes) {
        push_table(&mut out, table, *rect);
    }
    out.push_str("</svg>\n");
    out
}

/// The type of a column, and whether it may be NULL.
pub(super) fn type_text(column: &Column) -> String {
    if column.nullable { format!("{} NULL", column.ty) } else { column.ty.clone() }
}

fn push_table(out: &mut String, table: &Table, rect: Rect) {
    let Rect { x, y, width, height } = rect;
    let _ = writeln!(
        out,
        "<g>\n<rect class=\"table\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"4\"/>"
    );
    let _ = writeln!(
        out,
        "<rect class=\"head\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{}\" rx=\"4\"/>",
        2 * ROW
    );
    let left = x + PADDING;
    // Without a locality, the name stands in the middle of the head.
    let base = |middle: usize| y + middle + 4;
    push_text(out, "name", left, base(if table.locality.is_some() { ROW / 2 + 2 } else { ROW }), &table.name);
    if let Some(locality) = &table.locality {
        push_text(out, "locality", left, base(ROW + ROW / 2 - 2), locality);
    }
    let types = x + types_at(table);
    for (i, column) in table.columns.iter().enumerate() {
        let base = base(row(i));
        if !column.marks.is_empty() {
            push_text(out, "key", left, base, &column.marks.join(" "));
        }
        push_text(out, "column", left + MARKS, base, &column.name);
        push_text(out, "type", types, base, &type_text(column));
    }
    out.push_str("</g>\n");
}

/// A text that takes its place and no more, whatever the font is.
fn push_text(out: &mut String, class: &str, x: usize, y: usize, text: &str) {
    let text = shown(text);
    let letter = if class == "key" { LETTER - 2 } else { LETTER };
    let length = width(&text) * letter;
    let _ = write!(
        out,
        "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" textLength=\"{length}\" lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\">"
    );
    push_xml(out, &text);
    out.push_str("</text>\n");
}

fn push_line(out: &mut String, picture: &Picture, key: &Key, line: &[(usize, usize)]) {
    let (Some(&(from_x, from_y)), Some(&(to_x, to_y))) = (line.first(), line.last()) else { return };
    out.push_str("<g>\n<title>");
    let (child, parent) = (&picture.tables[key.child], &picture.tables[key.parent]);
    push_xml(
        out,
        &format!(
            "{} ({}) refers to {} ({})",
            shown(&child.name),
            shown(&key.columns),
            shown(&parent.name),
            shown(&key.referenced)
        ),
    );
    out.push_str("</title>\n<path class=\"line\" d=\"");
    for (i, (x, y)) in line.iter().enumerate() {
        let _ = write!(out, "{}{x} {y}", if i == 0 { "M" } else { " L" });
    }
    out.push_str("\"/>\n");
    // The child's end: a crow's foot for many, a bar for one.
    let foot = from_x - 10;
    if key.one {
        let _ = writeln!(out, "<path class=\"line\" d=\"M{foot} {} V{}\"/>", from_y - 4, from_y + 4);
    } else {
        let _ = writeln!(
            out,
            "<path class=\"line\" d=\"M{from_x} {} L{foot} {from_y} L{from_x} {}\"/>",
            from_y - 5,
            from_y + 5
        );
    }
    // The parent's end: a bar for one, and a circle when there may be none.
    let bar = to_x + 6;
    let _ = writeln!(out, "<path class=\"line\" d=\"M{bar} {} V{}\"/>", to_y - 4, to_y + 4);
    if key.optional {
        let _ = writeln!(out, "<circle class=\"end\" cx=\"{}\" cy=\"{to_y}\" r=\"3\"/>", to_x + 12);
    }
    out.push_str("</g>\n");
}
