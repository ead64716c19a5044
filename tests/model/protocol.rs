//! The protocol of a transaction under a key, as a world in which everything that can go wrong does.
//!
//! Two callers use one key. Each tries twice. The server holds one row of the ledger, whose lock a claim takes; the
//! network can lose an answer, lose a COMMIT, or deliver it when its client has long given up; the server can abort a
//! transaction at any time; a client can crash at any time; the closure succeeds or rejects, as it likes, each time.

use crate::explore::World;

const CALLS: usize = 2;
const ATTEMPTS: usize = 2;
const TRANSACTIONS: usize = CALLS * ATTEMPTS;

/// What the protocol does, and what it leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Rules {
    /// When the key is claimed.
    pub(crate) claim: When,
    /// A rejection after an unknown COMMIT writes a fenced row first.
    pub(crate) fence: bool,
    /// A row stays at least as long as anybody may try again.
    pub(crate) keep: bool,
    /// The lock of a claim holds until its transaction ends. CockroachDB can lose locks that are not replicated, such
    /// as those of buffered writes; then only the row itself, when it is written at COMMIT, shows the conflict.
    pub(crate) durable_locks: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum When {
    /// First, and its answer is read before the closure starts.
    First,
    /// In one go with the work and COMMIT, without looking.
    WithCommit,
    /// After the closure has succeeded, and its answer is read before COMMIT.
    Last,
}

