//! Statements that have no place inside a transaction, or on a connection that others use afterwards.

mod session;
mod token;

use self::session::Place;
use self::token::{Token, after_comment, tokens};

const CONTROL: [&str; 10] =
    ["BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "PREPARE", "DEALLOCATE"];

/// The server then speaks a protocol of its own, which breaks the connection; that would look like a node that failed.
const COPY: &str =
    "COPY moves its rows beside the answers, which this library does not; insert many rows by one statement";

/// Why a statement in a transaction of its own is refused.
pub(super) fn refusal_alone(sql: &str) -> Option<&'static str> {
    let word = first_word(sql);
    if is_one_of(&CONTROL, word) {
        Some(
            "it would begin, end or prepare something on one connection of the pool, which others use afterwards; \
             use `db.transaction(..)`",
        )
    } else if is_one_of(&["COPY"], word) {
        Some(COPY)
    } else {
        session::left_behind(sql, Place::Alone)
    }
}

/// Why a statement is refused inside a transaction.
pub(super) fn refusal(sql: &str) -> Option<&'static str> {
    let word = first_word(sql);
    if is_one_of(&CONTROL, word) {
        Some(
            "the transaction is begun and ended by the library alone, or a retry could commit half of the work; \
             return an error from the closure to roll back",
        )
    } else if is_one_of(&DDL, word) {
        Some(
            "a schema change inside a transaction can commit what came before it (CockroachDB from 25.1 on, \
             autocommit_before_ddl) or fail after the rows are committed (XXA00); run it on `db`, outside",
        )
    } else if is_one_of(&["COPY"], word) {
        Some(COPY)
    } else {
        session::left_behind(sql, Place::Inside)
    }
}

/// Why a statement is refused that is to be a read-only transaction of its own.
pub(super) fn refusal_of_a_read(sql: &str) -> Option<&'static str> {
    let idle = || is_one_of(&["SET", "DECLARE"], first_word(sql)).then_some("it reads nothing");
    refusal(sql).or_else(idle)
}

const DDL: [&str; 14] = [
    "CREATE", "ALTER", "DROP", "TRUNCATE", "COMMENT", "GRANT", "REVOKE", "REASSIGN", "REFRESH", "IMPORT",
    "RESTORE", "BACKUP", "SECURITY", "SCRUB",
];

/// Whether a text looks like a write. One that does not may write all the same, by a function.
pub(crate) fn writes(sql: &str) -> bool {
    const READS: [&str; 5] = ["SELECT", "WITH", "VALUES", "TABLE", "SHOW"];
    const WRITES: [&str; 5] = ["INSERT", "UPDATE", "DELETE", "UPSERT", "MERGE"];
    !is_one_of(&READS, first_word(sql))
        || tokens(sql).any(|token| matches!(token, Token::Word(word) if is_one_of(&WRITES, word)))
}

/// Whether a statement may change what prepared statements look like, by its first word.
pub(super) fn changes_schema(sql: &str) -> bool {
    is_one_of(&["CREATE", "ALTER", "DROP", "IMPORT", "RESTORE"], first_word(sql))
}

fn is_one_of(words: &[&str], word: &str) -> bool {
    words.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// The first word, after blanks and comments.
fn first_word(mut sql: &str) -> &str {
    loop {
        // A vertical tab is a blank for PostgreSQL from 16 on.
        sql = sql.trim_start_matches([' ', '\t', '\r', '\n', '\u{b}', '\u{c}', ';', '(']);
        if let Some(comment) = sql.strip_prefix("--") {
            sql = comment.split_once('\n').map_or("", |(_, rest)| rest);
        } else if let Some(comment) = sql.strip_prefix("/*") {
            sql = after_comment(comment);
        } else {
            break;
        }
    }
    let end = sql.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(sql.len());
    &sql[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transaction_control_and_ddl_are_refused_however_they_are_written() {
        for sql in [
            "COMMIT",
            "  commit;",
            "-- done\nRollback",
            "/* a /* b */ c */ SAVEPOINT x",
            "; BEGIN",
            "\u{b}SAVEPOINT x",
            "create table t (id INT8)",
            "DROP TABLE t",
            "Truncate t",
            "GRANT SELECT ON t TO u",
        ] {
            assert!(refusal(sql).is_some(), "{sql}");
        }
    }

    #[test]
    fn what_outlives_its_statement_is_refused_outside_of_transactions_and_ddl_is_not() {
        for sql in
            ["BEGIN", " start transaction", "/**/ PREPARE x AS SELECT 1", "copy t FROM STDIN", "ROLLBACK"]
        {
            assert!(refusal_alone(sql).is_some(), "{sql}");
        }
        for sql in ["CREATE TABLE t (id INT8)", "SELECT 1", "SET CLUSTER SETTING x = 1", "TRUNCATE t"] {
            assert_eq!(refusal_alone(sql), None, "{sql}");
        }
        assert!(refusal("COPY t TO STDOUT").is_some());
    }

    #[test]
    fn everything_else_passes() {
        for sql in [
            "SELECT 1",
            "INSERT INTO t VALUES (1)",
            "(SELECT 1)",
            "WITH x AS (DELETE FROM t RETURNING id) SELECT * FROM x",
            "UPDATE created SET commit = 1",
            "/* unfinished",
            "",
            "commits",
            "SET TRANSACTION READ ONLY",
            "SET LOCAL statement_timeout = 5",
            "DECLARE c CURSOR FOR SELECT 1",
            "EXPLAIN SELECT 1",
        ] {
            assert_eq!(refusal(sql), None, "{sql}");
        }
    }

    #[test]
    fn a_write_is_told_from_a_read_by_its_words_and_not_by_what_it_quotes() {
        for sql in
            ["UPDATE t SET v = 1", "with x as (delete from t returning id) select * from x", "CALL f()"]
        {
            assert!(writes(sql), "{sql}");
        }
        for sql in [
            "SELECT 'delete'",
            "/* insert */ (SELECT \"update\" FROM t)",
            "WITH x AS (SELECT 1) TABLE x",
            "SHOW x",
        ] {
            assert!(!writes(sql), "{sql}");
        }
    }
}
