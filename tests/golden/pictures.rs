//! Pictures of schemas: compared with files, and looked at as a reader of the picture does.

use std::collections::BTreeSet;

use crdb_examples::shop;
use crdb_orm::Schema;
use crdb_orm::schema::{
    ChangefeedDef, ColumnDef, ColumnType, EnumDef, ForeignKeyDef, KeyPart, Locality, PrimaryKeyDef, TableDef,
    TypeName,
};
use crdb_tests::golden::Folder;
use proptest::prelude::*;
use roxmltree::{Document, Node};

use crate::cases;

/// The cases that are drawn.
const DRAWN: [&str; 6] = [
    "shop",
    "foreign_key_cycle",
    "derived_actions",
    "derived_names",
    "derived_localities",
    "changefeed_sinks",
];

#[test]
fn pictures_are_what_is_expected() {
    let mut folder = Folder::new("pictures");
    let drawn: Vec<_> = cases::all().into_iter().filter(|case| DRAWN.contains(&case.name)).collect();
    assert_eq!(drawn.len(), DRAWN.len());
    for case in drawn {
        folder.check(&format!("{}.mmd", case.name), &case.schema.to_mermaid());
        folder.check(&format!("{}.svg", case.name), &case.schema.to_svg());
    }
    folder.check("web.svg", &web(&WEB).to_svg());
    folder.check("hostile.mmd", &hostile(HOSTILE).to_mermaid());
    folder.check("hostile.svg", &hostile(HOSTILE).to_svg());
    folder.finish();
}

#[test]
fn the_guide_shows_the_shop_as_it_is() {
    let mut folder = Folder::new("../../docs/src/pictures");
    folder.check("shop.mmd", &shop::SHOP.to_mermaid());
    folder.check("shop.svg", &shop::SHOP.to_svg());
    folder.finish();
}

#[test]
fn every_case_can_be_drawn() {
    for case in cases::all() {
        readable(&case.schema.to_svg());
        readable_mermaid(&case.schema.to_mermaid());
        assert_eq!(case.schema.to_svg(), case.schema.to_svg(), "{}", case.name);
    }
}

#[test]
fn no_credential_is_in_a_picture() {
    let schema = Schema::new("app").tables(
        vec![&*Box::leak(Box::new(
            TableDef::new(
                TypeName::new("t"),
                vec![
                    ColumnDef::new("id", ColumnType::Uuid)
                        .default(crdb_orm::schema::DefaultValue::Text("hush")),
                ]
                .leak(),
                PrimaryKeyDef::new(vec![KeyPart::asc("id")].leak()),
            )
            .changefeeds(vec![ChangefeedDef::new("kafka://user:hush@broker?sasl_password=hush", &[])].leak()),
        ))]
        .leak(),
    );
    assert!(!format!("{}{}", schema.to_svg(), schema.to_mermaid()).contains("hush"));
}

/// Names that try to leave their places.
const HOSTILE: &[&str] = &[
    "</text><script>alert(1)</script>",
    "\"] { } %%{init: {}}%%",
    "]]><!-- & &amp; 'x' \"y\"",
    "a\nb\tc\0d",
    "\u{202E}reversed\u{202C}",
    "Größe 表の名前",
    "a very long name that goes on and on and on, and does not end before the box ends",
    "",
    "erDiagram",
    "#quot;#35;",
];

