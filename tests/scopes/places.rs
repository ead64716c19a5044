//! The places of the library in which the name of a table is written into a statement.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crdb_tests::golden;

/// Each of them has to write what narrows the table, its guard: a new one makes this test fail, so that somebody asks.
#[test]
fn whoever_writes_the_name_of_a_table_is_known() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crdb-orm/src/query");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    let mut list = String::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a source");
        for line in text.lines().map(str::trim).filter(|line| !line.starts_with("//")) {
            let names_one =
                line.contains("name(&") || line.contains("push_name(&mut") || line.contains("::NAME.name);");
            // Names of transactions are no part of a statement.
            let texts = (line.contains("__texts()") && !line.contains("__texts().names."))
                || line.contains("texts.select")
                || line.contains("texts.delete");
            let source = line.contains("RelationSource {") || line.contains("Body::new(");
            if names_one || texts || source {
                let file =
                    file.strip_prefix(&root).expect("it is below").to_string_lossy().replace('\\', "/");
                writeln!(list, "{file}: {line}").expect("a line");
            }
        }
    }
    golden::check(&golden::path("../scopes/places.txt"), &list);
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
