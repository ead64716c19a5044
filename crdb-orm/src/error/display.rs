//! How an error reads.

use std::fmt;

use super::{CommitOutcome, Error};

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(context) = &self.0.context {
            write!(f, "{context}: ")?;
        }
        f.write_str(&self.0.message)?;
        self.write_where(f)?;
        match self.advice().or(self.hint()) {
            Some(advice) => write!(f, "; hint: {advice}"),
            None => Ok(()),
        }
    }
}

impl Error {
    fn write_where(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = self.0.label.map(|label| label.verb);
        let mut open = " (";
        let mut part = |f: &mut fmt::Formatter<'_>, text: fmt::Arguments<'_>| {
            write!(f, "{open}{text}")?;
            open = ", ";
            Ok(())
        };
        match (verb, self.table()) {
            (Some(verb), Some(table)) => part(f, format_args!("{verb} on `{table}`"))?,
            (Some(verb), None) => part(f, format_args!("{verb}"))?,
            (None, Some(table)) => part(f, format_args!("table `{table}`"))?,
            (None, None) => {}
        }
        if let Some(column) = self.column().filter(|name| !self.0.message.contains(name)) {
            part(f, format_args!("column `{column}`"))?;
        }
        if let Some(constraint) = self.constraint().filter(|name| !self.0.message.contains(name)) {
            part(f, format_args!("constraint `{constraint}`"))?;
        }
        if let Some(table) = self
            .constraint_table()
            .filter(|name| self.table() != Some(*name) && !self.0.message.contains(&format!("\"{name}\"")))
        {
            part(f, format_args!("of `{table}`"))?;
        }
        if let Some(code) = self.sqlstate() {
            part(f, format_args!("SQLSTATE {code}"))?;
        }
        if let Some(node) = self.node().filter(|node| !self.0.message.contains(node)) {
            part(f, format_args!("on {node}"))?;
        }
        if self.attempts() > 1 {
            part(f, format_args!("{} attempts", self.attempts()))?;
        }
        if open == ", " { f.write_str(")") } else { Ok(()) }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        let mut out = f.debug_struct("Error");
        out.field("kind", &inner.kind).field("says", &format_args!("\"{self}\""));
        if inner.outcome != CommitOutcome::NotCommitted {
            out.field("outcome", &inner.outcome);
        }
        if let Some(source) = &inner.source {
            out.field("source", source);
        }
        if !inner.history.is_empty() {
            out.field("history", &inner.history);
        }
        out.finish_non_exhaustive()
    }
}
