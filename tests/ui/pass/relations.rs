//! Relations of every kind: in circles, to itself, by several columns, of private tables, in modules, by renamed columns and raw names.
#![deny(warnings)]
#![allow(dead_code)]

use crdb_orm::prelude::*;

mod people {
    use crdb_orm::prelude::*;

    #[derive(CrdbTable)]
    #[crdb(table = "people", has_many(pets = super::Pet::OWNER, r#loop = super::Pet::SITTER), has_one(badge = Badge::PERSON))]
    pub struct Person {
        #[crdb(primary_key, column = "person_id")]
        pub id: Uuid,
    }

    /// Its key is the foreign key, so there is one for each.
    #[derive(CrdbTable)]
    #[crdb(table = "badges", belongs_to(of = person))]
    struct Badge {
        #[crdb(primary_key, references = Person)]
        person: Uuid,
    }
}

#[derive(CrdbTable)]
#[crdb(table = "pets", belongs_to(keeper = owner, minder = sitter, mother = r#mother_of))]
#[crdb(has_many(children = Self::MOTHER_OF))]
#[crdb(many_to_many(friends = Pet, through(Friendship::FIRST, Friendship::OTHER)))]
pub struct Pet {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(references = people::Person, index)]
    owner: Uuid,
    #[crdb(references = people::Person, index)]
    sitter: Option<Uuid>,
    #[crdb(references = Pet, index)]
    mother_of: Option<Uuid>,
}

#[derive(CrdbTable)]
#[crdb(table = "friendships", primary_key(first, other))]
struct Friendship {
    #[crdb(references = Pet)]
    first: Uuid,
    #[crdb(references = Pet, index)]
    other: Uuid,
    // Columns of its own, which need not be given: rows are linked by it all the same.
    #[crdb(default = 1)]
    weight: i32,
    since: Option<String>,
}

async fn typed(db: &Database) -> crdb_orm::Result<()> {
    let (_pet, _keeper, _minder, _mother, _children, _friends): (
        Pet,
        people::Person,
        Option<people::Person>,
        Option<Pet>,
        Vec<Pet>,
        Vec<Pet>,
    ) = Pet::find(Uuid::nil())
        .with(Pet::KEEPER)
        .with(Pet::MINDER)
        .with(Pet::MOTHER)
        .with(Pet::CHILDREN)
        .with(Pet::FRIENDS.limit(2))
        .one(db)
        .await?;
    Pet::insert().owner(Uuid::nil()).link(Pet::FRIENDS, [Uuid::nil()]).exec(db).await?;
    Ok(())
}

fn main() {
    assert_eq!(Pet::KEEPER.to_sql(), "SELECT person_id FROM people WHERE person_id = ANY ($1)");
    let _ = people::Person::query().with(people::Person::LOOP);
    let _ = typed;
}
