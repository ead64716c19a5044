use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(ttl(expire_after = "3 days"))]
struct Session {
    #[crdb(primary_key)]
    id: Uuid,
}

#[derive(CrdbTable)]
struct Click {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(references = Session, index)]
    session: Uuid,
}

pub const WEB: Schema = Schema::new("web").tables(&[Session::TABLE, Click::TABLE]);

fn main() {}
