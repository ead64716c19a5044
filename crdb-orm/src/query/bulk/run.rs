//! The loop that takes rows, cuts them into batches, and sends these.

use std::future::poll_fn;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};

use super::columns::Columns;
use super::options::{Cut, Options, Progress};
use super::source::Source;
use crate::error::{CommitOutcome, Error, PartialWrite, Result, RowOutcome};
use crate::exec::{BoxFuture, Handle, Label};

/// Rows that are sent together.
pub(super) struct Batch {
    /// The numbers of its rows.
    pub(super) range: Range<u64>,
    pub(super) columns: Columns,
}

/// Cuts rows into batches.
pub(super) struct Cutter<'r> {
    source: Box<dyn Source + 'r>,
    cut: Cut,
    label: Label,
    columns: Columns,
    /// The most rows of the batch.
    rows: usize,
    /// The number of the first row of the batch.
    start: u64,
    done: bool,
    /// The source has given all that it has.
    exhausted: bool,
}

/// How full a batch is.
enum Fill {
    /// There is room for another row.
    Room,
    Full,
    /// The last row belongs to the next batch.
    Over,
}

impl<'r> Cutter<'r> {
    pub(super) fn new(source: Box<dyn Source + 'r>, cut: Cut, label: Label) -> Self {
        let columns = Columns::default();
        Self { source, cut, label, columns, rows: cut.rows, start: 0, done: false, exhausted: false }
    }

    /// The next batch, if there is one.
    pub(super) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Batch>>> {
        while !self.done {
            // Begun anew when the row could not be had before: nothing of it was written then.
            self.columns.begin_row();
            if ready!(self.source.poll_row(context, &mut self.columns)).is_none() {
                (self.done, self.exhausted) = (true, true);
                break;
            }
            let rest = match self.row() {
                Ok(Fill::Room) => continue,
                Ok(Fill::Full) => self.columns.next(),
                Ok(Fill::Over) => self.columns.split_last(),
                Err(error) => {
                    self.done = true;
                    // The rows of the batch are not sent, and this one was taken.
                    self.start += self.columns.rows() as u64 + 1;
                    self.columns = Columns::default();
                    return Poll::Ready(Some(Err(error)));
                }
            };
            return Poll::Ready(self.batch(rest).map(Ok));
        }
        Poll::Ready(self.batch(Columns::default()).map(Ok))
    }

    /// Takes a row.
    fn row(&mut self) -> Result<Fill> {
        let (columns, label) = (&mut self.columns, self.label);
        let number = self.start + columns.rows() as u64;
        columns.end_row().map_err(|wrong| wrong.at(number, label))?;
        let bytes = columns.last_row();
        if bytes > self.cut.row_bytes {
            columns.drop_last();
            return Err(too_long(number, bytes, self.cut, label));
        }
        if columns.rows() == 1 {
            // All rows of a batch have the columns of its first one.
            if columns.list().is_empty() {
                columns.drop_last();
                return Err(Error::invalid_statement(label, "its rows give no column")
                    .with_advice("give at least one column, such as the key"));
            }
            let cut = if columns.nested() { self.cut.of_values(columns.list().len()) } else { self.cut };
            self.rows = cut.rows;
        }
        if columns.bytes() > self.cut.bytes && columns.rows() > 1 {
            return Ok(Fill::Over);
        }
        let full = columns.rows() >= self.rows || columns.bytes() >= self.cut.bytes;
        Ok(if full { Fill::Full } else { Fill::Room })
    }

    fn batch(&mut self, rest: Columns) -> Option<Batch> {
        let columns = std::mem::replace(&mut self.columns, rest);
        if columns.rows() == 0 {
            return None;
        }
        let range = self.start..self.start + columns.rows() as u64;
        self.start = range.end;
        Some(Batch { range, columns })
    }

    /// How many rows were taken from the source.
    pub(super) fn taken(&self) -> u64 {
        self.start + self.columns.rows() as u64
    }
}

/// The first row alone, for the text that it makes.
pub(super) fn first(mut source: Box<dyn Source + '_>, label: Label) -> Result<Columns> {
    let mut columns = Columns::default();
    let mut context = Context::from_waker(Waker::noop());
    columns.begin_row();
    match source.poll_row(&mut context, &mut columns) {
        Poll::Ready(Some(())) => columns.end_row().map_err(|wrong| wrong.at(0, label))?,
        Poll::Ready(None) | Poll::Pending => {
            return Err(Error::invalid_statement(label, "its text needs a first row, and there is none yet"));
        }
    }
    Ok(columns)
}

