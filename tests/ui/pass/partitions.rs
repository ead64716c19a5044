// What tests/ui/partitions, tests/ui/policies and tests/ui/zones refuse, written right.
use crdb_orm::Target;
use crdb_orm::prelude::*;
use crdb_orm::schema::{SequenceDef, SqlObject, TypeName, ZoneConfig, ZoneConstraints};

#[derive(CrdbTable)]
#[crdb(primary_key(country, year_, id))]
#[crdb(index(by_city, on(city, country)))]
#[crdb(partition(
    list(country),
    americas("us", "ca", partition(range(year_), old(from(minvalue), to(2024)), new(from(2024), to(maxvalue)))),
    rest(default),
))]
#[crdb(partition(index = by_city, list(city, country), paris(("paris", "fr"), ("paris", "us")), others(default)))]
#[crdb(zone(gc_ttl_seconds = 600, num_replicas = 5, constraints("+region=us-east1" = 2, ["+region=b", "+ssd"] = 1)))]
#[crdb(zone(partition = old, num_replicas = 3, constraints("-ssd"), lease_preferences("+region=a", ["+b", "-c"])))]
#[crdb(zone(index = by_city, partition = paris, num_voters = 3, voter_constraints("+region=eu")))]
#[crdb(row_level_security = forced)]
#[crdb(policy(own, to(current_user, app, "Another role"), using = "city = current_user", check = "true"))]
#[crdb(policy("read all", for = select, restrictive, using = "true"))]
struct Users {
    id: Uuid,
    country: String,
    #[crdb(column = "year")]
    year_: i32,
    city: String,
}

const SHOP: Schema = Schema::new("shop")
    .zone(ZoneConfig::new().num_replicas(3).constraints(ZoneConstraints::All(&["+ssd"])))
    .sequences(&[SequenceDef::allowed(TypeName::new("numbers"), "invoices")])
    .objects(&[SqlObject::view("CREATE VIEW v AS SELECT 1")])
    .tables(&[Users::TABLE]);

fn main() {
    let ddl = SHOP.ddl(Target::COCKROACHDB).unwrap().to_string();
    for part in [
        "PARTITION americas VALUES IN ('us', 'ca') PARTITION BY RANGE (year) (",
        "VALUES FROM (MINVALUE) TO (2024)",
        "PARTITION paris VALUES IN (('paris', 'fr'), ('paris', 'us')), PARTITION others VALUES IN (DEFAULT)",
        "constraints = '{\"+region=us-east1\": 2, \"+region=b,+ssd\": 1}'",
        "ALTER PARTITION old OF TABLE users CONFIGURE ZONE USING num_replicas = 3",
        "lease_preferences = '[[+region=a], [+b, -c]]'",
        "ALTER PARTITION paris OF INDEX users@by_city",
        "TO CURRENT_USER, app, \"Another role\" USING (city = current_user) WITH CHECK (true)",
        "CREATE POLICY \"read all\" ON users AS RESTRICTIVE FOR SELECT USING (true)",
        "ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
    ] {
        assert!(ddl.contains(part), "`{part}` is not in {ddl}");
    }
}
