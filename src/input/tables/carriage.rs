//! How goods move: rate cards, services, zones, transfers.

use crate::input::schema::{Kind, TableDef, Use, column};
use crate::units::MICRO;

/// One row per lane, service and weight band.
pub static CARRIER_RATES: TableDef = TableDef {
    name: "carrier_rates",
    doc: "One row per lane, service and weight band. A parcel costs max(min_charge, base + per kg + per unit) × (1 + fuel_pct / 100). The most specific origin wins, then the most specific destination.",
    required: true,
    used: Use::Now,
    key: &[
        "carrier",
        "service",
        "origin",
        "destination_zone",
        "min_weight_g",
    ],
    columns: &[
        column("carrier", Kind::Id, "The carrier.").required(),
        column("service", Kind::Id, "Its product.").required(),
        column(
            "origin",
            Kind::Id,
            "From where: a location, a location's zone, or `*`.",
        )
        .required()
        .or_any(),
        column("destination_zone", Kind::Id, "To which zone, or `*`.")
            .required()
            .or_any(),
        column(
            "min_weight_g",
            Kind::Grams,
            "Billable weight above which the band begins; 0 includes 0.",
        )
        .default("0"),
        column(
            "max_weight_g",
            Kind::Grams,
            "Billable weight up to which it reaches, included.",
        )
        .default("none"),
        column("base_cost", Kind::Money, "Per parcel.").default("0"),
        column("cost_per_kg", Kind::Money, "Per billable kilogram.")
            .default("0")
            .within(0, 1_000_000 * MICRO),
        column("cost_per_unit", Kind::Money, "Per unit.").default("0"),
        column(
            "min_charge",
            Kind::Money,
            "The least a parcel costs, before fuel.",
        )
        .default("0"),
        column(
            "kg_step_g",
            Kind::Grams,
            "For `cost_per_kg`, billable weight is rounded up to a multiple of this.",
        )
        .default("none")
        .within(1, 100_000_000_000),
        column("fuel_pct", Kind::Decimal, "Surcharge in per cent.")
            .default("0")
            .within(-100 * MICRO, 1_000 * MICRO),
        column(
            "dim_divisor",
            Kind::Integer,
            "cm³ per kilogram: billable weight = max(weight, volume / this).",
        )
        .default("none")
        .within(1, 1_000_000_000),
        column(
            "transit_days",
            Kind::Days,
            "Days from the day of leaving to the day of arrival.",
        )
        .default("0"),
        column(
            "weekend",
            Kind::Bool,
            "Whether Saturdays and Sundays count as days.",
        )
        .default("yes"),
        column("handling", Kind::List, "Special handling it can carry.").default("any"),
    ],
};

/// One row per service.
pub static CARRIERS: TableDef = TableDef {
    name: "carriers",
    doc: "One row per carrier service: limits and commitments beyond its prices. A service without a row has the defaults.",
    required: false,
    used: Use::Now,
    key: &["carrier", "service"],
    columns: &[
        column("carrier", Kind::Id, "The carrier.").required(),
        column("service", Kind::Id, "Its product.").required(),
        column(
            "max_parcels",
            Kind::Integer,
            "A shipment may go as up to this many equal parcels: no more than it has units, each of which fits one of them whole.",
        )
        .default("1")
        .within(1, 1_000),
        column("max_parcel_g", Kind::Grams, "Weight of one parcel at most.").default("none"),
        column(
            "max_length_mm",
            Kind::Millimetres,
            "Longest side of a unit at most.",
        )
        .default("none"),
        column(
            "max_girth_mm",
            Kind::Millimetres,
            "Twice the sum of a unit's two shorter sides at most.",
        )
        .default("none"),
        column(
            "pickup_cutoff",
            Kind::TimeOfDay,
            "Last pick-up of a day on the origin's clock; a later wave leaves the next day.",
        )
        .default("none"),
        column(
            "capacity_shipments",
            Kind::Integer,
            "Shipments at most per origin and wave.",
        )
        .default("none"),
        column(
            "minimum_shipments",
            Kind::Integer,
            "Shipments promised to the carrier, over the horizon and all origins.",
        )
        .default("0"),
        column("shortfall_cost", Kind::Money, "Paid for each one missing.").default("0"),
        column(
            "co2_g_per_kg_km",
            Kind::Decimal,
            "Grams of CO₂ per kilogram and kilometre.",
        )
        .default("0")
        .within(0, 100 * MICRO),
    ],
};

/// One row per postcode prefix.
pub static ZONES: TableDef = TableDef {
    name: "zones",
    doc: "One row per postcode prefix: the zone of a destination. The longest prefix wins, then a carrier over `*`, then the more specific origin, then a country over none.",
    required: false,
    used: Use::Now,
    key: &["carrier", "origin", "country", "postcode_prefix"],
    columns: &[
        column("carrier", Kind::Id, "Whose zones, or `*`.")
            .default("*")
            .or_any(),
        column(
            "origin",
            Kind::Id,
            "From where: a location, a location's zone, or `*`.",
        )
        .default("*")
        .or_any(),
        column("country", Kind::Text, "In which country.").default("any"),
        column(
            "postcode_prefix",
            Kind::Text,
            "How the postcode begins; `*`: every postcode.",
        )
        .required()
        .or_any(),
        column("destination_zone", Kind::Id, "The zone.").required(),
    ],
};

/// One row per way between two locations.
pub static TRANSFERS: TableDef = TableDef {
    name: "transfers",
    doc: "One row per way to move goods from one location to another: ship-to-store, consolidation at a hub or at the merging desk of a store, and from there stock of one location for orders that another ships. A desk gets the rows that end at its store, and shares their space, and one from the store in no time, where they are not stated.",
    required: false,
    used: Use::Now,
    key: &["from_location", "to_location"],
    columns: &[
        column("from_location", Kind::Id, "From.")
            .required()
            .refers("location_costs", "location_id"),
        column("to_location", Kind::Id, "To.")
            .required()
            .refers("location_costs", "location_id"),
        column("cost_per_shipment", Kind::Money, "Per shipment moved.").default("0"),
        column("cost_per_unit", Kind::Money, "Per unit moved.").default("0"),
        column("cost_per_kg", Kind::Money, "Per kilogram moved.")
            .default("0")
            .within(0, 1_000_000 * MICRO),
        column(
            "transit_days",
            Kind::Days,
            "Calendar days from leaving to arrival, which is the end of the day.",
        )
        .default("0"),
        column(
            "transit_min",
            Kind::Minutes,
            "Minutes from leaving to arrival, instead of `transit_days`: a shuttle that comes the same day.",
        ),
        column(
            "capacity_units",
            Kind::Integer,
            "Units at most per wave of the origin.",
        )
        .default("none"),
    ],
};
