//! The name that was probably meant, also when a crate is compiled.

/// Longer names are not compared: a typo in them is still seen in the list of all names.
const MAX: usize = 64;

/// The name that differs least, if it differs little.
pub(crate) const fn nearest<'n>(wrong: &str, names: &[&'n str]) -> Option<&'n str> {
    let mut best: Option<&'n str> = None;
    let mut least = usize::MAX;
    let mut i = 0;
    while i < names.len() {
        let far = distance(wrong.as_bytes(), names[i].as_bytes());
        if far < least && far <= 1 + names[i].len() / 4 {
            least = far;
            best = Some(names[i]);
        }
        i += 1;
    }
    best
}

/// How many letters must be put in, left out, changed or swapped with their neighbour.
pub(super) const fn distance(a: &[u8], b: &[u8]) -> usize {
    if a.len() > MAX || b.len() > MAX {
        return usize::MAX;
    }
    let mut rows = [[0_usize; MAX + 1]; 3];
    let mut j = 0;
    while j <= b.len() {
        rows[0][j] = j;
        j += 1;
    }
    let mut i = 1;
    while i <= a.len() {
        let (now, before, earlier) = (i % 3, (i - 1) % 3, (i + 1) % 3);
        rows[now][0] = i;
        let mut j = 1;
        while j <= b.len() {
            let same = a[i - 1].eq_ignore_ascii_case(&b[j - 1]);
            let mut least = rows[before][j - 1] + if same { 0 } else { 1 };
            if rows[before][j] + 1 < least {
                least = rows[before][j] + 1;
            }
            if rows[now][j - 1] + 1 < least {
                least = rows[now][j - 1] + 1;
            }
            let swapped = i > 1
                && j > 1
                && a[i - 1].eq_ignore_ascii_case(&b[j - 2])
                && a[i - 2].eq_ignore_ascii_case(&b[j - 1]);
            if swapped && rows[earlier][j - 2] + 1 < least {
                least = rows[earlier][j - 2] + 1;
            }
            rows[now][j] = least;
            j += 1;
        }
        i += 1;
    }
    rows[a.len() % 3][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_is_near() {
        let names = ["us-east1", "us-west1", "europe-west1"];
        for wrong in ["us-esat1", "us-east", "US-EAST1", "us_east1"] {
            assert_eq!(nearest(wrong, &names), Some("us-east1"), "{wrong}");
        }
        assert_eq!(nearest("europe-west2", &names), Some("europe-west1"));
        assert_eq!(nearest("asia", &names), None);
        assert_eq!(nearest("a", &[]), None);
        assert_eq!(nearest(&"x".repeat(100), &names), None);
    }

    #[test]
    fn distances_are_right() {
        for (a, b, far) in [("", "", 0), ("", "ab", 2), ("ab", "ba", 1), ("kitten", "sitting", 3)] {
            assert_eq!(distance(a.as_bytes(), b.as_bytes()), far, "{a} {b}");
        }
    }
}
