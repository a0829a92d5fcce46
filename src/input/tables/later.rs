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

/// Goods that customers send back.
pub static RETURNS: TableDef = TableDef {
    name: "returns",
    doc: "One row per SKU that a customer sends back.",
    required: false,
    used: Use::Later,
    key: &["return_id"],
    columns: &[
        column("return_id", Kind::Id, "The return.").required(),
        column("order_id", Kind::Id, "The order it was part of."),
        column("sku", Kind::Id, "What comes back.").required(),
        column("quantity", Kind::Quantity, "How many units.").required(),
        column("postcode", Kind::Text, "From where."),
        column(
            "zone",
            Kind::Id,
            "From where, in the words of the rate cards.",
        ),
        column(
            "wants",
            Kind::Enum(&["refund", "exchange"]),
            "What the customer wants.",
        )
        .default("refund"),
        column("exchange_sku", Kind::Id, "What to send instead.").default("the same SKU"),
        column("condition", Kind::Text, "Condition of the goods."),
        column(
            "status",
            Kind::Enum(&["announced", "shipped", "received"]),
            "Where the goods are.",
        )
        .default("announced"),
        column("refund", Kind::Money, "Money given back."),
    ],
};

/// Orders that come again.
pub static SUBSCRIPTIONS: TableDef = TableDef {
    name: "subscriptions",
    doc: "One row per order line that comes again and again, with the columns of an order line.",
    required: false,
    used: Use::Later,
    key: &["subscription_id"],
    columns: &[
        column("subscription_id", Kind::Id, "The subscription.").required(),
        column("sku", Kind::Id, "What is wanted.").required(),
        column("quantity", Kind::Quantity, "How many units each time.").required(),
        column("unit_price", Kind::Money, "Revenue per unit shipped.").default("0"),
        column(
            "destination_zone",
            Kind::Id,
            "Where it goes, in the words of the rate cards.",
        ),
        column("postcode", Kind::Text, "Postcode of the destination."),
        column("country", Kind::Text, "Country of the destination."),
        column("channel", Kind::Text, "Sales channel.").default("web"),
        column("next_at", Kind::Time, "When it is due next.").required(),
        column("every", Kind::Duration, "How often, such as P1M.").required(),
        column("until", Kind::TimeEnd, "When it ends.").default("never"),
    ],
};
