//! The shop's data: 1,000 customers and 20,000 orders in two CSV files, and the generator that made them.
//!
//! `cargo run -p crdb-examples --bin generate` writes the files again; a test holds them against the generator.

use std::fmt::Write as _;

/// How many customers there are.
pub const CUSTOMERS: usize = 1_000;
/// How many orders there are.
pub const ORDERS: usize = 20_000;

/// The two files.
#[derive(Debug)]
pub struct Files {
    /// `customers.csv`: `id,email,name,region,created_at`.
    pub customers: String,
    /// `orders.csv`: `id,user_id,total,status,region,created_at`.
    pub orders: String,
}

const FIRST: [&str; 20] = [
    "Ada", "Ben", "Chen", "Dana", "Emil", "Fatima", "Goro", "Hana", "Ines", "Jan", "Kofi", "Lena", "Mateo",
    "Noor", "Oskar", "Priya", "Quinn", "Rosa", "Søren", "Tala",
];
const LAST: [&str; 20] = [
    "Abel", "Brandt", "Costa", "Dubois", "Eriksen", "Ferrari", "Gupta", "Haddad", "Ito", "Jansen", "Kim",
    "Lopez", "Müller", "Nowak", "O'Neill", "Petrov", "Quispe", "Rossi", "Silva", "Tanaka",
];
const REGIONS: [&str; 3] = ["us-east1", "us-west1", "europe-west1"];

/// Makes the files. The same on every machine and in every version: the generator is spelled out here.
pub fn generate() -> Files {
    let mut random = SplitMix64(0x5EED);
    let mut customers = String::from("id,email,name,region,created_at\n");
    let mut people = Vec::with_capacity(CUSTOMERS);
    for n in 0..CUSTOMERS {
        let id = random.uuid();
        let (first, last) = (random.pick(&FIRST), random.pick(&LAST));
        let region = random.pick(&REGIONS);
        let created = random.time(0, 700);
        line(
            &mut customers,
            &[&id, &format!("customer{n}@example.com"), &format!("{first} {last}"), region, &created],
        );
        people.push((id, region));
    }
    let mut orders = String::from("id,user_id,total,status,region,created_at\n");
    for _ in 0..ORDERS {
        let id = random.uuid();
        // The square of a fraction: a few customers order often, most of them now and then.
        let fraction = random.below(1_000) * random.below(1_000) / 1_000;
        let (user, region) = &people[fraction];
        let cents = 500 + random.below(95_000);
        let status = match random.below(100) {
            0..70 => "completed",
            70..80 => "shipped",
            80..88 => "paid",
            88..96 => "pending",
            _ => "cancelled",
        };
        let created = random.time(700, 1_000);
        let total = format!("{}.{:02}", cents / 100, cents % 100);
        line(&mut orders, &[&id, user, &total, status, region, &created]);
    }
    Files { customers, orders }
}

fn line(out: &mut String, cells: &[&str]) {
    // No cell has a comma or a quote, so none needs quoting.
    out.push_str(&cells.join(","));
    out.push('\n');
}

/// Steele, Lea and Flood's generator: small, and the same for ever.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        // A remainder of a 64-bit number is even enough for a demo, and its result fits what `limit` fits.
        usize::try_from(self.next() % limit as u64).unwrap_or(0)
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    /// A random UUID, version 4.
    fn uuid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        let high = (high & 0xFFFF_FFFF_FFFF_0FFF) | 0x4000;
        let low = (low & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000;
        let mut out = String::with_capacity(36);
        for (i, byte) in high.to_be_bytes().into_iter().chain(low.to_be_bytes()).enumerate() {
            if matches!(i, 4 | 6 | 8 | 10) {
                out.push('-');
            }
            // Writing to a String cannot fail.
            let _ = write!(out, "{byte:02x}");
        }
        out
    }

    /// A second of a day between the two, counted from 2023-01-01.
    fn time(&mut self, from_day: usize, to_day: usize) -> String {
        let day = from_day + self.below(to_day - from_day);
        let second = self.below(86_400);
        let (year, month, day) = date(day);
        format!(
            "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
            second / 3_600,
            second / 60 % 60,
            second % 60
        )
    }
}

/// The date so many days after 2023-01-01.
fn date(mut days: usize) -> (usize, usize, usize) {
    let mut year = 2023;
    loop {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let months = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        for (month, length) in (1..).zip(months) {
            if days < length {
                return (year, month, days + 1);
            }
            days -= length;
        }
        year += 1;
    }
}
