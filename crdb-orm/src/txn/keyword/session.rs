//! What a statement would leave on its connection for whoever uses it next.
//!
//! Behind `PgBouncer` in transaction mode it would be somebody else's at once, and closing our connection would not help:
//! so it is refused everywhere, and not cleaned up.

use super::token::{Token, tokens};
use super::{DDL, is_one_of};

/// Where a statement is to run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In a transaction of its own.
    Alone,
    /// In a transaction with others.
    Inside,
}

const SETTING: &str = "the setting would outlive it on one connection of the pool, which others use afterwards; set it for \
     all connections (`Database::builder(..).session_variable(..)`), for one transaction by its options \
     (`.isolation(..)`, `.read_only()`, `.statement_timeout(..)`), or by `SET LOCAL` on `&tx`";
const SET_CONFIG: &str = "the setting would outlive it on one connection of the pool, which others use afterwards: the last \
     argument of `set_config` has to be the word `true`, in a transaction (`&tx`); for all connections there is \
     `Database::builder(..).session_variable(..)`";
const RESET: &str = "it would take away what the library has set on one connection of the pool; what is set by `SET LOCAL` \
     on `&tx` ends with its transaction";
const LOCAL: &str = "it lasts until the end of its transaction, and alone it is one, so it would change nothing: run it in \
     `db.transaction(..)` with `&tx`, before what it is for";
const LISTEN: &str = "notices come to one connection of the pool, and this library reads none; listen on a connection of \
     your own";
const TEMPORARY: &str = "what is temporary lasts as long as one connection of the pool, which others use afterwards; use a \
     table with a key of its own for each run, or a `WITH`";
const CURSOR: &str = "a cursor lasts as long as its transaction, or, WITH HOLD, as long as one connection of the pool, which \
     others use afterwards; read by `.stream(&db)` or `.page(..)`, or declare it without HOLD on `&tx`";
const LOAD: &str = "it would change one connection of the pool, which others use afterwards";
const LOCK: &str = "the lock would be held by one connection of the pool, which others use afterwards; use \
     `pg_advisory_xact_lock`, which ends with its transaction, on `&tx`";

/// Why a statement is refused for what it would leave behind.
pub(super) fn left_behind(sql: &str, place: Place) -> Option<&'static str> {
    let mut words = tokens(sql).skip_while(|token| matches!(token, Token::Sign(_)));
    let Some(Token::Word(first)) = words.next() else { return None };
    let second = words.next().unwrap_or(Token::Text);
    match first.to_ascii_uppercase().as_str() {
        "SET" | "RESET" if second.is("CLUSTER") => None,
        "SET" if ["LOCAL", "TRANSACTION", "CONSTRAINTS"].iter().any(|word| second.is(word)) => {
            (place == Place::Alone).then_some(LOCAL)
        }
        "SET" | "USE" => Some(SETTING),
        "RESET" | "DISCARD" => Some(RESET),
        "LISTEN" | "UNLISTEN" => Some(LISTEN),
        "LOAD" => Some(LOAD),
        "DECLARE" if place == Place::Alone || holds(sql) => Some(CURSOR),
        "CREATE" if is_temporary(sql) => Some(TEMPORARY),
        // A definition only speaks of what it calls.
        word if is_one_of(&DDL, word) => None,
        _ => calls(sql),
    }
}

/// Whether a cursor is declared `WITH HOLD`.
fn holds(sql: &str) -> bool {
    let mut before = Token::Text;
    tokens(sql).take_while(|token| !token.is("FOR")).any(|token| {
        let holds = before.is("WITH") && token.is("HOLD");
        before = token;
        holds
    })
}

/// `CREATE [OR REPLACE] [GLOBAL | LOCAL] TEMP ..`, or a name in the schema of what is temporary.
fn is_temporary(sql: &str) -> bool {
    let mut words = tokens(sql).skip_while(|token| {
        matches!(token, Token::Sign(_))
            || ["CREATE", "OR", "REPLACE", "GLOBAL", "LOCAL"].iter().any(|word| token.is(word))
    });
    let kind = words.next();
    kind.is_some_and(|kind| kind.is("TEMP") || kind.is("TEMPORARY"))
        || words.take(8).any(|token| token.names("pg_temp"))
}