fn too_long(row: u64, bytes: usize, cut: Cut, label: Label) -> Error {
    let why = format!(
        "row {row}, counted from 0, has {bytes} bytes, and the server takes at most {} in one message",
        cut.row_bytes
    );
    Error::invalid_statement(label, why).with_advice("keep large values elsewhere, or in several rows")
}

/// What the loop has to do next.
enum Event<Out> {
    Ended(Range<u64>, Result<Out>),
    /// A row that cannot be sent.
    Wrong(Error),
    Over,
}

/// Sends all rows by `each`, and returns what that returned, in the order of the rows.
///
/// # Errors
/// The first one, or one after which nobody knows whether its batch is written. It says what became of which row.
pub(super) async fn run<'e, Out: Send>(
    source: Box<dyn Source + '_>,
    mut options: Options<'_>,
    handle: Handle<'_>,
    label: Label,
    each: impl Fn(Batch) -> BoxFuture<'e, Result<Out>> + Send,
) -> Result<Vec<Out>> {
    let at_once = options.at_once(handle);
    let mut progress = options.take_progress();
    let cut = options.cut(handle);
    let mut cutter = Cutter::new(source, cut, label);
    let mut running = Running::default();
    let mut tally = Tally::default();
    let mut first: Option<Error> = None;
    loop {
        let event = poll_fn(|context| {
            // After a failure nothing follows, and what is on its way is waited for.
            while first.is_none() && running.len() < at_once {
                match cutter.poll_next(context) {
                    Poll::Ready(Some(Ok(batch))) => {
                        running.push(batch.range.clone(), each(batch));
                    }
                    Poll::Ready(Some(Err(error))) => return Poll::Ready(Event::Wrong(error)),
                    Poll::Pending if running.len() == 0 => return Poll::Pending,
                    Poll::Ready(None) | Poll::Pending => break,
                }
            }
            running.poll_next(context).map(|ended| match ended {
                Some((range, result)) => Event::Ended(range, result),
                None => Event::Over,
            })
        });
        match event.await {
            Event::Ended(range, Ok(output)) => {
                tally.written(range, output);
                if let Some(progress) = &mut progress {
                    progress(&tally.so_far);
                }
            }
            Event::Ended(range, Err(error)) => {
                tally.failed(range, &error);
                // What nobody knows must not be hidden behind what is known.
                if first
                    .as_ref()
                    .is_none_or(|first| !first.is_outcome_unknown() && error.is_outcome_unknown())
                {
                    first = Some(error);
                }
            }
            Event::Wrong(error) => {
                handle.fail(&error);
                first.get_or_insert(error);
            }
            Event::Over => break,
        }
    }
    match first {
        None => Ok(tally.outputs()),
        Some(error) => Err(error.with_partial(tally.partial(handle, &cutter))),
    }
}

/// The batches that are on their way.
///
/// One alone is awaited as it is: among several, each is woken by itself, and the one that is the last to be polled gives the
/// rest of the program a turn first.
struct Running<'e, Out> {
    alone: Option<Sent<'e, Out>>,
    several: FuturesUnordered<Sent<'e, Out>>,
}

/// A batch that was sent, and its rows.
struct Sent<'e, Out> {
    range: Range<u64>,
    result: BoxFuture<'e, Result<Out>>,
}

impl<Out> Future for Sent<'_, Out> {
    type Output = (Range<u64>, Result<Out>);

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { range, result } = self.get_mut();
        result.as_mut().poll(context).map(|result| (range.clone(), result))
    }
}

impl<Out> Default for Running<'_, Out> {
    fn default() -> Self {
        Self { alone: None, several: FuturesUnordered::new() }
    }
}

impl<'e, Out> Running<'e, Out> {
    fn len(&self) -> usize {
        usize::from(self.alone.is_some()) + self.several.len()
    }

    fn push(&mut self, range: Range<u64>, result: BoxFuture<'e, Result<Out>>) {
        let sent = Sent { range, result };
        if self.len() == 0 {
            self.alone = Some(sent);
        } else {
            self.several.extend(self.alone.take());
            self.several.push(sent);
        }
    }

    /// The next one that has ended; `None` where there is none.
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<(Range<u64>, Result<Out>)>> {
        let Some(alone) = &mut self.alone else { return self.several.poll_next_unpin(context) };
        let ended = ready!(alone.poll_unpin(context));
        self.alone = None;
        Poll::Ready(Some(ended))
    }
}

