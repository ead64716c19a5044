//! Tables for the terminal.

use std::fmt::Display;

/// A table that is printed with its columns aligned: numbers to the right, texts to the left.
#[derive(Debug)]
pub struct Table {
    title: String,
    header: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows yet.
    pub fn new(title: impl Into<String>, header: &[&'static str]) -> Self {
        Self { title: title.into(), header: header.to_vec(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: &[&dyn Display]) {
        self.rows.push(cells.iter().map(ToString::to_string).collect());
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
            cells.chain(self.header.get(column).map(|name| name.len())).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.header.len()).map(width).collect();
        let aligned = |cell: &str, width: usize| {
            if is_number(cell) { format!("  {cell:>width$}") } else { format!("  {cell:<width$}") }
        };
        let line = |cells: Vec<String>| cells.concat().trim_end().to_owned();
        writeln!(f, "\n{}", self.title)?;
        writeln!(
            f,
            "{}",
            line(self.header.iter().zip(&widths).map(|(name, width)| aligned(name, *width)).collect())
        )?;
        writeln!(f, "{}", line(widths.iter().map(|width| format!("  {}", "-".repeat(*width))).collect()))?;
        for row in &self.rows {
            writeln!(
                f,
                "{}",
                line(row.iter().zip(&widths).map(|(cell, width)| aligned(cell, *width)).collect())
            )?;
        }
        Ok(())
    }
}

fn is_number(cell: &str) -> bool {
    cell.starts_with(|c: char| c.is_ascii_digit() || c == '-')
        && cell.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '%' | ' '))
}
