//! The nearest of some names, for a typo.

/// The name nearest to `wrong`, if one is near enough to be meant.
pub(super) fn nearest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A URL may hold anything; no name is as long as this.
    let wrong: String = wrong.chars().take(64).collect();
    let (distance, name) =
        names.into_iter().map(|name| (strsim::damerau_levenshtein(&wrong, name), name)).min()?;
    (distance <= 1 + name.len() / 4).then_some(name)
}
