//! The results as a picture: a line for each piece of work, a dot for each contestant.

use std::fmt::Write as _;

use super::record::Outcomes;
use super::targets::PEERS;
use super::{ours, raw};

const WIDTH: f64 = 900.0;
/// Where the scale begins, and where it ends.
const LEFT: f64 = 230.0;
const RIGHT: f64 = 880.0;
const TOP: f64 = 70.0;
const ROW: f64 = 22.0;
/// Ratios at the ends of the scale; what is beyond is drawn at the end.
const LEAST: f64 = 0.2;
const MOST: f64 = 20.0;
const MARKS: [f64; 8] = [0.25, 0.5, 0.75, 1.0, 2.0, 4.0, 8.0, 16.0];

const COLOURS: [(&str, &str); 6] = [
    (ours::NAME, "#c2185b"),
    (raw::REPREPARING, "#9e9e9e"),
    (PEERS[0], "#1976d2"),
    (PEERS[1], "#388e3c"),
    (PEERS[2], "#f57c00"),
    (PEERS[3], "#6a4fb3"),
];

/// Draws it.
pub(super) fn draw(all: &[Outcomes]) -> String {
    let mut rows = 0.0;
    let mut out = String::new();
    for outcomes in all {
        let y = TOP + ROW * rows + ROW / 2.0;
        let _ = writeln!(
            out,
            r##"<text x="{:.0}" y="{:.1}" text-anchor="end" fill="#222">{}</text><line x1="{LEFT}" x2="{RIGHT}" y1="{y:.1}" y2="{y:.1}" stroke="#eee"/>"##,
            LEFT - 12.0,
            y + 4.0,
            escaped(&outcomes.work.to_string()),
        );
        // Ours is drawn last, over the others.
        for (name, colour) in COLOURS.iter().rev() {
            let Some(ratio) = outcomes.ratio(name, raw::NAME) else { continue };
            let _ = writeln!(
                out,
                r#"<line x1="{:.1}" x2="{:.1}" y1="{y:.1}" y2="{y:.1}" stroke="{colour}" stroke-width="2" opacity="0.5"/><circle cx="{:.1}" cy="{y:.1}" r="{}" fill="{colour}"><title>{}: {:.2} ({:.2} to {:.2})</title></circle>"#,
                place(ratio.q1),
                place(ratio.q3),
                place(ratio.median),
                if *name == ours::NAME { 6 } else { 4 },
                escaped(name),
                ratio.median,
                ratio.q1,
                ratio.q3,
            );
        }
        rows += 1.0;
    }
    let bottom = TOP + ROW * rows;
    let mut scale = String::new();
    for mark in MARKS {
        let x = place(mark);
        let colour = if (mark - 1.0).abs() < f64::EPSILON { "#222" } else { "#ddd" };
        let _ = writeln!(
            scale,
            r##"<line x1="{x:.1}" x2="{x:.1}" y1="{TOP}" y2="{bottom}" stroke="{colour}"/><text x="{x:.1}" y="{:.0}" text-anchor="middle" fill="#555">{mark}</text>"##,
            bottom + 16.0,
        );
    }
    let mut legend = String::new();
    let mut x = 20.0;
    for (name, colour) in COLOURS {
        let _ = writeln!(
            legend,
            r##"<circle cx="{x}" cy="46" r="5" fill="{colour}"/><text x="{}" y="50" fill="#222">{}</text>"##,
            x + 10.0,
            escaped(name),
        );
        x += 36.0 + 7.0 * f64::from(u16::try_from(name.len()).unwrap_or(0));
    }
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="system-ui, sans-serif" font-size="12">
<title>Time compared with tokio-postgres</title>
<rect width="{WIDTH}" height="{height}" fill="#fff"/>
<text x="20" y="24" font-size="15" fill="#222">Time compared with hand-written tokio-postgres, everything prepared (1): further left is faster</text>
{legend}{scale}{out}</svg>
"##,
        height = bottom + 30.0,
    )
}

/// Where a ratio stands: twice as long is as far from 1 as half as long.
fn place(ratio: f64) -> f64 {
    let part = (ratio.clamp(LEAST, MOST) / LEAST).ln() / (MOST / LEAST).ln();
    LEFT + part * (RIGHT - LEFT)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::super::record::Times;
    use super::super::work::Work;
    use super::*;

    #[test]
    fn every_contestant_has_a_dot_and_the_scale_is_logarithmic() {
        let times = |contestant, ns| Times { contestant, rounds: vec![ns; 3], peak_rss_bytes: None };
        let outcomes = Outcomes {
            work: Work::Find,
            times: vec![times(raw::NAME, 100.0), times(ours::NAME, 50.0), times(PEERS[0], 1e9)],
            cannot: Vec::new(),
        };
        let svg = draw(&[outcomes]);
        assert_eq!(svg.matches("<title>").count(), 3, "{svg}");
        assert!(svg.contains("crdb-orm: 0.50"), "{svg}");
        let (half, one, two) = (place(0.5), place(1.0), place(2.0));
        assert!(((one - half) - (two - one)).abs() < 1e-9);
        assert!((place(1e9) - RIGHT).abs() < 1e-9);
    }
}
