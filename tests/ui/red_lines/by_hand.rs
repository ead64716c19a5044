use crdb_orm::schema::Allowed;

const TYPO: Allowed = Allowed::new("sequental_key", "ten rows a day");
const NOTHING: Allowed = Allowed::new("everything", "ten rows a day");
const NO_REASON: Allowed = Allowed::new("sequential_key", " ");

fn main() {
    let _ = (TYPO, NOTHING, NO_REASON);
}
