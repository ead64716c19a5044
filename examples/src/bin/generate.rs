//! Writes the shop's data again: `cargo run -p crdb-examples --bin generate`.

use std::fs;
use std::path::Path;

use crdb_examples::Outcome;
use crdb_examples::shop::data;

fn main() -> Outcome {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("shop/data");
    fs::create_dir_all(&folder)?;
    let files = data::generate();
    fs::write(folder.join("customers.csv"), files.customers)?;
    fs::write(folder.join("orders.csv"), files.orders)?;
    println!("wrote {} customers and {} orders to {}", data::CUSTOMERS, data::ORDERS, folder.display());
    Ok(())
}
