//! Inside a function, in a module with its own visibility, and tables that refer to each other.
#![allow(dead_code)]

use crdb_orm::prelude::*;

mod inner {
    use crdb_orm::prelude::*;

    #[derive(CrdbTable)]
    pub(super) struct Visible {
        #[crdb(primary_key)]
        pub(super) id: Uuid,
        pub(in crate::inner) secret: String,
        private: i32,
    }

    pub(super) fn make() -> String {
        Visible::insert().secret("s").private(1).build().to_sql()
    }
}

#[derive(CrdbTable)]
struct Chicken {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(references = Egg, on_delete = set_null, index)]
    from: Option<Uuid>,
}

#[derive(CrdbTable)]
struct Egg {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(references(crate::Chicken, on_delete = cascade), index)]
    laid_by: Uuid,
    #[crdb(references = Egg, index)]
    twin: Option<Uuid>,
}

const FARM: Schema = Schema::new("farm").tables(&[Chicken::TABLE, Egg::TABLE]);

// Every column can be left out.
#[derive(CrdbTable)]
struct Lazy {
    #[crdb(primary_key, default = sql("unordered_unique_rowid()"))]
    id: i64,
    note: Option<String>,
}

// Neither Debug nor Clone is asked of a field.
struct Opaque;

#[derive(CrdbTable)]
struct Skips {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(skip)]
    cache: Maybe,
}

#[derive(Default)]
struct Maybe(Option<Opaque>);

fn main() {
    #[derive(CrdbTable)]
    struct Local {
        #[crdb(primary_key)]
        id: Uuid,
        name: String,
    }
    assert_eq!(Local::TABLE.name.name, "local");
    assert!(inner::make().contains("secret"));
    let _ = inner::Visible::ID;
    assert_eq!(FARM.table_defs().len(), 2);
    assert_eq!(Lazy::insert().build().to_sql(), "INSERT INTO lazy DEFAULT VALUES RETURNING id, note");
}
