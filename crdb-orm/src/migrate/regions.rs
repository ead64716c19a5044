//! The regions of a CockroachDB and of one of its databases.
//!
//! Source: CockroachDB, "SHOW REGIONS", "SHOW SURVIVAL GOAL".

use super::existing::ask;
use crate::database::Database;
use crate::error::{Error, Result};
use crate::schema::{Schema, SurvivalGoal, ident};

/// The regions that the nodes say they are in: none where they were started without `--locality`.
pub(super) async fn of_cluster(db: &Database) -> Result<Vec<String>> {
    let sql = "SELECT region::TEXT FROM [SHOW REGIONS FROM CLUSTER] ORDER BY 1";
    let rows: Vec<(String,)> = ask(db, "show the cluster's regions", sql.to_owned()).await?;
    Ok(rows.into_iter().map(|(region,)| region).collect())
}

/// The regions of a schema that a cluster lacks.
pub(super) fn missing<'s>(schema: &'s Schema, cluster: &[String]) -> Vec<&'s str> {
    let has = |region: &str| cluster.iter().any(|name| name == region);
    schema.region_names().iter().copied().filter(|region| !has(region)).collect()
}

/// The regions of a database, the primary one first, and its survival goal (`zone` or `region`).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DatabaseRegions {
    names: Vec<String>,
    goal: String,
}

impl DatabaseRegions {
    /// `None` for a database without regions.
    pub(super) async fn of(db: &Database, database: &str) -> Result<Option<Self>> {
        let mut name = String::new();
        ident::push_ident(&mut name, database);
        let sql = format!(
            "SELECT region::TEXT FROM [SHOW REGIONS FROM DATABASE {name}] ORDER BY NOT \"primary\", region"
        );
        let rows: Vec<(String,)> = ask(db, "show the database's regions", sql).await?;
        if rows.is_empty() {
            return Ok(None);
        }
        let sql = format!("SELECT survival_goal::TEXT FROM [SHOW SURVIVAL GOAL FROM DATABASE {name}]");
        let goals: Vec<(Option<String>,)> = ask(db, "show the survival goal", sql).await?;
        let goal = goals.into_iter().next().and_then(|(goal,)| goal).unwrap_or_default();
        Ok(Some(Self { names: rows.into_iter().map(|(region,)| region).collect(), goal }))
    }

    /// Refuses a schema that names other regions, another primary one, or another goal. One that names no
    /// regions takes those that are there.
    pub(super) fn check(&self, database: &str, schema: &Schema) -> Result<()> {
        let wanted = schema.region_names();
        let goal = match schema.survival() {
            SurvivalGoal::Zone => "zone",
            SurvivalGoal::Region => "region",
        };
        let same = self.names.len() == wanted.len()
            && self.names.first().map(String::as_str) == wanted.first().copied()
            && missing(schema, &self.names).is_empty()
            && self.goal == goal;
        if wanted.is_empty() || same {
            return Ok(());
        }
        Err(Error::schema(format!(
            "database `{database}` has the regions {} (the first one is primary) and survives the loss of a {}, but \
             schema `{}` wants {} and a {goal}; nothing was changed",
            self.names.join(", "),
            self.goal,
            schema.name(),
            wanted.join(", "),
        ))
        .with_advice("make them the same, or connect to a database without regions"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: Schema =
        Schema::new("shop").regions(&["east", "west", "north"]).survive(SurvivalGoal::Region);

    fn there(names: &[&str], goal: &str) -> DatabaseRegions {
        DatabaseRegions { names: names.iter().map(ToString::to_string).collect(), goal: goal.to_owned() }
    }

    #[test]
    fn a_cluster_lacks_the_regions_that_it_does_not_show() {
        assert_eq!(missing(&SHOP, &["west".to_owned(), "south".to_owned()]), ["east", "north"]);
    }

    #[test]
    fn a_database_that_has_the_regions_is_taken_as_it_is() {
        assert!(there(&["east", "north", "west"], "region").check("d", &SHOP).is_ok());
        assert!(there(&["mars"], "zone").check("d", &Schema::new("shop")).is_ok());
    }

    #[test]
    fn a_database_with_other_regions_is_refused() {
        for other in [
            there(&["west", "east", "north"], "region"),
            there(&["east", "west", "mars"], "region"),
            there(&["east", "west"], "region"),
            there(&["east", "west", "north", "mars"], "region"),
            there(&["east", "west", "north"], "zone"),
        ] {
            let error = other.check("d", &SHOP).unwrap_err();
            assert!(error.is_schema(), "{error}");
            let text = error.to_string();
            for part in
                ["database `d`", "schema `shop`", "east, west, north", other.names[0].as_str(), "hint: "]
            {
                assert!(text.contains(part), "{part}: {text}");
            }
        }
    }
}
