//! `MovR`, the vehicle-sharing company of CockroachDB's own documentation, as `cockroach workload init movr` makes it, and
//! as "`MovR`: Multi-region" has it. Source: <https://www.cockroachlabs.com/docs/stable/movr>.
#![allow(dead_code, reason = "the tables are printed, not used")]
#![allow(clippy::duplicated_attributes, reason = "two indexes over one column are no duplicate")]

use crdb_orm::prelude::*;

use crate::cases::Case;

pub(crate) mod one_region {
    use super::*;

    #[derive(CrdbTable)]
    #[crdb(table = "users", primary_key(city, id))]
    pub(crate) struct User {
        id: Uuid,
        city: String,
        name: Option<String>,
        address: Option<String>,
        credit_card: Option<String>,
    }

    #[derive(CrdbTable)]
    #[crdb(table = "vehicles", primary_key(city, id))]
    #[crdb(foreign_key(city, owner_id, references = User))]
    #[crdb(index(vehicles_auto_index_fk_city_ref_users, on(city, owner_id)))]
    pub(crate) struct Vehicle {
        id: Uuid,
        city: String,
        r#type: Option<String>,
        owner_id: Option<Uuid>,
        creation_time: Option<NaiveDateTime>,
        status: Option<String>,
        current_location: Option<String>,
        ext: Option<Json<serde_json::Value>>,
    }

    #[derive(CrdbTable)]
    #[crdb(table = "rides", primary_key(city, id))]
    #[crdb(foreign_key(city, rider_id, references = User))]
    #[crdb(foreign_key(vehicle_city, vehicle_id, references = Vehicle))]
    #[crdb(index(rides_auto_index_fk_city_ref_users, on(city, rider_id)))]
    #[crdb(index(rides_auto_index_fk_vehicle_city_ref_vehicles, on(vehicle_city, vehicle_id)))]
    #[crdb(check(check_vehicle_city_city, "vehicle_city = city"))]
    pub(crate) struct Ride {
        id: Uuid,
        city: String,
        vehicle_city: Option<String>,
        rider_id: Option<Uuid>,
        vehicle_id: Option<Uuid>,
        start_address: Option<String>,
        end_address: Option<String>,
        start_time: Option<NaiveDateTime>,
        end_time: Option<NaiveDateTime>,
        #[crdb(decimal(10, 2))]
        revenue: Option<Decimal>,
    }

    #[derive(CrdbTable)]
    #[crdb(table = "vehicle_location_histories", primary_key(city, ride_id, timestamp))]
    #[crdb(foreign_key(city, ride_id, references = Ride))]
    pub(crate) struct VehicleLocationHistory {
        city: String,
        ride_id: Uuid,
        timestamp: NaiveDateTime,
        lat: Option<f64>,
        long: Option<f64>,
    }

    #[derive(CrdbTable)]
    #[crdb(table = "promo_codes")]
    pub(crate) struct PromoCode {
        #[crdb(primary_key)]
        code: String,
        description: Option<String>,
        creation_time: Option<NaiveDateTime>,
        expiration_time: Option<NaiveDateTime>,
        rules: Option<Json<serde_json::Value>>,
    }

    #[derive(CrdbTable)]
    #[crdb(table = "user_promo_codes", primary_key(city, user_id, code))]
    #[crdb(foreign_key(city, user_id, references = User))]
    pub(crate) struct UserPromoCode {
        city: String,
        user_id: Uuid,
        code: String,
        timestamp: Option<NaiveDateTime>,
        usage_count: Option<i64>,
    }
}

pub(crate) mod many_regions {
    use super::*;

    #[derive(CrdbTable)]
    #[crdb(table = "users", primary_key(city, id), locality = regional_by_row(region))]
    pub(crate) struct User {
        id: Uuid,
        city: String,
        name: Option<String>,
        #[crdb(
            computed = "CASE WHEN city IN ('amsterdam', 'paris', 'rome') THEN 'europe-west1'::crdb_internal_region WHEN city IN ('los angeles', 'san francisco', 'seattle') THEN 'us-west1'::crdb_internal_region ELSE 'us-east1'::crdb_internal_region END"
        )]
        region: Region,
    }

    #[derive(CrdbTable)]
    #[crdb(table = "rides", primary_key(city, id), locality = regional_by_row(region))]
    #[crdb(foreign_key(city, rider_id, references = User))]
    #[crdb(index(on(city, rider_id)))]
    pub(crate) struct Ride {
        id: Uuid,
        city: String,
        rider_id: Option<Uuid>,
        region: Region,
    }

    #[derive(CrdbTable)]
    #[crdb(table = "promo_codes", locality = global)]
    pub(crate) struct PromoCode {
        #[crdb(primary_key)]
        code: String,
        description: Option<String>,
    }
}

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "known_movr",
        schema: Schema::new("movr").tables(&[
            one_region::User::TABLE,
            one_region::Vehicle::TABLE,
            one_region::Ride::TABLE,
            one_region::VehicleLocationHistory::TABLE,
            one_region::PromoCode::TABLE,
            one_region::UserPromoCode::TABLE,
        ]),
    },
    Case {
        name: "known_movr_regions",
        schema: Schema::new("movr").regions(&["us-east1", "us-west1", "europe-west1"]).tables(&[
            many_regions::User::TABLE,
            many_regions::Ride::TABLE,
            many_regions::PromoCode::TABLE,
        ]),
    },
];
