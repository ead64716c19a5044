use crdb_orm::prelude::*;

#[derive(CrdbTable, Debug)]
#[crdb(table = "people", has_many(pets = Pet::OWNER))]
struct Person {
    #[crdb(primary_key)]
    id: Uuid,
}

#[derive(CrdbTable, Debug)]
#[crdb(table = "pets", belongs_to(person = owner))]
struct Pet {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(references = Person, index)]
    owner: Uuid,
}

async fn load(db: &Database) -> crdb_orm::Result<()> {
    let six = || {
        Person::query()
            .with(Person::PETS)
            .with(Person::PETS)
            .with(Person::PETS)
            .with(Person::PETS)
            .with(Person::PETS)
            .with(Person::PETS)
    };
    six().all(db).await?;
    six().with(Person::PETS).all(db).await?;
    six().page(10).with(Person::PETS).fetch(db).await?;
    Ok(())
}

async fn load_below(db: &Database) -> crdb_orm::Result<()> {
    let six = || {
        Person::PETS
            .with(Pet::PERSON)
            .with(Pet::PERSON)
            .with(Pet::PERSON)
            .with(Pet::PERSON)
            .with(Pet::PERSON)
            .with(Pet::PERSON)
    };
    Person::query().with(six()).all(db).await?;
    Person::query().with(six().with(Pet::PERSON)).all(db).await?;
    Ok(())
}

async fn insert(db: &Database) -> crdb_orm::Result<()> {
    let six = || {
        Person::insert()
            .with(Person::PETS, [Pet::insert()])
            .with(Person::PETS, [Pet::insert()])
            .with(Person::PETS, [Pet::insert()])
            .with(Person::PETS, [Pet::insert()])
            .with(Person::PETS, [Pet::insert()])
            .with(Person::PETS, [Pet::insert()])
    };
    six().one(db).await?;
    six().with(Person::PETS, [Pet::insert()]).one(db).await?;
    Ok(())
}

fn main() {}
