//! Rows below rows: whatever the names, the paths and the visibility of the tables.
#![deny(warnings)]
#![allow(dead_code)]

use crdb_orm::prelude::*;

mod people {
    use crdb_orm::prelude::*;

    #[derive(CrdbTable)]
    #[crdb(table = "people", has_many(pets = super::Pet::OWNER, r#loop = super::Pet::SITTER))]
    pub struct Person {
        #[crdb(primary_key, column = "person_id")]
        pub id: Uuid,
    }
}

use people::Person;

#[derive(CrdbTable)]
#[crdb(table = "pets", has_many(children = Self::MOTHER_OF))]
#[crdb(many_to_many(friends = Pet, through(Friendship::FIRST, Friendship::OTHER)))]
struct Pet {
    #[crdb(primary_key)]
    id: Uuid,
    // Two paths to one table.
    #[crdb(references = people::Person, index, column = "the owner")]
    owner: Uuid,
    #[crdb(references = Person, index)]
    sitter: Option<Uuid>,
    #[crdb(references = Pet, index)]
    mother_of: Option<Uuid>,
    r#type: String,
}

#[derive(CrdbTable)]
#[crdb(table = "friendships", primary_key(first, other))]
struct Friendship {
    #[crdb(references = Pet)]
    first: Uuid,
    #[crdb(references = Pet, index)]
    other: Uuid,
}

/// Neither `Clone` nor `Debug`, so its builder is no `Clone`.
#[derive(CrdbType)]
struct Secret(String);

#[derive(CrdbTable)]
#[crdb(table = "vaults")]
struct Vault {
    #[crdb(primary_key)]
    id: Uuid,
    secret: Secret,
    #[crdb(column = "where", default = "here")]
    place: String,
    // The names of what every builder has.
    link: Option<Secret>,
    defer: Option<i64>,
}

async fn vault(db: &Database) -> crdb_orm::Result<()> {
    let new = || Vault::insert().secret(Secret("x".to_owned())).place("there").link(Secret("y".to_owned())).defer(1);
    new().or_ignore().exec(db).await?;
    let id: Uuid = new().returning(Vault::ID).one(db).await?;
    db.transaction("vault", async |tx| {
        InsertBuilder::defer(new().id(id), &tx);
        Ok(())
    })
    .await?;
    let person = Person::insert();
    person.clone().exec(db).await?;
    person.exec(db).await
}

async fn run(db: Database, owner: Uuid) -> crdb_orm::Result<()> {
    let child = Pet::insert().owner(owner).r#type("cat");
    let friend = Pet::insert().owner(owner).r#type("dog");
    let friends_of_a_friend = [Pet::insert().owner(owner).r#type("fox")];
    let friend = friend.with(Pet::FRIENDS, friends_of_a_friend);
    let pet = Pet::insert().r#type("cat").with(Pet::CHILDREN, [child]).with(Pet::FRIENDS, vec![friend]);
    Person::insert().with(Person::PETS, Some(pet)).one(&db).await?;
    db.transaction("people", async |tx| {
        let trees = (0..3).map(|_| Person::insert().with(Person::LOOP, [Pet::insert().owner(owner).r#type("x")]));
        Person::insert_trees(trees).exec(&tx).await
    })
    .await?;
    Ok(())
}

fn main() {
    fn send(_: impl Send) {}
    let _ = |db, owner| send(run(db, owner));
    let _ = |db| send(vault(db));
}