/// A table for each name, with columns of these names, each referring to the one before.
fn hostile(names: &[&str]) -> Schema {
    let names: Vec<&'static str> = names.iter().map(|name| &*(*name).to_owned().leak()).collect();
    let columns: Vec<ColumnDef> = names
        .iter()
        .map(|name| {
            let def = EnumDef { name: TypeName::new(name), labels: &["a"], comment: None };
            ColumnDef::new(name, ColumnType::Enum(Box::leak(Box::new(def)))).nullable(true)
        })
        .collect();
    let columns: &'static [ColumnDef] = columns.leak();
    let mut tables: Vec<&'static TableDef> = Vec::new();
    for (i, name) in names.iter().enumerate() {
        // `Schema::tables` allows no empty name and none twice.
        let name: &'static str = format!("{name}{}", if name.is_empty() { " " } else { "" }).leak();
        if tables.iter().any(|table| table.name.name == name) {
            continue;
        }
        let first: &'static [&'static str] = vec![columns[i].name].leak();
        let keys = tables.last().map(|last| ForeignKeyDef::new(first, last.name, first));
        let table = TableDef::new(TypeName::new(name), columns, PrimaryKeyDef::new(&[]))
            .foreign_keys(keys.into_iter().collect::<Vec<_>>().leak())
            .locality(Locality::RegionalByRow(Some(columns[i].name)));
        tables.push(Box::leak(Box::new(table)));
    }
    Schema::new("it's <hostile> & more").tables(tables.leak())
}

/// Who refers to whom: chains, circles, itself, several times, over several columns of the page.
const WEB: [(usize, &[usize]); 9] = [
    (2, &[]),
    (3, &[0]),
    (1, &[0, 1, 1]),
    (4, &[2, 0, 3]),
    (2, &[5]),
    (2, &[4, 0]),
    (6, &[]),
    (1, &[]),
    (3, &[1, 3, 2, 0]),
];

/// Tables of so many columns that refer to others.
fn web(tables: &[(usize, &[usize])]) -> Schema {
    let name = |table: usize| TypeName::new(format!("table_{table}").leak());
    let defs = tables.iter().enumerate().map(|(position, (count, others))| {
        let columns: Vec<ColumnDef> = (0..(*count).max(others.len()).max(1))
            .map(|column| {
                ColumnDef::new(format!("column_{column}").leak(), ColumnType::Int8).nullable(column % 2 == 1)
            })
            .collect();
        let columns: &'static [ColumnDef] = columns.leak();
        let keys: Vec<ForeignKeyDef> = others
            .iter()
            .enumerate()
            .map(|(column, other)| {
                ForeignKeyDef::new(vec![columns[column].name].leak(), name(*other), &["column_0"])
            })
            .collect();
        let table = TableDef::new(name(position), columns, PrimaryKeyDef::new(&[]))
            .allowed(cases::SHOWN)
            .foreign_keys(keys.leak());
        &*Box::leak(Box::new(table))
    });
    Schema::new("web").tables(defs.collect::<Vec<_>>().leak())
}

#[derive(Debug, Clone, Copy)]
struct Rect {
    left: i64,
    top: i64,
    right: i64,
    bottom: i64,
}

impl Rect {
    fn of(node: Node<'_, '_>) -> Self {
        let number =
            |name: &str| -> i64 { node.attribute(name).map_or(0, |text| text.parse().expect("a number")) };
        let (left, top) = (number("x"), number("y"));
        Self { left, top, right: left + number("width"), bottom: top + number("height") }
    }

