//! What a run leaves: times, ratios, and who could not do what.

use serde::Serialize;

use super::raw;
use super::work::Work;

/// The times of one contestant at one piece of work.
#[derive(Debug, Clone)]
pub(super) struct Times {
    pub(super) contestant: &'static str,
    /// Nanoseconds for doing it once, in the order of the rounds.
    pub(super) rounds: Vec<f64>,
    /// The most memory that it took above what it had before, in bytes.
    pub(super) peak_rss_bytes: Option<u64>,
}

/// All that is known of one piece of work.
#[derive(Debug, Clone)]
pub(super) struct Outcomes {
    pub(super) work: Work,
    pub(super) times: Vec<Times>,
    /// Who could not do it, and why.
    pub(super) cannot: Vec<(&'static str, String)>,
}

/// The middle of some figures, and the half of them around it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spread {
    pub(super) q1: f64,
    pub(super) median: f64,
    pub(super) q3: f64,
}

/// A line of `target/bench/latest.json`.
#[derive(Debug, Serialize)]
pub(super) struct Record {
    scenario: &'static str,
    /// Rows, or milliseconds of latency.
    size: u64,
    contestant: &'static str,
    median_ns: f64,
    q1_ns: f64,
    q3_ns: f64,
    /// To tokio-postgres with everything prepared, in the same round: the median of the rounds.
    ratio_to_raw: f64,
    ratio_q1: f64,
    ratio_q3: f64,
    rounds: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    peak_rss_bytes: Option<u64>,
}

impl Spread {
    /// Of no figures, it is that of one that is 0.
    pub(super) fn of(figures: impl IntoIterator<Item = f64>) -> Self {
        let mut figures: Vec<f64> = figures.into_iter().collect();
        figures.sort_unstable_by(f64::total_cmp);
        // Between two figures, it is a part of the way.
        let at = |quarter: usize| {
            let last = figures.len().saturating_sub(1);
            let (index, rest) = (last * quarter / 4, last * quarter % 4);
            let low = figures.get(index).copied().unwrap_or_default();
            let high = figures.get(index + 1).copied().unwrap_or(low);
            low + (high - low) * f64::from(u8::try_from(rest).unwrap_or_default()) / 4.0
        };
        Self { q1: at(1), median: at(2), q3: at(3) }
    }
}

impl Outcomes {
    pub(super) fn times_of(&self, contestant: &str) -> Option<&Times> {
        self.times.iter().find(|times| times.contestant == contestant)
    }

    /// How much longer one takes than another one, round by round: what disturbs the machine meets both.
    pub(super) fn ratio(&self, of: &str, to: &str) -> Option<Spread> {
        let (of, to) = (self.times_of(of)?, self.times_of(to)?);
        Some(Spread::of(of.rounds.iter().zip(&to.rounds).map(|(of, to)| of / to)))
    }

    pub(super) fn records(&self) -> Vec<Record> {
        let record = |times: &Times| {
            let ns = Spread::of(times.rounds.iter().copied());
            let ratio = self.ratio(times.contestant, raw::NAME)?;
            Some(Record {
                scenario: self.work.scenario(),
                size: self.work.size(),
                contestant: times.contestant,
                median_ns: ns.median.round(),
                q1_ns: ns.q1.round(),
                q3_ns: ns.q3.round(),
                ratio_to_raw: rounded(ratio.median),
                ratio_q1: rounded(ratio.q1),
                ratio_q3: rounded(ratio.q3),
                rounds: times.rounds.len(),
                peak_rss_bytes: times.peak_rss_bytes,
            })
        };
        self.times.iter().filter_map(record).collect()
    }
}

fn rounded(ratio: f64) -> f64 {
    (ratio * 10_000.0).round() / 10_000.0
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn quartiles_lie_between_the_figures() {
        assert_eq!(Spread::of([5.0, 1.0, 3.0, 2.0, 4.0]), Spread { q1: 2.0, median: 3.0, q3: 4.0 });
        assert_eq!(Spread::of([1.0, 2.0]), Spread { q1: 1.25, median: 1.5, q3: 1.75 });
        assert_eq!(Spread::of([7.0]), Spread { q1: 7.0, median: 7.0, q3: 7.0 });
    }

    #[test]
    fn a_ratio_is_made_of_rounds_so_that_a_slow_hour_of_the_machine_cancels_out() {
        let times =
            |contestant, rounds: &[f64]| Times { contestant, rounds: rounds.to_vec(), peak_rss_bytes: None };
        let outcomes = Outcomes {
            work: Work::Reads(Duration::from_millis(5)),
            times: vec![times(raw::NAME, &[100.0, 100.0, 900.0]), times("other", &[200.0, 200.0, 1_800.0])],
            cannot: Vec::new(),
        };
        let ratio = outcomes.ratio("other", raw::NAME);
        assert_eq!(ratio, Some(Spread { q1: 2.0, median: 2.0, q3: 2.0 }));
        let records = serde_json::to_value(outcomes.records()).unwrap_or_default();
        assert_eq!(records[1]["scenario"], "independent_reads");
        assert_eq!(records[1]["size"], 5);
        assert_eq!(records[1]["ratio_to_raw"], 2.0);
        assert!(records[1].get("peak_rss_bytes").is_none());
    }
}
