//! Promise 4: exactly once under a key, in every order in which things can happen.
//!
//! The protocol is explored exhaustively; so are those that we do not use, each of which must be found out.

mod explore;
mod protocol;

use std::time::Instant;

use explore::{Explored, explore};
use protocol::{Fence, Ledger, OURS, Rules, When};

fn run(what: &str, rules: Rules, breach: &str) -> Explored {
    let began = Instant::now();
    let explored = explore(Ledger::new(rules), breach);
    println!("{what}: {} states in {:.1} s", explored.states, began.elapsed().as_secs_f64());
    if let Some(trace) = &explored.breach {
        println!("{trace}");
    }
    explored
}

fn holds(what: &str, rules: Rules) {
    let explored = run(what, rules, "");
    assert!(explored.states > 1_000, "it was explored: {} states", explored.states);
    assert!(
        explored.breach.is_none(),
        "{}",
        explored.breach.map(|trace| trace.to_string()).unwrap_or_default()
    );
}

fn is_found_out(what: &str, rules: Rules, breach: &str) {
    let explored = run(what, rules, breach);
    assert!(explored.breach.is_some(), "nothing was found among {} states", explored.states);
}

#[test]
fn work_under_a_key_is_done_once_and_reported_as_it_is() {
    holds("ours", OURS);
}

#[test]
fn that_holds_where_locks_are_lost_too() {
    holds("ours, where locks can be lost", Rules { durable_locks: false, ..OURS });
}

#[test]
fn another_request_under_the_key_never_gets_its_result() {
    let other = Rules { other_request: true, ..OURS };
    holds("ours, another request", other);
    holds("ours, another request, where locks can be lost", Rules { durable_locks: false, ..other });
}

#[test]
fn without_a_fingerprint_another_request_gets_the_result() {
    let rules = Rules { other_request: true, fingerprint: false, ..OURS };
    is_found_out("no fingerprint", rules, "of another request");
}

#[test]
fn a_result_that_does_not_count_its_row_pays_twice() {
    is_found_out("result without its count", Rules { counted: false, ..OURS }, "twice");
}

#[test]
fn a_fence_that_only_looks_at_a_fenced_row_lets_the_original_by() {
    let rules = Rules { fence: Fence::Looks, ..OURS };
    is_found_out("fence that looks", rules, "after its caller had been told");
}

#[test]
fn a_claim_that_travels_with_commit_pays_twice() {
    is_found_out("claim with COMMIT", Rules { claim: When::WithCommit, ..OURS }, "twice");
}

#[test]
fn a_claim_that_comes_last_answers_a_done_key_with_an_error() {
    is_found_out("claim last", Rules { claim: When::Last, ..OURS }, "answered with an error");
}

#[test]
fn without_a_fence_the_original_can_be_committed_behind_the_error() {
    let rules = Rules { fence: Fence::None, durable_locks: false, ..OURS };
    is_found_out("no fence", rules, "after its caller had been told");
}

#[test]
fn the_fence_is_needed_only_where_locks_can_be_lost() {
    holds("no fence, where locks hold", Rules { fence: Fence::None, ..OURS });
}

#[test]
fn a_row_that_is_swept_while_somebody_may_try_again_pays_twice() {
    is_found_out("swept early", Rules { keep: false, ..OURS }, "twice");
}
