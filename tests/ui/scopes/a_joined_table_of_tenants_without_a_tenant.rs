use crdb_orm::prelude::*;

#[derive(CrdbTable, Debug)]
#[crdb(table = "countries")]
struct Country {
    #[crdb(primary_key)]
    id: String,
}

#[derive(CrdbTable, Debug)]
#[crdb(table = "customers", index(on(tenant_id)))]
struct Customer {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(tenant)]
    tenant_id: Uuid,
    #[crdb(references = Country, index)]
    country_id: String,
}

async fn example(db: Database) -> crdb_orm::Result<()> {
    Country::query().join(Country::ID.joins(Customer::COUNTRY_ID)).select(Customer::ID).all(&db).await?;
    Ok(())
}

fn main() {}
