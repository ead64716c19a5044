//! How much comes with the library.

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::cargo;

    /// What comes with sqlx 0.9.0 for the same use: `default-features = false, features = ["postgres",
    /// "runtime-tokio", "tls-rustls"]`, counted by the same command. With its default features it is 132.
    const SQLX: usize = 124;

    #[test]
    fn fewer_crates_come_with_the_library_than_with_sqlx() {
        let tree = cargo::command()
            .args(["tree", "--locked", "--package", "crdb-orm", "--edges", "normal", "--prefix", "none"])
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
        let crates: BTreeSet<_> =
            tree.lines().filter_map(name).filter(|(name, _)| name != "crdb-orm").collect();
        assert!(crates.iter().any(|(name, _)| name == "tokio-postgres"), "{tree}");
        assert!(crates.len() < SQLX, "{} crates: {crates:#?}", crates.len());
    }
}
