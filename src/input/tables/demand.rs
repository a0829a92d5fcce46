//! What customers want: orders and products.

use crate::input::schema::{Kind, TableDef, Use, column};
use crate::units::MICRO;

/// One row per order line.
pub static ORDERS: TableDef = TableDef {
    name: "orders",
    doc: "One row per order line. Order-level columns repeat on every row of an order; an empty cell takes the order's value from its other rows, and two different values are an error.",
    required: true,
    used: Use::Now,
    key: &["order_id", "line_id"],
    columns: &[
        column("order_id", Kind::Id, "The order.").required(),
        column("line_id", Kind::Id, "The line within the order.").default("1, 2, … in file order"),
        column("sku", Kind::Id, "What is wanted.").required(),
        column("quantity", Kind::Quantity, "How many units.").required(),
        column("unit_price", Kind::Money, "Revenue per unit shipped.").default("0"),
        column("destination_zone", Kind::Id, "Where the order goes, in the words of the rate cards.").default("from the postcode by `zones`"),
        column("postcode", Kind::Text, "Postcode of the destination; used by `zones`."),
        column("country", Kind::Text, "Country of the destination; used by `zones`."),
        column("latitude", Kind::Decimal, "Degrees north of the destination; used for distances and maps.").within(-90 * MICRO, 90 * MICRO),
        column("longitude", Kind::Decimal, "Degrees east of the destination.").within(-180 * MICRO, 180 * MICRO),
        column("channel", Kind::Text, "Sales channel: web, store, call_center, marketplace, b2b, …").default("web"),
        column("kind", Kind::Enum(&["sale", "preorder", "backorder", "subscription", "exchange", "replenishment"]), "Why it was ordered. All kinds plan alike for now.").default("sale"),
        column("priority", Kind::Integer, "Higher is first in the rules baseline and in ties; unfilled and late costs are multiplied by 1 + `priority_weight` × priority.").default("0").within(-1_000_000, 1_000_000),
        column("placed_at", Kind::Time, "When the customer ordered; nothing leaves before."),
        column("grace_until", Kind::Time, "End of the grace period; nothing leaves before."),
        column("ship_after", Kind::Time, "Scheduled: nothing leaves before."),
        column("deliver_by", Kind::TimeEnd, "Promised: arrival after this day is late. A date alone means the end of that day."),
        column("late_cost_per_day", Kind::Money, "Cost of the order per day late.").default("scenario"),
        column("unfilled_cost", Kind::Money, "Cost per unit of the line not shipped, beyond its lost margin.").default("scenario"),
        column("fulfilment", Kind::Enum(&["ship", "pickup", "fleet"]), "How the customer gets it. `fleet` is refused for now.").default("ship"),
        column("pickup_location", Kind::Id, "For `pickup`: the location where the customer collects.").refers("location_costs", "location_id"),
        column("window_start", Kind::Time, "For `fleet`: the customer can be visited from then on.").later(),
        column("window_end", Kind::Time, "For `fleet`: the customer can be visited until then.").later(),
        column("service_min", Kind::Minutes, "For `fleet`: minutes at the door.").later(),
        column("max_shipments", Kind::Integer, "Split limit of the order: shipments that reach the customer for it, what earlier runs have sent included.").default("scenario").within(1, 1_000),
        column("line_max_shipments", Kind::Integer, "Split limit of the line: pieces its quantity may come in, what earlier runs have sent included.").default("scenario").within(1, 1_000),
        column("min_split_units", Kind::Quantity, "A piece of a split line has at least this many units.").default("1"),
        column("ship_complete", Kind::Enum(&["none", "line", "order"]), "What ships all or nothing: `line` each line, `order` the order.").default("none"),
        column("substitution", Kind::Bool, "Whether the customer takes something else instead: `yes` whatever `substitutes` names, `no` nothing; left out: what needs no consent.").default("what needs no consent"),
        column("services", Kind::List, "Carrier services that may carry the order: service names, or `carrier/service`.").default("any"),
        column("weight_g", Kind::Grams, "Weight of one unit of this line.").default("the product's"),
        column("volume_cm3", Kind::Cm3, "Volume of one unit of this line.").default("the product's"),
        column("unit_cost", Kind::Money, "Cost of goods of one unit of this line.").default("the inventory's, else the product's"),
    ],
};

/// One row per SKU.
pub static PRODUCTS: TableDef = TableDef {
    name: "products",
    doc: "One row per SKU. Without this table products weigh nothing, cost nothing and need no special handling.",
    required: false,
    used: Use::Now,
    key: &["sku"],
    columns: &[
        column("sku", Kind::Id, "The product.").required(),
        column("name", Kind::Text, "Name for people.").default("the SKU"),
        column("group", Kind::Text, "Product group; rules may test it as `product_group`."),
        column("unit_cost", Kind::Money, "Cost of goods of one unit.").default("0"),
        column("weight_g", Kind::Grams, "Weight of one unit.").default("0"),
        column("length_mm", Kind::Millimetres, "One side of one unit.").default("unknown"),
        column("width_mm", Kind::Millimetres, "Another side.").default("unknown"),
        column("height_mm", Kind::Millimetres, "The third side.").default("unknown"),
        column("volume_cm3", Kind::Cm3, "Volume of one unit.").default("length × width × height"),
        column("handling", Kind::List, "Special handling it needs: cold, hazmat, fragile, oversize, …; a location and a service must be able to do all of it.").default("none"),
        column("ship_alone", Kind::Bool, "Whether a shipment with it holds no other line.").default("no"),
        column("units_per_case", Kind::Integer, "Units in a case: a line of whole cases is split by whole cases only.").default("1"),
        column("image_url", Kind::Text, "Picture for documents."),
    ],
};

/// What a kit is made of.
pub static KITS: TableDef = TableDef {
    name: "kits",
    doc: "One row per component of a kit. A kit may also be stocked ready-made under its own SKU; its components leave together from one location. A component may not be a kit itself. Where `products` has no weight or volume of the kit, those of its components add up.",
    required: false,
    used: Use::Now,
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
        column(
            "assembly_cost",
            Kind::Money,
            "Cost of making one kit; the same on all of its rows, or on one.",
        )
        .default("0"),
    ],
};

/// What may be sent instead.
pub static SUBSTITUTES: TableDef = TableDef {
    name: "substitutes",
    doc: "One row per SKU that may be sent instead of another, from stock; what replaces something is never replaced itself. Goods that a hub merges are never replaced.",
    required: false,
    used: Use::Now,
    key: &["sku", "substitute_sku"],
    columns: &[
        column("sku", Kind::Id, "What was ordered.").required(),
        column("substitute_sku", Kind::Id, "What may be sent.").required(),
        column("cost_per_unit", Kind::Money, "Malus per unit substituted.").default("0"),
        column(
            "needs_consent",
            Kind::Bool,
            "Only for orders with `substitution` = yes.",
        )
        .default("no"),
    ],
};

/// Locations that declined a line.
pub static REJECTIONS: TableDef = TableDef {
    name: "rejections",
    doc: "A location declined: it is not asked again for that line.",
    required: false,
    used: Use::Now,
    key: &["order_id", "line_id", "location_id"],
    columns: &[
        column("order_id", Kind::Id, "The order.").required(),
        column("line_id", Kind::Id, "The line.").default("the whole order"),
        column(
            "location_id",
            Kind::Id,
            "Who declined: sends nothing of it; a hub forwards nothing of it.",
        )
        .required()
        .refers("location_costs", "location_id"),
        column("reason", Kind::Text, "Why."),
        column("at", Kind::Time, "When."),
    ],
};
