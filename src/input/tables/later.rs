//! Tables that are known and documented but refused for now.

use crate::input::schema::{Kind, TableDef, Use, column};

/// Own vehicles.
pub static VEHICLES: TableDef = TableDef {
    name: "vehicles",
    doc: "One row per vehicle type and location, for deliveries by the own fleet.",
    required: false,
    used: Use::Later,
    key: &["vehicle_type", "location_id"],
    columns: &[
        column("vehicle_type", Kind::Id, "The type.").required(),
        column("location_id", Kind::Id, "Where it starts and ends.")
            .required()
            .refers("location_costs", "location_id"),
        column("count", Kind::Quantity, "How many there are.").required(),
        column("capacity_g", Kind::Grams, "Load by weight.").default("none"),
        column("capacity_cm3", Kind::Cm3, "Load by volume.").default("none"),
        column("capacity_shipments", Kind::Integer, "Load by count.").default("none"),
        column("fixed_cost", Kind::Money, "Per tour.").default("0"),
        column("cost_per_km", Kind::Money, "Per kilometre.").default("0"),
        column("cost_per_hour", Kind::Money, "Per hour.").default("0"),
        column("shift_start", Kind::TimeOfDay, "Earliest departure.").default("none"),
        column("shift_end", Kind::TimeOfDay, "Latest return.").default("none"),
        column("max_stops", Kind::Integer, "Stops at most per tour.").default("none"),
        column("speed_kmh", Kind::Decimal, "Average speed.").default("none"),
        column("handling", Kind::List, "Special handling it can carry.").default("any"),
    ],
};

/// Road distances.
pub static DISTANCES: TableDef = TableDef {
    name: "distances",
    doc: "Road distances. Where a pair is absent: great-circle distance × the scenario's detour factor.",
    required: false,
    used: Use::Later,
    key: &["from", "to"],
    columns: &[
        column("from", Kind::Id, "Location or postcode.").required(),
        column("to", Kind::Id, "Location or postcode.").required(),
        column("distance_m", Kind::Metres, "How far.").required(),
        column("duration_min", Kind::Minutes, "How long.").default("from the distance"),
    ],
};
