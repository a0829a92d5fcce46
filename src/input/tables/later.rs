//! Tables that are known and documented but refused for now.

use crate::input::schema::{Kind, TableDef, Use, column};

/// What a kit is made of.
pub static KITS: TableDef = TableDef {
    name: "kits",
    doc: "One row per component of a kit. A kit may also be stocked ready-made under its own SKU; its components leave together from one location.",
    required: false,
    used: Use::Later,
    key: &["kit_sku", "component_sku"],
    columns: &[
        column("kit_sku", Kind::Id, "The kit.").required(),
        column("component_sku", Kind::Id, "A component.").required(),
        column(
            "quantity",
            Kind::Quantity,
            "Units of the component in one kit.",
        )
        .required(),
        column("assembly_cost", Kind::Money, "Cost of making one kit.").default("0"),
    ],
};

/// What may be sent instead.
pub static SUBSTITUTES: TableDef = TableDef {
    name: "substitutes",
    doc: "One row per SKU that may be sent instead of another.",
    required: false,
    used: Use::Later,
    key: &["sku", "substitute_sku"],
    columns: &[
        column("sku", Kind::Id, "What was ordered.").required(),
        column("substitute_sku", Kind::Id, "What may be sent.").required(),
        column("cost_per_unit", Kind::Money, "Malus per unit substituted.").default("0"),
        column(
            "needs_consent",
            Kind::Bool,
            "Only orders with `substitution` = true.",
        )
        .default("no"),
    ],
};

/// Ring-fenced stock.
pub static CHANNEL_RESERVES: TableDef = TableDef {
    name: "channel_reserves",
    doc: "Stock that only one channel may take.",
    required: false,
    used: Use::Later,
    key: &["location_id", "sku", "channel"],
    columns: &[
        column("location_id", Kind::Id, "Where, or `*`.")
            .required()
            .refers("location_costs", "location_id")
            .or_any(),
        column("sku", Kind::Id, "What, or `*`.")
            .default("*")
            .or_any(),
        column("channel", Kind::Text, "For whom.").required(),
        column("quantity", Kind::Quantity, "Units kept for it.").required(),
    ],
};

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

/// Locations that declined a line.
pub static REJECTIONS: TableDef = TableDef {
    name: "rejections",
    doc: "A location declined: it is not asked again for that line.",
    required: false,
    used: Use::Later,
    key: &["order_id", "line_id", "location_id"],
    columns: &[
        column("order_id", Kind::Id, "The order.").required(),
        column("line_id", Kind::Id, "The line.").default("the whole order"),
        column("location_id", Kind::Id, "Who declined.")
            .required()
            .refers("location_costs", "location_id"),
        column("reason", Kind::Text, "Why."),
        column("at", Kind::Time, "When."),
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
