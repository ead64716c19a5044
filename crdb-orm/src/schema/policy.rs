//! Row-level security: which rows a role sees and writes.

/// Whether the policies of a table are applied.
///
/// Source: `CockroachDB`, "Row-level security"; 25.2 or later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RowLevelSecurity {
    /// To everybody but the table's owner, and roles that bypass it.
    Enabled,
    /// To the owner, too.
    Forced,
}

/// A policy: the rows that roles see, and the rows that they may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PolicyDef {
    /// Its name, one of its table's own.
    pub name: &'static str,
    /// The statements that it is for.
    pub command: PolicyCommand,
    /// Whether rows must pass it beside a permissive one.
    pub restrictive: bool,
    /// The roles that it is for; everybody when there are none.
    pub roles: &'static [PolicyRole],
    /// The condition on rows that are there: `USING`.
    pub using: Option<&'static str>,
    /// The condition on rows that are written: `WITH CHECK`; that of `using` when `None`.
    pub check: Option<&'static str>,
}

/// The statements that a policy is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum PolicyCommand {
    /// All of them.
    #[default]
    All,
    /// `SELECT`.
    Select,
    /// `INSERT`.
    Insert,
    /// `UPDATE`.
    Update,
    /// `DELETE`.
    Delete,
}

/// Whom a policy is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyRole {
    /// `PUBLIC`: everybody.
    Public,
    /// `CURRENT_USER`: who makes the policy.
    CurrentUser,
    /// `SESSION_USER`: who has logged in to make it.
    SessionUser,
    /// A role, which must be there before the policy.
    Named(&'static str),
}

impl PolicyDef {
    /// A permissive policy for all statements of everybody, which needs a condition still.
    pub const fn new(name: &'static str) -> Self {
        Self { name, command: PolicyCommand::All, restrictive: false, roles: &[], using: None, check: None }
    }

    /// Sets the statements.
    #[must_use]
    pub const fn command(mut self, command: PolicyCommand) -> Self {
        self.command = command;
        self
    }

    /// Makes rows have to pass it beside a permissive one.
    #[must_use]
    pub const fn restrictive(mut self) -> Self {
        self.restrictive = true;
        self
    }

    /// Sets the roles.
    #[must_use]
    pub const fn to(mut self, roles: &'static [PolicyRole]) -> Self {
        self.roles = roles;
        self
    }

    /// Sets the condition on rows that are there.
    #[must_use]
    pub const fn using(mut self, condition: &'static str) -> Self {
        self.using = Some(condition);
        self
    }

    /// Sets the condition on rows that are written.
    #[must_use]
    pub const fn check(mut self, condition: &'static str) -> Self {
        self.check = Some(condition);
        self
    }

    /// Why no server would take it.
    pub(crate) const fn wrong(&self) -> Option<&'static str> {
        match (self.command, self.using, self.check) {
            (_, None, None) => Some("has no condition: add `using` or `check`"),
            (PolicyCommand::Insert, Some(_), _) => {
                Some("is for INSERT, which sees no rows: use `check` instead of `using`")
            }
            (PolicyCommand::Select | PolicyCommand::Delete, _, Some(_)) => {
                Some("is for SELECT or DELETE, which write no rows: use `using` instead of `check`")
            }
            _ => None,
        }
    }
}
