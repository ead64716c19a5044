//! Where the boxes and lines of an SVG stand.
//!
//! Tables stand in columns of a page: one that refers to another stands further to the right. Lines run in the gaps
//! between the columns and above all boxes, never through a box: from the left side of the child into the gap, and on
//! to the right side of the parent, over the top where the parent is not in the next column. Each line has a track of
//! its own in each gap and above, and begins and ends at heights where no other kind of end is, so that no line hides
//! another.

use super::model::{Picture, Table};
use super::text::{shown, width};

/// The height of a row, and of half the head of a box.
pub(super) const ROW: usize = 22;
/// The width of a letter.
pub(super) const LETTER: usize = 8;
/// The space around the page, and beside the tracks of a gap.
const MARGIN: usize = 24;
/// The distance of two tracks.
const TRACK: usize = 10;
/// The space beside a text in a box.
pub(super) const PADDING: usize = 8;
/// The place of the key marks.
pub(super) const MARKS: usize = 6 * LETTER;
/// How far above or below the middle of its row a line ends.
const OFFSET: usize = 4;

/// A box, in pixels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Rect {
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

/// The page.
pub(super) struct Layout {
    pub(super) width: usize,
    pub(super) height: usize,
    /// A box for each table.
    pub(super) boxes: Vec<Rect>,
    /// The corners of the line of each key, from the child to the parent.
    pub(super) lines: Vec<Vec<(usize, usize)>>,
}

/// Where the types of a table begin, from the left of its box.
pub(super) fn types_at(table: &Table) -> usize {
    let names = table.columns.iter().map(|column| width(&shown(&column.name))).max().unwrap_or(0);
    PADDING + MARKS + (names + 2) * LETTER
}

fn size(table: &Table) -> (usize, usize) {
    let types = table.columns.iter().map(|column| width(&shown(&super::svg::type_text(column)))).max();
    let columns = types_at(table) + types.unwrap_or(0) * LETTER + PADDING;
    let heads = [Some(&table.name), table.locality.as_ref()].into_iter().flatten();
    let head = heads.map(|text| width(&shown(text)) * LETTER + 2 * PADDING).max().unwrap_or(0);
    (columns.max(head), ROW * (2 + table.columns.len()) + PADDING)
}

pub(super) fn layout(picture: &Picture) -> Layout {
    let sizes: Vec<_> = picture.tables.iter().map(size).collect();
    let ranks = ranks(picture);
    let columns = columns(picture, &ranks);
    let gaps = Gaps::new(picture, &ranks, columns.len());
    let top = MARGIN + gaps.lanes * TRACK + if gaps.lanes > 0 { MARGIN } else { 0 };

    let mut boxes = vec![Rect::default(); picture.tables.len()];
    let (mut x, mut bottom) = (MARGIN, top);
    let mut starts = Vec::new();
    for (rank, tables) in columns.iter().enumerate() {
        starts.push(x);
        x += gaps.width(rank);
        let widest = tables.iter().map(|table| sizes[*table].0).max().unwrap_or(0);
        let mut y = top;
        for table in tables {
            boxes[*table] = Rect { x, y, width: sizes[*table].0, height: sizes[*table].1 };
            y += grid(sizes[*table].1) + ROW;
        }
        bottom = bottom.max(y);
        x += widest;
    }
    starts.push(x);
    let right = if columns.is_empty() { x } else { x + gaps.width(columns.len()) };
    let (right, bottom) = below(picture, &ranks, &sizes, &mut boxes, right, bottom);
    let lines = picture.keys.iter().enumerate().map(|(position, key)| {
        let (child, parent) = (boxes[key.child], boxes[key.parent]);
        let from = (child.x, child.y + row(key.child_row) + OFFSET);
        let to = (parent.x + parent.width, parent.y + row(key.parent_row) - OFFSET);
        let track = |gap: usize, end: usize| starts[gap] + MARGIN + gaps.track(position, end) * TRACK;
        let (leaves, enters) = gaps.of(picture, &ranks, position);
        let down = track(leaves, 0);
        match gaps.lane(position) {
            None => vec![from, (down, from.1), (down, to.1), to],
            Some(lane) => {
                let (lane, up) = (MARGIN + lane * TRACK, track(enters, 1));
                vec![from, (down, from.1), (down, lane), (up, lane), (up, to.1), to]
            }
        }
    });
    let lines = lines.collect();
    Layout { width: right + MARGIN, height: bottom + MARGIN, boxes, lines }
}

/// The middle of a row, from the top of its box.
pub(super) const fn row(row: usize) -> usize {
    ROW * (2 + row) + ROW / 2
}

/// A height in whole rows, so that all rows of the page are at one distance from each other.
const fn grid(height: usize) -> usize {
    height.div_ceil(ROW) * ROW
}

/// The column of the page of each table that has a foreign key or is referred to.
fn ranks(picture: &Picture) -> Vec<Option<usize>> {
    let mut ranks = vec![None; picture.tables.len()];
    for key in &picture.keys {
        ranks[key.child] = Some(0);
        ranks[key.parent] = Some(0);
    }
    let mut order = Order { picture, state: vec![State::New; picture.tables.len()], ranks };
    for table in 0..picture.tables.len() {
        if order.ranks[table].is_some() {
            order.visit(table);
        }
    }
    order.ranks
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

struct Order<'a> {
    picture: &'a Picture,
    state: Vec<State>,
    ranks: Vec<Option<usize>>,
}

