use crdb_orm::prelude::*;

#[derive(CrdbEnum, Clone, Copy)]
enum Seat {
    Free,
    Taken,
}

#[derive(CrdbEnum, Clone, Copy)]
enum Table {
    Free,
    Reserved,
}

#[derive(CrdbTable, Clone)]
struct Booking {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(default = Table::Free)]
    seat: Seat,
    #[crdb(default = Seat::Free)]
    other: Option<Seat>,
}

fn main() {}