    fn overlaps(self, other: Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    fn holds(self, other: Self) -> bool {
        self.left <= other.left
            && self.top <= other.top
            && self.right >= other.right
            && self.bottom >= other.bottom
    }
}

/// Fails unless the picture is XML, nothing in it covers anything else, and nothing leaves the page.
fn readable(svg: &str) {
    let document = Document::parse(svg).expect("it is XML");
    let of_class = |class: &'static str| {
        document.descendants().filter(move |node| node.attribute("class") == Some(class))
    };
    let page = of_class("page").map(Rect::of).next().expect("a page");
    let boxes: Vec<Rect> = of_class("table").map(Rect::of).collect();
    for (i, rect) in boxes.iter().enumerate() {
        assert!(page.holds(*rect), "{rect:?} leaves the page");
        for other in &boxes[..i] {
            assert!(!rect.overlaps(*other), "{rect:?} and {other:?} overlap");
        }
    }
    // Every text is inside of a box, and covers no other.
    let texts: Vec<Rect> = document
        .descendants()
        .filter(|node| node.has_tag_name("text"))
        .map(|node| {
            let number =
                |name: &str| node.attribute(name).expect("it is there").parse::<i64>().expect("a number");
            let (left, base) = (number("x"), number("y"));
            Rect { left, top: base - 10, right: left + number("textLength"), bottom: base + 3 }
        })
        .collect();
    for (i, text) in texts.iter().enumerate() {
        assert!(boxes.iter().any(|rect| rect.holds(*text)), "{text:?} is in no box");
        for other in &texts[..i] {
            assert!(!text.overlaps(*other), "{text:?} and {other:?} overlap");
        }
    }
    // No line goes through a box.
    let mut sides = BTreeSet::new();
    for path in
        of_class("line").filter_map(|node| node.attribute("d")).filter(|path| path.matches('L').count() > 2)
    {
        let corners: Vec<(i64, i64)> = path
            .trim_start_matches('M')
            .split(" L")
            .map(|corner| {
                let (x, y) = corner.split_once(' ').expect("two numbers");
                (x.parse().expect("a number"), y.parse().expect("a number"))
            })
            .collect();
        for pair in corners.windows(2) {
            let [(ax, ay), (bx, by)] = *pair else { continue };
            assert!(ax == bx || ay == by, "{path} is aslant");
            let line = Rect { left: ax.min(bx), top: ay.min(by), right: ax.max(bx), bottom: ay.max(by) };
            assert!(page.holds(line), "{path} leaves the page");
            for rect in &boxes {
                let inside = line.left < rect.right
                    && rect.left < line.right.max(line.left + 1)
                    && line.top < rect.bottom
                    && rect.top < line.bottom.max(line.top + 1);
                assert!(!inside, "{path} goes through {rect:?}");
            }
            if ax == bx && ay != by {
                assert!(sides.insert((ax, line.top, line.bottom)), "{path} hides another line");
            }
        }
    }
}

/// Fails unless each line is one that Mermaid reads.
fn readable_mermaid(text: &str) {
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("erDiagram"));
    let word = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let mut names = BTreeSet::new();
    for line in lines {
        let ends = line.matches('"').count();
        assert!(ends == 0 || ends == 2, "{line}");
        let (bare, quoted) = match line.split_once('"') {
            Some((bare, rest)) => (bare, rest.rsplit_once('"').expect("it ends").0),
            None => (line, ""),
        };
        assert!(!quoted.contains(['{', '}', '%', '<', '>', '\\', '`']), "{line}");
        let words: Vec<&str> = bare.split_whitespace().collect();
        match *words.as_slice() {
            ["}"] => {}
            [name] if line.ends_with("\"] {") => {
                let name = name.trim_end_matches('[');
                assert!(word(name) && names.insert(name), "{line}");
            }
            [parent, kind, child, ":"] => {
                assert!(names.contains(parent) && names.contains(child), "{line}");
                assert!(["||--o{", "|o--o{", "||--o|", "|o--o|"].contains(&kind), "{line}");
            }
            [ty, name, ref marks @ ..] => {
                assert!(word(ty) && word(name), "{line}");
                assert!(
                    marks.iter().all(|mark| ["PK", "FK", "UK"].contains(&mark.trim_end_matches(','))),
                    "{line}"
                );
            }
            _ => panic!("{line}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn hostile_names_stay_names(names in prop::collection::vec(any::<String>(), 1..6)) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let schema = hostile(&names);
        readable(&schema.to_svg());
        readable_mermaid(&schema.to_mermaid());
    }

    #[test]
    fn whoever_refers_to_whom_can_be_seen(
        tables in prop::collection::vec((0_usize..6, prop::collection::vec(0_usize..12, 0..5)), 1..12),
    ) {
        let tables: Vec<(usize, Vec<usize>)> = tables;
        let tables: Vec<(usize, &[usize])> = tables.iter().map(|(count, others)| (*count, others.as_slice())).collect();
        readable(&web(&tables).to_svg());
        readable_mermaid(&web(&tables).to_mermaid());
    }
}
