//! Names of test databases: unique, and readable by the sweep.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

const PREFIX: &str = "crdb_orm_test_";

/// A database that is older than this was left behind by a killed run.
pub(super) const ABANDONED_AFTER: Duration = Duration::from_hours(2);

/// A name that no other test, process or machine uses: `crdb_orm_test_<unix seconds>_<pid>_<random>`.
pub(super) fn unique() -> String {
    let seconds = since_epoch(SystemTime::now()).as_secs();
    format!("{PREFIX}{seconds}_{}_{:016x}", std::process::id(), fastrand::u64(..))
}

/// Whether a database of this name was left behind by a killed run. Never true of a name that was not made here.
pub(super) fn is_abandoned(name: &str, now: SystemTime) -> bool {
    made_at(name).is_some_and(|made| since_epoch(now).saturating_sub(made) > ABANDONED_AFTER)
}

fn made_at(name: &str) -> Option<Duration> {
    let mut parts = name.strip_prefix(PREFIX)?.split('_');
    let (seconds, pid, random) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let hex = random.len() == 16 && random.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if parts.next().is_some() || !digits(seconds) || !digits(pid) || !hex {
        return None;
    }
    seconds.parse().ok().map(Duration::from_secs)
}

fn since_epoch(time: SystemTime) -> Duration {
    time.duration_since(UNIX_EPOCH).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_unique_and_short_enough_for_postgresql() {
        let names: HashSet<String> = (0..10_000).map(|_| unique()).collect();
        assert_eq!(names.len(), 10_000);
        assert!(names.iter().all(|name| name.len() <= 63));
    }

    #[test]
    fn a_name_is_abandoned_after_two_hours() {
        let name = unique();
        let now = SystemTime::now();
        assert!(!is_abandoned(&name, now));
        assert!(!is_abandoned(&name, now + ABANDONED_AFTER - Duration::from_mins(1)));
        assert!(is_abandoned(&name, now + ABANDONED_AFTER + Duration::from_mins(1)));
    }

    #[test]
    fn a_name_that_was_not_made_here_is_never_abandoned() {
        for name in [
            "postgres",
            "defaultdb",
            "crdb_orm_test_",
            "crdb_orm_test_1_2",
            "crdb_orm_test_production_1_0123456789abcdef",
            "crdb_orm_test_1_2_0123456789abcde",
            "crdb_orm_test_1_2_0123456789abcdef_x",
            "crdb_orm_test_1_2_0123456789ABCDEF",
            "my_crdb_orm_test_1_2_0123456789abcdef",
            "crdb_orm_test_1_2_\"; DROP TABLE x",
        ] {
            assert!(!is_abandoned(name, SystemTime::now()), "{name}");
        }
        assert!(is_abandoned("crdb_orm_test_1_2_0123456789abcdef", SystemTime::now()));
    }
}