/// What is decided in DESIGN.
pub(crate) const OURS: Rules = Rules { claim: When::First, fence: true, keep: true, durable_locks: true };

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Row {
    Absent,
    Fenced,
    Done,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum State {
    /// Not begun.
    None,
    /// Open on the server.
    Open,
    Committed,
    Aborted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Transaction {
    state: State,
    /// The row was written by another since it was claimed.
    stale: bool,
    /// COMMIT is on its way.
    commit: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Step {
    /// About to begin an attempt.
    Begin,
    /// The closure runs.
    Work,
    /// The closure has succeeded, and the key is to be claimed now.
    ClaimLast,
    /// COMMIT was sent.
    Commit,
    /// Keeping out what may still arrive.
    Fence,
    Returned(Answer),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Answer {
    Fresh,
    Replayed,
    /// The closure's error, or another one that says that nothing was done.
    NotDone,
    Unknown,
    Crashed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Call {
    step: Step,
    attempt: usize,
    /// An attempt's COMMIT was sent and its answer lost.
    unknown: bool,
    /// The key was done when the call began.
    late: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Ledger {
    rules: Rules,
    row: Row,
    lock: Option<usize>,
    transactions: [Transaction; TRANSACTIONS],
    calls: [Call; CALLS],
    /// How often the work was committed.
    done: u8,
    /// What is broken.
    broken: Option<&'static str>,
}

impl Ledger {
    pub(crate) fn new(rules: Rules) -> Self {
        let transaction = Transaction { state: State::None, stale: false, commit: false };
        let call = Call { step: Step::Begin, attempt: 0, unknown: false, late: None };
        Self {
            rules,
            row: Row::Absent,
            lock: None,
            transactions: [transaction; TRANSACTIONS],
            calls: [call; CALLS],
            done: 0,
            broken: None,
        }
    }

    fn write(&mut self, row: Row) {
        self.row = row;
        for transaction in self.transactions.iter_mut().filter(|txn| txn.state == State::Open) {
            transaction.stale = true;
        }
    }

    fn unlock(&mut self, txn: usize) {
        if self.lock == Some(txn) {
            self.lock = None;
        }
    }

    fn end(&mut self, txn: usize, state: State) {
        self.transactions[txn].state = state;
        self.transactions[txn].stale = false;
        self.unlock(txn);
    }

    /// Takes the key for a transaction, or says that it is done. `None`: it would wait.
    fn claim(&mut self, txn: usize) -> Option<bool> {
        if self.lock.is_some_and(|holder| holder != txn) {
            return None;
        }
        if matches!(self.row, Row::Done) {
            return Some(false);
        }
        self.lock = Some(txn);
        self.transactions[txn].stale = false;
        Some(true)
    }

    /// COMMIT reaches the server.
    fn commit(&mut self, txn: usize) {
        self.transactions[txn].commit = false;
        if self.transactions[txn].state != State::Open {
            return;
        }
        if self.rules.claim == When::WithCommit {
            // ON CONFLICT DO NOTHING: the work is committed, whoever has the key.
            if self.row == Row::Absent {
                self.write(Row::Done);
            }
        } else if !self.transactions[txn].stale {
            self.write(Row::Done);
        } else {
            // The row was written since: a serialization failure.
            self.end(txn, State::Aborted);
            return;
        }
        self.done += 1;
        let call = txn / ATTEMPTS;
        if self.calls[call].step == Step::Returned(Answer::NotDone) {
            self.broken = Some("the work was committed after its caller had been told that it was not done");
        }
        self.end(txn, State::Committed);
        if self.done > 1 {
            self.broken = Some("the work was done twice under one key");
        }
    }

    fn returns(&mut self, call: usize, answer: Answer) {
        let state = &mut self.calls[call];
        state.step = Step::Returned(answer);
        let own = (0..ATTEMPTS)
            .any(|attempt| self.transactions[call * ATTEMPTS + attempt].state == State::Committed);
        match answer {
            Answer::Fresh | Answer::Replayed if self.done == 0 => {
                self.broken = Some("success was reported, and nothing was done");
            }
            Answer::NotDone if own => {
                self.broken = Some("the caller was told that nothing was done, and it was");
            }
            Answer::NotDone if self.calls[call].late == Some(true) => {
                self.broken =
                    Some("a key that was done already was answered with an error and not with its result");
            }
            _ => {}
        }
    }

    /// An attempt has failed and it is known that it was not committed, or it is not known.
    fn again(&mut self, call: usize, unknown: bool) {
        self.calls[call].unknown |= unknown;
        if self.calls[call].attempt + 1 < ATTEMPTS {
            self.calls[call].attempt += 1;
            self.calls[call].step = Step::Begin;
        } else {
            self.give_up(call);
        }
    }

    /// Ends without success.
    fn give_up(&mut self, call: usize) {
        if !self.calls[call].unknown {
            self.returns(call, Answer::NotDone);
        } else if self.rules.fence {
            self.calls[call].step = Step::Fence;
        } else {
            self.returns(call, Answer::Unknown);
        }
    }

    /// The closure's own error.
    fn reject(&mut self, call: usize) {
        if self.calls[call].unknown && self.rules.fence {
            self.calls[call].step = Step::Fence;
        } else {
            self.returns(call, Answer::NotDone);
        }
    }

    fn is_over(&self) -> bool {
        self.calls.iter().all(|call| matches!(call.step, Step::Returned(_)))
            && self.transactions.iter().all(|txn| txn.state != State::Open && !txn.commit)
    }

    fn call(&self, call: usize, next: &mut Vec<(String, Self)>) {
        let name = ['A', 'B'][call];
        let Call { step, attempt, .. } = self.calls[call];
        let txn = call * ATTEMPTS + attempt;
        let mut then = |what: String, change: &dyn Fn(&mut Self)| {
            let mut world = self.clone();
            change(&mut world);
            next.push((what, world));
        };
        if !matches!(step, Step::Returned(_)) {
            then(format!("{name} crashes"), &|world| world.returns(call, Answer::Crashed));
        }
        match step {
            Step::Begin => {
                let begin = |world: &mut Self| {
                    world.transactions[txn].state = State::Open;
                    let late = matches!(world.row, Row::Done);
                    world.calls[call].late.get_or_insert(late);
                };
                if self.rules.claim != When::First {
                    then(format!("{name} begins attempt {}", attempt + 1), &|world| {
                        begin(world);
                        world.calls[call].step = Step::Work;
                    });
                    return;
                }
                match self.clone().claim(txn) {
                    // It waits, and may give up.
                    None => then(format!("{name} waits for the key until its deadline"), &|world| {
                        world.give_up(call);
                    }),
                    Some(true) => then(format!("{name} claims the key, attempt {}", attempt + 1), &|world| {
                        begin(world);
                        world.claim(txn);
                        world.calls[call].step = Step::Work;
                    }),
                    Some(false) => then(format!("{name} finds the result under the key"), &|world| {
                        world.returns(call, Answer::Replayed);
                    }),
                }
            }
            Step::Work => {
                then(format!("{name}'s closure rejects"), &|world| {
                    world.end(txn, State::Aborted);
                    world.reject(call);
                });
                then(format!("{name}'s connection breaks before COMMIT is sent"), &|world| {
                    world.again(call, false);
                });
                let last = self.rules.claim == When::Last;
                then(
                    format!("{name}'s closure succeeds{}", if last { "" } else { ", COMMIT is sent" }),
                    &|world| {
                        world.calls[call].step = if last { Step::ClaimLast } else { Step::Commit };
                        world.transactions[txn].commit = !last;
                    },
                );
            }
            Step::ClaimLast => match self.clone().claim(txn) {
                None => {
                    then(format!("{name} waits for the key until its deadline"), &|world| {
                        world.give_up(call);
                    });
                }
                Some(true) => then(format!("{name} claims the key, COMMIT is sent"), &|world| {
                    world.claim(txn);
                    world.transactions[txn].commit = true;
                    world.calls[call].step = Step::Commit;
                }),
                Some(false) => then(format!("{name} finds the result under the key"), &|world| {
                    world.end(txn, State::Aborted);
                    world.returns(call, Answer::Replayed);
                }),
            },
            Step::Commit => {
                then(format!("{name} does not get the answer to COMMIT"), &|world| world.again(call, true));
                match self.transactions[txn].state {
                    State::Committed => {
                        then(format!("{name} is told that it is committed"), &|world| {
                            world.returns(call, Answer::Fresh);
                        });
                    }
                    State::Aborted if !self.transactions[txn].commit => {
                        then(format!("{name} is told that it is not committed"), &|world| {
                            world.again(call, false);
                        });
                    }
                    _ => {}
                }
            }
            Step::Fence => {
                then(format!("{name} cannot fence the key in time"), &|world| {
                    world.returns(call, Answer::Unknown);
                });
                if self.lock.is_some() {
                    return;
                }
                if let Row::Done = self.row {
                    then(format!("{name} finds the result instead of fencing"), &|world| {
                        world.returns(call, Answer::Replayed);
                    });
                } else {
                    then(format!("{name} fences the key"), &|world| {
                        world.write(Row::Fenced);
                        world.returns(call, Answer::NotDone);
                    });
                    then(format!("{name} fences the key, and the answer is lost"), &|world| {
                        world.write(Row::Fenced);
                    });
                }
            }
            Step::Returned(_) => {}
        }
    }

    fn server(&self, next: &mut Vec<(String, Self)>) {
        let mut then = |what: String, change: &dyn Fn(&mut Self)| {
            let mut world = self.clone();
            change(&mut world);
            next.push((what, world));
        };
        for (txn, transaction) in self.transactions.iter().enumerate() {
            let name = format!("{}{}", ['A', 'B'][txn / ATTEMPTS], txn % ATTEMPTS + 1);
            if transaction.commit {
                then(format!("COMMIT of {name} arrives"), &|world| world.commit(txn));
                then(format!("COMMIT of {name} is lost on its way"), &|world| {
                    world.transactions[txn].commit = false;
                });
            }
            if transaction.state == State::Open {
                then(format!("the server aborts {name}"), &|world| world.end(txn, State::Aborted));
                if self.lock == Some(txn) && !self.rules.durable_locks {
                    then(format!("the lock of {name} is lost"), &|world| world.unlock(txn));
                }
            }
        }
        if self.row != Row::Absent && (self.is_over() || !self.rules.keep) {
            then("the row is swept".to_owned(), &|world| world.write(Row::Absent));
        }
    }
}

impl World for Ledger {
    fn next(&self) -> Vec<(String, Self)> {
        let mut next = Vec::new();
        if self.broken.is_none() {
            // The callers are alike, so A may be the name of the one that does something first.
            let untouched = self.calls[0].step == Step::Begin && self.transactions[0].state == State::None;
            for call in 0..if untouched { 1 } else { CALLS } {
                self.call(call, &mut next);
            }
            self.server(&mut next);
        }
        next
    }

    fn breach(&self) -> Option<String> {
        self.broken.map(str::to_owned)
    }
}