/// What a query, or any other statement that is planned, would leave behind by what it calls or selects into.
fn calls(sql: &str) -> Option<&'static str> {
    const LOCKS: [&str; 4] = [
        "pg_advisory_lock",
        "pg_advisory_lock_shared",
        "pg_try_advisory_lock",
        "pg_try_advisory_lock_shared",
    ];
    let tokens: Vec<Token<'_>> = tokens(sql).collect();
    for (at, token) in tokens.iter().enumerate() {
        let next = |by: usize| tokens.get(at + by).copied().unwrap_or(Token::Text);
        let is_call = next(1) == Token::Sign('(');
        if is_call && LOCKS.iter().any(|name| token.names(name)) {
            return Some(LOCK);
        }
        if is_call && token.names("set_config") && !is_local(&tokens[at + 2..]) {
            return Some(SET_CONFIG);
        }
        let target = matches!(next(2), Token::Word(_) | Token::Quoted(_)) && !next(2).is("FROM");
        let writes = at > 0 && ["INSERT", "UPSERT", "MERGE"].iter().any(|word| tokens[at - 1].is(word));
        if token.is("INTO") && !writes && target && (next(1).is("TEMP") || next(1).is("TEMPORARY")) {
            return Some(TEMPORARY);
        }
    }
    None
}

/// Whether the third argument of `set_config` is the word `true`; `arguments` begins behind the parenthesis.
fn is_local(arguments: &[Token<'_>]) -> bool {
    let (mut depth, mut number, mut start) = (0, 1, 0);
    for (at, token) in arguments.iter().enumerate() {
        match token {
            Token::Sign('(' | '[') => depth += 1,
            Token::Sign(')') if depth == 0 => {
                let third = &arguments[start..at];
                return number == 3 && matches!(third, [only] if only.is("true"));
            }
            Token::Sign(')' | ']') => depth -= 1,
            Token::Sign(',') if depth == 0 => {
                number += 1;
                start = at + 1;
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{Place, left_behind};

    #[test]
    fn what_stays_on_the_connection_is_refused_inside_and_outside_of_transactions() {
        for sql in [
            "SET app.tenant = 'acme'",
            "set role weak",
            "/* x */ SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
            "SET TIME ZONE 'UTC'",
            "SET search_path TO x",
            "USE shop",
            "RESET ALL",
            "RESET ROLE",
            "DISCARD ALL",
            "LISTEN news",
            "UNLISTEN *",
            "LOAD 'auto_explain'",
            "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
            "CREATE TEMP TABLE t (id INT8)",
            "create or replace local temporary view v as select 1",
            "CREATE TABLE pg_temp.t (id INT8)",
            "CREATE TABLE IF NOT EXISTS \"pg_temp\".t (id INT8)",
            "SELECT id INTO TEMP t FROM n",
            "SELECT set_config('app.tenant', 'acme', false)",
            "SELECT set_config('app.tenant', $1, $2)",
            "select pg_catalog.\"set_config\" ('a', f(1, true), not true)",
            "WITH x AS (SELECT Set_Config('a', 'b', false)) SELECT * FROM x",
            "SELECT pg_advisory_lock(1)",
            "(SELECT pg_try_advisory_lock_shared(1))",
        ] {
            assert!(left_behind(sql, Place::Alone).is_some(), "{sql}");
            assert!(left_behind(sql, Place::Inside).is_some(), "{sql}");
        }
    }

    #[test]
    fn what_ends_with_its_transaction_needs_one() {
        for sql in [
            "SET LOCAL app.tenant = 'acme'",
            "SET TRANSACTION READ ONLY",
            "SET CONSTRAINTS ALL DEFERRED",
            "DECLARE c CURSOR FOR SELECT 1",
        ] {
            assert!(left_behind(sql, Place::Alone).is_some(), "{sql}");
            assert_eq!(left_behind(sql, Place::Inside), None, "{sql}");
        }
    }

    #[test]
    fn everything_else_passes() {
        for sql in [
            "",
            "(",
            "SET CLUSTER SETTING x = 1",
            "RESET CLUSTER SETTING x",
            "SELECT 1",
            "UPDATE t SET role = 'x'",
            "INSERT INTO temp SELECT 1",
            "INSERT INTO temp AS t VALUES (1)",
            "SELECT set_config('app.tenant', $1, true)",
            "SELECT set_config('app.tenant', f(1, 2), TRUE), 'set_config(1)'",
            "SELECT set_config FROM t",
            "SELECT 'SET x = 1' -- set_config('a', 'b', false)",
            "SELECT pg_advisory_xact_lock(1)",
            "GRANT EXECUTE ON FUNCTION set_config(text, text, boolean) TO u",
            "CREATE TABLE temp (id INT8)",
            "CREATE FUNCTION f() RETURNS INT8 LANGUAGE sql AS $$ SELECT set_config('a', 'b', false) $$",
            "SHOW search_path",
        ] {
            assert_eq!(left_behind(sql, Place::Alone), None, "{sql}");
            assert_eq!(left_behind(sql, Place::Inside), None, "{sql}");
        }
    }
}
