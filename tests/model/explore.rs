//! Looks at every state that a world can come to.

use std::collections::{HashSet, VecDeque};
use std::hash::Hash;

/// Something that can happen in many orders.
pub(crate) trait World: Clone + Eq + Hash {
    /// Everything that may happen next, with words for it.
    fn next(&self) -> Vec<(String, Self)>;

    /// What must never be so, in words.
    fn breach(&self) -> Option<String>;
}

/// What was found.
pub(crate) struct Explored {
    /// How many states there are.
    pub(crate) states: usize,
    /// The shortest way to a breach, and what is broken, if there is any.
    pub(crate) breach: Option<Trace>,
}

/// A way to a breach.
pub(crate) struct Trace {
    pub(crate) steps: Vec<String>,
    pub(crate) what: String,
}

impl std::fmt::Display for Trace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (number, step) in self.steps.iter().enumerate() {
            writeln!(f, "  {}. {step}", number + 1)?;
        }
        write!(f, "  => {}", self.what)
    }
}

/// Breadth first, so that the way to the first breach is one of the shortest.
///
/// With `wanted`, a breach of other words ends its way, and the search goes on.
pub(crate) fn explore<W: World>(start: W, wanted: &str) -> Explored {
    let mut worlds: Vec<(W, Option<(usize, String)>)> = vec![(start.clone(), None)];
    let mut known = HashSet::from([start]);
    let mut queue = VecDeque::from([0]);
    while let Some(at) = queue.pop_front() {
        if let Some(what) = worlds[at].0.breach().filter(|what| what.contains(wanted)) {
            return Explored { states: worlds.len(), breach: Some(Trace { steps: way(&worlds, at), what }) };
        }
        for (step, world) in worlds[at].0.next() {
            if known.insert(world.clone()) {
                queue.push_back(worlds.len());
                worlds.push((world, Some((at, step))));
            }
        }
    }
    Explored { states: worlds.len(), breach: None }
}

fn way<W>(worlds: &[(W, Option<(usize, String)>)], mut at: usize) -> Vec<String> {
    let mut steps = Vec::new();
    while let Some((before, step)) = &worlds[at].1 {
        steps.push(step.clone());
        at = *before;
    }
    steps.reverse();
    steps
}