/// What has become of the batches.
struct Tally<Out> {
    outputs: Vec<(Range<u64>, Out)>,
    failed: Vec<(Range<u64>, RowOutcome)>,
    so_far: Progress,
    /// The batches that are written while one before them is not.
    ahead: Vec<Range<u64>>,
}

impl<Out> Default for Tally<Out> {
    fn default() -> Self {
        let so_far = Progress { batch: 0..0, batches: 0, rows: 0, complete_before: 0 };
        Self { outputs: Vec::new(), failed: Vec::new(), so_far, ahead: Vec::new() }
    }
}

impl<Out> Tally<Out> {
    fn written(&mut self, range: Range<u64>, output: Out) {
        let so_far = &mut self.so_far;
        so_far.batches += 1;
        so_far.rows += range.end - range.start;
        so_far.batch = range.clone();
        self.ahead.push(range.clone());
        while let Some(next) = self.ahead.iter().position(|range| range.start == so_far.complete_before) {
            so_far.complete_before = self.ahead.swap_remove(next).end;
        }
        self.outputs.push((range, output));
    }

    fn failed(&mut self, range: Range<u64>, error: &Error) {
        let outcome = match error.commit_outcome() {
            CommitOutcome::Unknown => RowOutcome::Unknown,
            CommitOutcome::Committed => RowOutcome::Written,
            CommitOutcome::NotCommitted | CommitOutcome::Partly => RowOutcome::NotWritten,
        };
        self.failed.push((range, outcome));
    }

    fn outputs(mut self) -> Vec<Out> {
        self.outputs.sort_unstable_by_key(|(range, _)| range.start);
        self.outputs.into_iter().map(|(_, output)| output).collect()
    }

    fn partial(self, handle: Handle<'_>, cutter: &Cutter<'_>) -> PartialWrite {
        // A transaction in which a statement has failed takes all rows with it.
        let outcome = match handle {
            Handle::Database(_) | Handle::AsOf(_) => RowOutcome::Written,
            Handle::Tx(_) => RowOutcome::NotWritten,
        };
        let written = self.outputs.into_iter().map(|(range, _)| (range, outcome));
        PartialWrite::new(written.chain(self.failed), cutter.taken(), cutter.exhausted)
    }
}

#[cfg(test)]
mod tests {
    use super::super::columns::RowWriter;
    use super::*;

    /// Texts of these lengths, one a row.
    struct Texts<'l>(std::slice::Iter<'l, usize>);

    impl Source for Texts<'_> {
        fn poll_row(&mut self, _: &mut Context<'_>, out: &mut Columns) -> Poll<Option<()>> {
            Poll::Ready(self.0.next().map(|length| RowWriter::new(out).push("a", &"x".repeat(*length))))
        }
    }

    /// The rows of each batch, and the error at the end.
    fn cut(lengths: &[usize], cut: Cut) -> (Vec<Range<u64>>, Option<String>) {
        let source = Box::new(Texts(lengths.iter()));
        let mut cutter = Cutter::new(source, cut, Label { verb: "insert", table: Some("texts") });
        let mut batches = Vec::new();
        while let Poll::Ready(Some(next)) = cutter.poll_next(&mut Context::from_waker(Waker::noop())) {
            match next {
                Ok(batch) => {
                    assert_eq!(batch.columns.rows() as u64, batch.range.end - batch.range.start);
                    batches.push(batch.range);
                }
                Err(error) => return (batches, Some(error.to_string())),
            }
        }
        (batches, None)
    }

    #[test]
    fn batches_are_cut_by_rows_and_bytes_and_a_row_that_is_too_long_is_told_with_its_length() {
        // Each value has its length before it, four bytes.
        let limits = Cut { rows: 3, bytes: 50, row_bytes: 100 };
        assert_eq!(cut(&[6; 7], limits).0, [0..3, 3..6, 6..7]);
        assert_eq!(cut(&[30, 30, 1, 60, 1], limits), (vec![0..1, 1..3, 3..4, 4..5], None));
        let (batches, error) = cut(&[6, 6, 6, 6, 97], limits);
        assert_eq!(batches.first(), Some(&(0..3)));
        assert_eq!(batches.len(), 1);
        let error = error.unwrap_or_default();
        assert!(
            error.contains("row 4, counted from 0, has 101 bytes, and the server takes at most 100"),
            "{error}"
        );
    }
}
