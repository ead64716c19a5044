//! Session variables that hold a list of names.
//!
//! PostgreSQL splits the text of such a variable where it is given at start-up, and takes it for one name where `SET` has it
//! as one literal. Which ones they are is closed: no extension may add one (`GUC_LIST_QUOTE`, and
//! `variable_is_guc_list_quote` of `pg_dump`).

/// Lists of identifiers.
const OF_IDENTIFIERS: [&str; 2] = ["search_path", "temp_tablespaces"];
/// Lists of files, which are not folded to lower case.
const OF_FILES: [&str; 2] = ["local_preload_libraries", "session_preload_libraries"];

/// Whether a variable holds a list.
pub(super) fn is_list(variable: &str) -> bool {
    OF_IDENTIFIERS.contains(&variable) || OF_FILES.contains(&variable)
}

/// The names in the text of a variable that holds a list, as the server reads it at start-up: separated by commas, in double
/// quotes or folded to lower case. `None` where it is no list.
pub(super) fn names(variable: &str, text: &str) -> Option<Vec<String>> {
    let folds = OF_IDENTIFIERS.contains(&variable);
    let blank = |c: char| c.is_ascii_whitespace() || c == '\u{b}';
    let mut rest = text.trim_matches(blank);
    let mut names = Vec::new();
    while !(rest.is_empty() && names.is_empty()) {
        let (name, behind) = if let Some(quoted) = rest.strip_prefix('"') {
            unquote(quoted)?
        } else {
            let end = rest.find(|c| c == ',' || blank(c)).unwrap_or(rest.len());
            let (name, behind) = rest.split_at(end);
            if name.is_empty() {
                return None;
            }
            (if folds { name.to_ascii_lowercase() } else { name.to_owned() }, behind)
        };
        names.push(name);
        let behind = behind.trim_start_matches(blank);
        if behind.is_empty() {
            break;
        }
        rest = behind.strip_prefix(',')?.trim_start_matches(blank);
    }
    Some(names)
}

/// A name behind its first quote, and what follows its last one.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut rest = text;
    loop {
        let (part, behind) = rest.split_once('"')?;
        name.push_str(part);
        match behind.strip_prefix('"') {
            Some(behind) => {
                name.push('"');
                rest = behind;
            }
            None => return Some((name, behind)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_split_as_the_server_splits_it() {
        let of = |text| names("search_path", text);
        let list = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(of("app,public"), list(&["app", "public"]));
        assert_eq!(of(" App ,\t\"Pub,lic\" , $user"), list(&["app", "Pub,lic", "$user"]));
        assert_eq!(of("\"a\"\"b\""), list(&["a\"b"]));
        assert_eq!(of("\"\", É"), list(&["", "É"]));
        assert_eq!((of(""), of("  ")), (list(&[]), list(&[])));
        for wrong in ["a,", ",a", "a,,b", "a b", "\"a", "\"a\"b", ","] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
        assert_eq!(names("local_preload_libraries", "Auto_Explain"), list(&["Auto_Explain"]));
        assert!(is_list("search_path") && !is_list("datestyle"));
    }
}
