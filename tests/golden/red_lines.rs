//! Promise 12: what the manual warns of does not compile without a reason, and each is told of, refused in a test and
//! allowed in a test.

use std::fmt::Write as _;
use std::path::Path;

use crdb_orm::schema::RED_LINES;
use crdb_tests::golden;

#[test]
fn the_page_of_the_guide_is_the_table_of_the_code() {
    let mut page = String::from(BEFORE);
    for line in RED_LINES {
        let name = line.name;
        write!(
            page,
            "\n## {name}\n\n*Refused:* {}.\n\n*Why:* {}. Source: <{}>.\n\n*Instead:* {}.\n\n```rust,ignore\n{}```\n",
            line.what,
            line.why,
            line.url(),
            line.instead,
            refused(name)
        )
        .expect("a text");
    }
    golden::check(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src/red-lines.md"), &page);
}

#[test]
fn every_red_line_is_refused_in_a_test_and_allowed_in_a_test() {
    let passes = read("ui/pass/red_lines.rs");
    for line in RED_LINES {
        let name = line.name;
        let says = read(&format!("ui/red_lines/{name}.stderr"));
        assert!(says.contains(&format!("#[crdb(allow({name}, reason")), "{name}: {says}");
        let allowed = passes
            .lines()
            .filter(|text| text.contains("allow("))
            .any(|text| text.split(['(', ',', ' ', ')']).any(|word| word == name));
        assert!(allowed, "ui/pass/red_lines.rs does not allow `{name}`");
    }
    let names: Vec<&str> = RED_LINES.iter().map(|line| line.name).collect();
    assert!(names.is_sorted());
    // The derive knows the same names: it lists them all where one is unknown.
    let listed = read("ui/columns/generated_wrong.stderr");
    let list = listed.lines().find(|line| line.contains("is nothing that can be allowed")).expect("the list");
    let known: Vec<&str> = list.split('`').skip(3).step_by(2).collect();
    assert_eq!(known, names);
}

#[test]
fn no_red_line_refuses_a_schema_that_others_have_published() {
    for name in ["movr", "tpcc", "tpch", "docs", "projects", "statements"] {
        let text = read(&format!("golden/cases/known/{name}.rs"));
        let attributes = text.lines().filter(|line| line.trim_start().starts_with("#[crdb("));
        let allowed: Vec<&str> = attributes.filter(|line| line.contains("allow")).collect();
        assert!(allowed.is_empty(), "{name}: {allowed:?}");
    }
}

/// The example of the compile-fail test.
fn refused(name: &str) -> String {
    let text = read(&format!("ui/red_lines/{name}.rs"));
    let body = text.strip_prefix("use crdb_orm::prelude::*;\n\n").expect("the prelude");
    body.strip_suffix("\nfn main() {}\n").expect("an empty main").to_owned()
}

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

const BEFORE: &str = "\
# Red lines

What CockroachDB's manual warns of does not compile, unless the table says why it must be:

```rust,ignore
#[derive(CrdbTable)]
#[crdb(allow(timestamp_led, reason = \"ten rows a day\"))]
```

`allow` stands on the struct, on the field that it is about (and then no other field may), or in an index that it is about,
`index(on(created_at), allow(timestamp_led, reason = \"..\"))`, and takes one name or several. The reason is for those who
read the schema: it is in `TableDef::allowed`. An unknown name and an empty reason are refused; so is
an `allow` of what nothing crosses, so that no reason outlives what it was for. (Only `folded_names` on a struct may stand without
effect: what it is about may be a table of another schema.)

In a table that is regional by row the server puts the region before every key and index: what comes behind it leads.

What a server would refuse, or change without a word, cannot be allowed: a region column of another type, surviving the loss
of a region with fewer than three, partitions in a database with regions, a TTL that is no TIMESTAMPTZ, storing a column that an
index has already, the region among them, a function that gives another answer each time in an index or a computed
column, a changefeed over several families without `split_column_families`, a region that both `on_update` and
`auto_rehoming` set, names of more than 63 bytes, a name twice. Widths are explicit and SERIAL is never printed.

What good schemas do is none of it: keys of texts without a limit (MovR), natural INT8 keys (TPC-C), an index that begins
as another one does, or with a DATE (TPC-H), families of which whole rows are read.

The derive sees the tables that it is on; `missing_locality` and `ttl_reference` are seen by `Schema::tables`. Of a table that was
built by hand `Schema::tables` sees all of them, and SQL in it that is no expression: there `.allowed(&[Allowed::new(\"..\", \"..\")])` says why.
";