impl Order<'_> {
    /// One more than the furthest table that it refers to. A reference that closes a circle does not count.
    ///
    /// It is not recursive, since a chain of tables may be long.
    fn visit(&mut self, table: usize) {
        let mut path = vec![table];
        while let Some(&table) = path.last() {
            if self.state[table] == State::Done {
                path.pop();
                continue;
            }
            self.state[table] = State::Open;
            let parents = || self.picture.keys.iter().filter(|key| key.child == table).map(|key| key.parent);
            if let Some(parent) = parents().find(|parent| self.state[*parent] == State::New) {
                path.push(parent);
                continue;
            }
            let furthest = parents().filter(|parent| self.state[*parent] == State::Done);
            let rank = furthest.filter_map(|parent| self.ranks[parent]).max().map_or(0, |rank| rank + 1);
            self.ranks[table] = Some(rank);
            self.state[table] = State::Done;
            path.pop();
        }
    }
}

/// The tables of each column, from top to bottom: near to what they refer to.
fn columns(picture: &Picture, ranks: &[Option<usize>]) -> Vec<Vec<usize>> {
    let count = ranks.iter().flatten().max().map_or(0, |last| last + 1);
    let mut columns: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut places = vec![0; ranks.len()];
    for (rank, column) in columns.iter_mut().enumerate() {
        column.extend((0..ranks.len()).filter(|table| ranks[*table] == Some(rank)));
        column.sort_by_key(|table| {
            let parents =
                picture.keys.iter().filter(|key| key.child == *table && ranks[key.parent] < Some(rank));
            (parents.map(|key| places[key.parent]).min().unwrap_or(0), *table)
        });
        for (place, table) in column.iter().enumerate() {
            places[*table] = place;
        }
    }
    columns
}

/// Which tracks of the gaps and which lane above the boxes each line has.
struct Gaps {
    /// How many tracks each gap has.
    tracks: Vec<usize>,
    /// The track of each key where it leaves the child, and where it enters the parent when that is another one.
    taken: Vec<[usize; 2]>,
    /// The lane of each key that goes over the top.
    over: Vec<Option<usize>>,
    lanes: usize,
}

impl Gaps {
    fn new(picture: &Picture, ranks: &[Option<usize>], columns: usize) -> Self {
        let mut all = Self { tracks: vec![0; columns + 1], taken: Vec::new(), over: Vec::new(), lanes: 0 };
        for position in 0..picture.keys.len() {
            let (leaves, enters) = all.of(picture, ranks, position);
            let mut taken = [all.tracks[leaves], 0];
            all.tracks[leaves] += 1;
            if leaves == enters {
                all.over.push(None);
            } else {
                taken[1] = all.tracks[enters];
                all.tracks[enters] += 1;
                all.over.push(Some(all.lanes));
                all.lanes += 1;
            }
            all.taken.push(taken);
        }
        all
    }

    /// The gap to the left of the child, and that to the right of the parent.
    fn of(&self, picture: &Picture, ranks: &[Option<usize>], key: usize) -> (usize, usize) {
        let key = &picture.keys[key];
        let last = self.tracks.len() - 1;
        let place = |table: usize| ranks[table].unwrap_or(0);
        (place(key.child).min(last), (place(key.parent) + 1).min(last))
    }

    fn track(&self, key: usize, end: usize) -> usize {
        self.taken[key][end]
    }

    fn lane(&self, key: usize) -> Option<usize> {
        self.over[key]
    }

    fn width(&self, gap: usize) -> usize {
        match self.tracks[gap] {
            0 => 0,
            tracks => 2 * MARGIN + (tracks - 1) * TRACK,
        }
    }
}

/// Puts the tables without foreign keys below, in rows as wide as the page, and says how far it goes.
fn below(
    picture: &Picture,
    ranks: &[Option<usize>],
    sizes: &[(usize, usize)],
    boxes: &mut [Rect],
    right: usize,
    bottom: usize,
) -> (usize, usize) {
    let alone: Vec<usize> = (0..picture.tables.len()).filter(|table| ranks[*table].is_none()).collect();
    let area: usize = alone.iter().map(|table| (sizes[*table].0 + MARGIN) * (sizes[*table].1 + MARGIN)).sum();
    let page = right.max(area.isqrt() * 3 / 2);
    let (mut x, mut y, mut row, mut right, mut bottom) = (MARGIN, bottom, 0, right, bottom);
    for table in alone {
        let (width, height) = sizes[table];
        if x > MARGIN && x + width > page {
            (x, y, row) = (MARGIN, y + row + ROW, 0);
        }
        boxes[table] = Rect { x, y, width, height };
        x += width + MARGIN;
        row = row.max(grid(height));
        right = right.max(x - MARGIN);
        bottom = bottom.max(y + height);
    }
    (right, bottom)
}
