//! What there is and where: stock, locations, their clocks and their days.

use crate::input::schema::{Kind, TableDef, Use, column};
use crate::units::MICRO;

/// One row per location and SKU.
pub static INVENTORY: TableDef = TableDef {
    name: "inventory",
    doc: "One row per location and SKU. Available = max(0, on_hand − reserved − safety_stock). A hub has no rows.",
    required: true,
    used: Use::Now,
    key: &["location_id", "sku"],
    columns: &[
        column("location_id", Kind::Id, "Where.").required().refers("location_costs", "location_id"),
        column("sku", Kind::Id, "What.").required(),
        column("on_hand", Kind::Stock, "Units there now, or `unlimited` (a supplier, a service). Less than 0, as some systems report, counts as nothing.").required().within(-1_000_000_000, 1_000_000_000),
        column("reserved", Kind::Integer, "Units promised to others.").default("0"),
        column("safety_stock", Kind::Integer, "Units that are never planned.").default("0"),
        column("unit_cost", Kind::Money, "Cost of goods of one unit here.").default("the product's"),
        column("ageing_credit", Kind::Money, "Gained per unit shipped from here, because it would be marked down or written off.").default("0"),
    ],
};

/// One row per expected delivery.
pub static INBOUND: TableDef = TableDef {
    name: "inbound",
    doc: "One row per expected delivery: what pre-orders and backorders wait for. It counts from `available_at` on when its confidence reaches the scenario's `inbound.min_confidence`.",
    required: false,
    used: Use::Now,
    key: &[],
    columns: &[
        column("location_id", Kind::Id, "Where it arrives.")
            .required()
            .refers("location_costs", "location_id"),
        column("sku", Kind::Id, "What.").required(),
        column("quantity", Kind::Quantity, "How many units.").required(),
        column("available_at", Kind::Time, "When it can be picked.").required(),
        column("reference", Kind::Text, "Purchase order or the like."),
        column("confidence", Kind::Decimal, "How sure it is, from 0 to 1.")
            .default("1")
            .within(0, MICRO),
        column(
            "returned",
            Kind::Bool,
            "Whether customers send it back; `returns` are added so.",
        )
        .default("no"),
    ],
};

/// One row per location.
pub static LOCATION_COSTS: TableDef = TableDef {
    name: "location_costs",
    doc: "One row per location: what and where it is, what work there costs and how much of it a wave can take.",
    required: true,
    used: Use::Now,
    key: &["location_id"],
    columns: &[
        column("location_id", Kind::Id, "The location.").required(),
        column("name", Kind::Text, "Name for people.").default("the id"),
        column("kind", Kind::Enum(&["warehouse", "store", "supplier", "hub", "partner"]), "What it is; a supplier ships for us (drop-ship), a hub has no stock and merges shipments.").default("warehouse"),
        column("desk_of", Kind::Id, "Of a hub: the store, or other place with stock, whose merging desk it is. What the store has and what others send it leave the desk as one parcel. Where its own cells are empty it has the store's place, clock and handling; where it has no rows of its own, the store's waves, and unless it states a `zone`, the store's rates and zones by origin; calendars of the store hold for it, too, and it is closed where the store is. All else is its own: costs, lead time, capacities, also those of carriers by origin.").refers("location_costs", "location_id"),
        column("zone", Kind::Id, "Zone it ships from, for the `origin` of rates and zones."),
        column("postcode", Kind::Text, "Postcode."),
        column("country", Kind::Text, "Country."),
        column("latitude", Kind::Decimal, "Degrees north.").within(-90 * MICRO, 90 * MICRO),
        column("longitude", Kind::Decimal, "Degrees east.").within(-180 * MICRO, 180 * MICRO),
        column("time_zone", Kind::Text, "Its clock, a name such as Europe/Paris.").default("scenario"),
        column("open", Kind::Enum(&["yes", "no", "decide"]), "Whether it is used; `decide`: the plan chooses.").default("yes"),
        column("fixed_cost", Kind::Money, "Paid once per planning horizon if anything planned leaves it, or it is kept open for a rule that counts open locations.").default("0"),
        column("closing_cost", Kind::Money, "Paid once per planning horizon if it is closed: `open` is `no`, or `decide` and it is not open in the plan; at most `fixed_cost` where the plan decides. Pick-ups and returns that come to it do not keep it open.").default("0"),
        column("cost_per_unit", Kind::Money, "Picking a unit.").default("0"),
        column("cost_per_line", Kind::Money, "Visiting a line.").default("0"),
        column("cost_per_shipment", Kind::Money, "Packing a shipment.").default("0"),
        column("capacity_units", Kind::Integer, "Units at most per wave.").default("none"),
        column("capacity_lines", Kind::Integer, "Lines at most per wave.").default("none"),
        column("capacity_shipments", Kind::Integer, "Shipments at most per wave.").default("none"),
        column("overtime_units", Kind::Integer, "Units at most beyond `capacity_units`, per wave.").default("0"),
        column("overtime_cost_per_unit", Kind::Money, "Cost of one such unit.").default("0"),
        column("handling", Kind::List, "Special handling it can do.").default("none"),
        column("lead_time_min", Kind::Minutes, "From release to ready.").default("0"),
        column("accepts_returns", Kind::Bool, "Whether customers may return goods to it.").default("no"),
        column("capacity_returns", Kind::Integer, "Units at most that customers may send back to it over the horizon.").default("none"),
    ],
};

/// One row per period of another capacity.
pub static CALENDARS: TableDef = TableDef {
    name: "calendars",
    doc: "Downtime, stock-taking, holidays, peak staffing: a wave that departs at or after `starts_at` and before `ends_at` has its capacities multiplied by the factor, rounded down. Where rows overlap, the smallest factor counts.",
    required: false,
    used: Use::Now,
    key: &[],
    columns: &[
        column("location_id", Kind::Id, "Where.")
            .required()
            .refers("location_costs", "location_id"),
        column("starts_at", Kind::Time, "From then on.").required(),
        column("ends_at", Kind::Time, "Until just before then.").required(),
        column(
            "capacity_factor",
            Kind::Decimal,
            "What capacities are multiplied by; 0 closes the wave.",
        )
        .default("0")
        .within(0, 100 * MICRO),
        column("reason", Kind::Text, "For reports."),
    ],
};

/// One row per departure time.
pub static WAVES: TableDef = TableDef {
    name: "waves",
    doc: "One row per departure time of a location. A location's own rows replace the rows of `*`. Without any row: one wave a day at 18:00, every day.",
    required: false,
    used: Use::Now,
    key: &[],
    columns: &[
        column(
            "location_id",
            Kind::Id,
            "Whose; `*`: every location without rows of its own.",
        )
        .default("*")
        .refers("location_costs", "location_id")
        .or_any(),
        column(
            "cutoff",
            Kind::TimeOfDay,
            "Departure, on the location's clock.",
        )
        .default("18:00"),
        column("weekdays", Kind::Weekdays, "On which days.").default("every day"),
        column("name", Kind::Text, "Name for people."),
    ],
};

/// Ring-fenced stock.
pub static CHANNEL_RESERVES: TableDef = TableDef {
    name: "channel_reserves",
    doc: "Units of all that a location has of a SKU over the horizon, deliveries included, that only one channel may take. Of several rows that match, one for the SKU comes before one for the location.",
    required: false,
    used: Use::Now,
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
