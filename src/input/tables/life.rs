//! What happens to orders over time: they come again, come back, and were planned before.

use crate::input::schema::{Kind, TableDef, Use, column};
use crate::units::MICRO;

/// Goods that customers send back.
pub static RETURNS: TableDef = TableDef {
    name: "returns",
    doc: "One row per SKU of a return. Goods that are received or under way to a location are in its stock again from `available_at` on, unless damaged; for announced ones the plan names the best location. An exchange is an order of its own (named after the return) once the goods are under way.",
    required: false,
    used: Use::Now,
    key: &["return_id", "sku"],
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
        column(
            "condition",
            Kind::Enum(&["new", "opened", "damaged"]),
            "Condition of the goods; damaged ones are not sold again.",
        )
        .default("new"),
        column(
            "status",
            Kind::Enum(&["announced", "shipped", "received"]),
            "Where the goods are.",
        )
        .default("announced"),
        column(
            "refund",
            Kind::Money,
            "Money given back on receipt; of an exchange, what it costs to send nothing.",
        )
        .default("0"),
        column("country", Kind::Text, "Country that they come from."),
        column(
            "location_id",
            Kind::Id,
            "Where they are received or under way to.",
        )
        .refers("location_costs", "location_id"),
        column(
            "available_at",
            Kind::Time,
            "When they can be picked again there.",
        )
        .default("the moment of planning, if received"),
    ],
};

/// Orders that come again.
pub static SUBSCRIPTIONS: TableDef = TableDef {
    name: "subscriptions",
    doc: "One row per order line that comes again and again. Each date within the horizon becomes an order, named after the subscription and the date; one date that was missed is made up for. Rows of one subscription are lines of its orders.",
    required: false,
    used: Use::Now,
    key: &["subscription_id", "sku"],
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
        column(
            "latitude",
            Kind::Decimal,
            "Degrees north of the destination.",
        )
        .within(-90 * MICRO, 90 * MICRO),
        column(
            "longitude",
            Kind::Decimal,
            "Degrees east of the destination.",
        )
        .within(-180 * MICRO, 180 * MICRO),
        column("priority", Kind::Integer, "Higher is first.")
            .default("0")
            .within(-1_000_000, 1_000_000),
        column(
            "services",
            Kind::List,
            "Carrier services that may carry it.",
        )
        .default("any"),
        column("channel", Kind::Text, "Sales channel.").default("web"),
        column("next_at", Kind::Time, "When it is due next.").required(),
        column("every", Kind::Duration, "How often, such as P1M.").required(),
        column("until", Kind::TimeEnd, "When it ends.").default("never"),
    ],
};

/// What was planned or released before.
pub static PREVIOUS: TableDef = TableDef {
    name: "previous",
    doc: "What an earlier run planned, a row per piece: usually not a file but what `--previous` takes from that run's `allocations`, `shipments` and `kept`. What has left, is released or leaves within `replan.frozen` stays as it is: it is no longer asked for, and what it takes of stock, capacity and carriers is gone. Shipments that stay count against the split limits of their order and line; once these are used up, what is left goes as `splits.used_up` says. Of other orders it says from where they were to ship.",
    required: false,
    used: Use::Now,
    key: &[],
    columns: &[
        column("order_id", Kind::Id, "The order.").required(),
        column("line_id", Kind::Id, "The line.").required(),
        column("sku", Kind::Id, "What was ordered.").required(),
        column("shipped_sku", Kind::Id, "What was sent.").default("the SKU"),
        column(
            "form",
            Kind::Enum(&["stock", "assembled", "substitute"]),
            "How it was made.",
        )
        .default("stock"),
        column("location_id", Kind::Id, "From where.").required(),
        column("leaves_at", Kind::Time, "When.").required(),
        column("quantity", Kind::Quantity, "How many units.").required(),
        column("shipment_id", Kind::Id, "In which shipment.").required(),
        column(
            "carrier",
            Kind::Id,
            "By which carrier; empty for other routes.",
        ),
        column("service", Kind::Id, "By which service of it."),
        column("to_location", Kind::Id, "To where, by a transfer."),
        column("channel", Kind::Text, "Channel of the order.").default("the order's"),
        column(
            "begins_at",
            Kind::Time,
            "When it cannot be undone any more; of what a hub merges, when the first of it leaves for the hub.",
        )
        .default("`leaves_at`"),
        column(
            "takes_stock",
            Kind::Bool,
            "Whether the shipment takes units from stock; what a hub sends on does not.",
        )
        .default("yes"),
        column(
            "reaches_customer",
            Kind::Bool,
            "Whether the shipment counts as one of the order's.",
        )
        .default("yes"),
        column(
            "status",
            Kind::Enum(&["planned", "released"]),
            "Whether it was only planned, or handed over to be picked.",
        )
        .default("planned"),
    ],
};
