use crdb_orm::prelude::*;
use crdb_orm::schema::{SequenceDef, SequenceOptions, SequenceType, SqlObject, TypeName};

const TWO: SqlObject = SqlObject::view("CREATE VIEW a AS SELECT 1; SELECT 2");
const ANOTHER_KIND: SqlObject = SqlObject::trigger("CREATE FUNCTION f() RETURNS TRIGGER AS $$ $$");
const REPLACED: SqlObject = SqlObject::function("CREATE OR REPLACE FUNCTION f() RETURNS INT8 AS $$ SELECT 1 $$");
const OPEN: SqlObject = SqlObject::function("CREATE FUNCTION f() RETURNS INT8 LANGUAGE SQL AS $$ SELECT 1 ");
const FOR_NO_REASON: SequenceDef = SequenceDef::allowed(TypeName::new("numbers"), " ");

const SMALL: SequenceDef = SequenceDef::allowed(TypeName::new("small"), "the law wants them")
    .of_type(SequenceType::Int2)
    .options(SequenceOptions::new().max(100_000));
const COUNTED: Schema = Schema::new("shop").sequences(&[SMALL]).tables(&[]);

const SHOP: Schema = Schema::new("shop").tables(&[]).objects(&[TWO, ANOTHER_KIND, REPLACED, OPEN]);

fn main() {
    let _ = (SHOP, FOR_NO_REASON, COUNTED);
}
