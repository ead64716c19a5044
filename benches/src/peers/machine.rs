//! The machine: what it has, and how quiet it is.

use std::fs;
use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use super::record::Spread;

/// Above this, figures say little.
const NOISY: f64 = 0.10;

/// How long the same sum takes, again and again, over the whole run.
#[derive(Debug, Default)]
pub(super) struct Noise {
    spins: Vec<f64>,
}

impl Noise {
    /// A look at the machine: some milliseconds of work that nothing should disturb.
    pub(super) fn look(&mut self) {
        for _ in 0..25 {
            let began = Instant::now();
            let mut sum = 0_u64;
            for n in 0..1_000_000_u64 {
                sum = black_box(sum.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(n));
            }
            black_box(sum);
            self.spins.push(began.elapsed().as_secs_f64());
        }
    }

    /// How far the quarters are apart, as a part of the middle.
    pub(super) fn spread(&self) -> f64 {
        let spread = Spread::of(self.spins.iter().copied());
        if spread.median > 0.0 { (spread.q3 - spread.q1) / spread.median } else { 0.0 }
    }

    pub(super) fn describe(&self) -> String {
        let spread = self.spread();
        let verdict = if spread > NOISY {
            "TOO NOISY: believe no difference below that, and run it again when nothing else runs"
        } else {
            "quiet enough"
        };
        format!("the same sum took {:.1} % more or less from time to time: {verdict}", spread * 100.0)
    }
}

/// The processors that this process may use.
pub(super) struct Processors(Option<Vec<u32>>);

impl Processors {
    pub(super) fn look() -> Self {
        Self(fs::read_to_string("/proc/self/status").ok().and_then(|status| allowed(&status)))
    }

    /// Starts a server on other processors than the one that this process then stays on; says whether that could be done.
    ///
    /// Where the scheduler is free, a client and its server share a processor or not, as it happens and for as long as a
    /// run takes: a round trip of 20 us or of 60 us, whoever makes it.
    pub(super) fn apart<T>(&self, start: impl FnOnce() -> T) -> (T, bool) {
        let all = self.0.as_deref().and_then(<[u32]>::split_first);
        let Some((first, rest)) = all.filter(|(_, rest)| !rest.is_empty()) else { return (start(), false) };
        let apart = stay_on(rest);
        let started = start();
        (started, stay_on(&[*first]) && apart)
    }

    /// Lets this process, and what it starts from now on, use all of them again.
    pub(super) fn free(&self) {
        if let Some(all) = &self.0 {
            stay_on(all);
        }
    }
}

/// The processors of `Cpus_allowed_list`, such as `0-2,5`.
fn allowed(status: &str) -> Option<Vec<u32>> {
    let ranges = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"))?;
    let mut all = Vec::new();
    for range in ranges.trim().split(',') {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        all.extend(first.parse().ok()?..=last.parse::<u32>().ok()?);
    }
    Some(all)
}

fn stay_on(processors: &[u32]) -> bool {
    let list: Vec<String> = processors.iter().map(u32::to_string).collect();
    let mut taskset = Command::new("taskset");
    taskset.args(["-a", "-p", "-c", &list.join(","), &std::process::id().to_string()]);
    taskset.output().is_ok_and(|output| output.status.success())
}

/// In general terms: nobody needs to know whose machine it is.
pub(super) fn describe() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let memory = fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("MemTotal:"))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok()
    });
    let memory = memory.map_or(String::new(), |kib| format!(", {} GiB of memory", kib.div_ceil(1 << 20)));
    format!("{cores} cores{memory}, {} on {}", std::env::consts::OS, std::env::consts::ARCH)
}

/// The load of the last minute, where it is known.
pub(super) fn load() -> Option<String> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    text.split_whitespace().next().map(str::to_owned)
}

/// `Rust 1.95.0`.
pub(super) fn rust() -> String {
    let version = Command::new("rustc").arg("--version").output().ok();
    let version = version.and_then(|output| String::from_utf8(output.stdout).ok());
    let number = version.as_deref().and_then(|text| text.split_whitespace().nth(1));
    number.map_or_else(|| "Rust".to_owned(), |number| format!("Rust {number}"))
}

/// The version of a crate in the lock file that this was built with.
pub(super) fn version(name: &str) -> &'static str {
    let lock = include_str!("../../../Cargo.lock");
    let start = format!("name = \"{name}\"\nversion = \"");
    let rest = lock.find(&start).and_then(|at| lock.get(at + start.len()..));
    rest.and_then(|rest| rest.split('"').next()).unwrap_or("?")
}

/// Memory of this process: what it holds, and the most that it held since the last [`forget_peak`].
pub(super) fn resident() -> Option<(u64, u64)> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let field = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1024)
    };
    Some((field("VmRSS:")?, field("VmHWM:")?))
}

/// Lets the kernel count the most memory anew.
pub(super) fn forget_peak() -> bool {
    fs::write("/proc/self/clear_refs", "5").is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_come_from_the_lock_file() {
        assert_eq!(version("sqlx"), "0.9.0");
        assert_eq!(version("no-such-crate"), "?");
    }

    #[test]
    fn the_processors_that_may_be_used_are_read() {
        assert_eq!(allowed("Cpus_allowed:\t27\nCpus_allowed_list:\t0-2,5\n"), Some(vec![0, 1, 2, 5]));
        assert_eq!(allowed("Cpus_allowed_list:\t3\n"), Some(vec![3]));
        assert_eq!(allowed("Name:\tx\n"), None);
        assert_eq!(allowed("Cpus_allowed_list:\tx\n"), None);
    }
}
