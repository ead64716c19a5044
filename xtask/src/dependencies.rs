//! How much comes with the library.

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    use crate::cargo;

    /// The crates that a package of the workspace is built of by default, itself not counted. Its features are its own:
    /// what others of the workspace ask for is not added.
    fn crates_of(package: &str) -> BTreeSet<(String, String)> {
        let tree = cargo::command()
            .args(["tree", "--locked", "--package", package, "--edges", "normal", "--prefix", "none"])
            .output()
            .unwrap();
        let error = String::from_utf8_lossy(&tree.stderr).into_owned();
        assert!(tree.status.success(), "{error}");
        let tree = String::from_utf8(tree.stdout).unwrap();
        // A line is a name, a version, and marks that do not matter.
        let name = |line: &str| {
            let mut words = line.split_whitespace();
            Some((words.next()?.to_owned(), words.next()?.to_owned()))
        };
        tree.lines().filter_map(name).filter(|(name, _)| name != package).collect()
    }

    #[test]
    fn fewer_crates_come_with_the_library_than_with_sqlx() {
        let ours = crates_of("crdb-orm");
        assert!(ours.iter().any(|(name, _)| name == "tokio-postgres"), "{ours:#?}");
        // Of a package that asks for nothing else.
        let mut theirs = crates_of("crdb-beside-sqlx");
        let itself = theirs.iter().find(|(name, _)| name == "sqlx").cloned().expect("sqlx");
        theirs.remove(&itself);
        assert!(
            ["rustls", "sqlx-postgres", "tokio"].iter().all(|name| theirs.iter().any(|(it, _)| it == name))
        );
        assert!(ours.len() < theirs.len(), "{} crates, and {} of sqlx", ours.len(), theirs.len());

        // What is written of it.
        let page = fs::read_to_string(cargo::root().join("docs/src/benchmarks.md")).unwrap();
        let (ours, theirs) = (ours.len(), theirs.len());
        let version = itself.1.trim_start_matches('v');
        let told = format!("{ours} come with the library as it is by default; {theirs} with sqlx {version} ");
        assert!(page.contains(&told), "docs/src/benchmarks.md should say: {told}");
    }
}
