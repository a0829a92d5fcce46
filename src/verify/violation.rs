//! What a plan can break, each with ids and numbers.

use crate::domain::{Dataset, LineIx, WaveIx};
use crate::plan::Shipment;
use jiff::Timestamp;
use std::fmt;
use std::sync::Arc;

/// Which shipment: by the names that the files use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    /// Its order.
    pub order: Box<str>,
    /// Where it leaves from.
    pub location: Box<str>,
    /// The wave it leaves with.
    pub wave: Box<str>,
}

impl At {
    pub(super) fn shipment(dataset: &Dataset, shipment: &Shipment) -> Self {
        let wave = &dataset.waves[shipment.wave.ix()];
        Self {
            order: dataset.orders[shipment.order.ix()].id.clone(),
            location: dataset.locations[wave.location.ix()].id.clone(),
            wave: wave.name.clone(),
        }
    }
}

impl fmt::Display for At {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "order {}, shipment from {} in wave {}",
            self.order, self.location, self.wave
        )
    }
}

/// A departure of a location, or one line of an order: by the names that the files use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named(pub Box<str>, pub Box<str>);

impl Named {
    pub(super) fn wave(dataset: &Dataset, wave: WaveIx) -> Self {
        let wave = &dataset.waves[wave.ix()];
        Self(
            dataset.locations[wave.location.ix()].id.clone(),
            wave.name.clone(),
        )
    }

    pub(super) fn line(dataset: &Dataset, line: LineIx) -> Self {
        let line = &dataset.lines[line.ix()];
        Self(
            dataset.orders[line.order.ix()].id.clone(),
            Box::from(&*line.id),
        )
    }
}

macro_rules! violations {
    ($(
        $(#[$doc:meta])*
        $name:ident { $($field:ident : $type:ty),* $(,)? } => $($format:expr),+ ;
    )+) => {
        /// A rule that a plan breaks, with the ids and numbers that show it.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "the sentence of each variant names its fields")]
        pub enum Violation {
            $( $(#[$doc])* $name { $($field: $type),* }, )+
        }

        impl fmt::Display for Violation {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $( Self::$name { $($field),* } => {
                        let _ = ($($field,)*);
                        write!(out, $($format),+)
                    } )+
                }
            }
        }
    };
}

violations! {
    /// An index points outside its table.
    UnknownIndex { shipment: usize, what: &'static str } =>
        "shipment number {shipment} of the plan names a {what} that does not exist";
    /// Shipments are not sorted by order and wave, or pieces not by line.
    NotCanonical { shipment: usize } =>
        "shipment number {shipment} of the plan is not in canonical order (order, wave; its pieces by line)";
    /// Two shipments of one order leave one location in one wave.
    DuplicateShipment { at: At } =>
        "{at}: a second shipment of the order in the same wave";
    /// A shipment holds nothing.
    EmptyShipment { at: At } => "{at}: it holds nothing";
    /// A piece of no units.
    EmptyPiece { at: At, line: Arc<str> } => "{at}: line {line} is in it with no units";
    /// A line twice in one shipment.
    RepeatedLine { at: At, line: Arc<str> } => "{at}: line {line} is in it twice";
    /// A line of another order.
    ForeignLine { at: At, line: Named } =>
        "{at}: it holds line {} of order {}", line.1, line.0;
    /// More units than ordered.
    DemandExceeded { line: Named, shipped: i64, ordered: i64 } =>
        "order {}, line {}: {shipped} units shipped, {ordered} ordered", line.0, line.1;
    /// The location is closed by the scenario.
    LocationClosed { at: At } => "{at}: the location is closed (open = no)";
    /// The wave falls in a downtime.
    WaveClosed { at: At, reason: Box<str> } => "{at}: the wave is closed ({reason})";
    /// It leaves before release and lead time, or before the scheduled date.
    LeavesTooEarly { at: At, departs: Timestamp, earliest: Timestamp } =>
        "{at}: it leaves at {departs}, but not before {earliest}";
    /// The hub forwards what has not arrived.
    ForwardedBeforeArrival { at: At, departs: Timestamp, ready: Timestamp } =>
        "{at}: what it brings to the hub leaves there at {departs}, but is ready at {ready} only";
    /// The location cannot handle a product.
    LocationHandling { at: At, location: Box<str> } =>
        "{at}: {location} cannot do the special handling it needs";
    /// The band of the rate card excludes a product's handling.
    CarrierHandling { at: At, service: Box<str> } =>
        "{at}: {service} cannot carry the special handling it needs";
    /// The order may not use this service.
    ServiceNotBought { at: At, service: Box<str> } =>
        "{at}: the order does not allow the service {service}";
    /// A unit is longer than the service takes.
    TooLong { at: At, service: Box<str>, length_mm: i64, limit_mm: i64 } =>
        "{at}: a unit is {length_mm} mm long, {service} takes {limit_mm} mm";
    /// A unit is thicker than the service takes.
    TooThick { at: At, service: Box<str>, girth_mm: i64, limit_mm: i64 } =>
        "{at}: a unit has a girth of {girth_mm} mm, {service} takes {limit_mm} mm";
    /// No lane of the rate card leads there.
    NoLane { at: At, service: Box<str> } =>
        "{at}: no rate of {service} leads to the destination";
    /// No band holds its weight.
    NoBand { at: At, service: Box<str>, weight_mg: i64, parcels: u32 } =>
        "{at}: no weight band of {service} takes {weight_mg} mg in {parcels} parcels";
    /// More or fewer parcels than possible.
    Parcels { at: At, parcels: u32, limit: u32 } =>
        "{at}: {parcels} parcels, where 1 to {limit} are possible";
    /// A parcel is heavier than the service takes.
    ParcelTooHeavy { at: At, service: Box<str>, weight_mg: i64, parcels: u32, limit_mg: i64 } =>
        "{at}: {weight_mg} mg in {parcels} parcels, {service} takes {limit_mg} mg a parcel";
    /// More parcels than units, or a unit that is more than a parcel may be.
    UnitsInParts { at: At, service: Box<str>, parcels: u32, units: i64 } =>
        "{at}: {units} units in {parcels} parcels by {service}, and not every unit fits one of them whole";
    /// An order to be collected goes by carrier, or one to be shipped waits in a store.
    WrongFulfilment { at: At } =>
        "{at}: its route does not suit how the customer gets the order (ship or pickup)";
    /// Collected elsewhere than at the pick-up store.
    NotThePickupStore { at: At, location: Box<str> } =>
        "{at}: it ends at {location}, which is not the order's pick-up store";
    /// A transfer that does not begin where the shipment leaves.
    TransferOrigin { at: At, from: Box<str> } =>
        "{at}: its transfer begins at {from}";
    /// A feeder that does not end at the hub of the wave it is to join.
    NotAHub { at: At, location: Box<str> } =>
        "{at}: it is to be merged at {location}, which is not the hub of that transfer and wave";
    /// Goods taken from the stock of a hub.
    HubHoldsNoStock { at: At } =>
        "{at}: a hub holds no stock, it only forwards by carrier what was brought to it";
    /// What reaches the hub differs from what it forwards.
    FeedersDiffer { line: Named, hub: Named, brought: i64, forwarded: i64 } =>
        "order {}, line {}: {brought} units brought to hub {} for wave {}, {forwarded} forwarded",
        line.0, line.1, hub.0, hub.1;
    /// More shipments than the order allows.
    TooManyShipments { order: Box<str>, shipments: i64, limit: i64 } =>
        "order {order}: {shipments} shipments, at most {limit} allowed";
    /// A line from more places or waves than it allows.
    TooManyLineShipments { line: Named, pieces: i64, limit: i64 } =>
        "order {}, line {}: shipped in {pieces} pieces, at most {limit} allowed", line.0, line.1;
    /// A piece of a split line is too small.
    PieceTooSmall { at: At, line: Arc<str>, quantity: u32, limit: u32 } =>
        "{at}: {quantity} units of line {line}, a piece of a split has at least {limit}";
    /// A piece of a line of whole cases is no whole cases.
    CaseBroken { at: At, line: Arc<str>, quantity: u32, case: u32 } =>
        "{at}: {quantity} units of line {line}, which ships in whole cases of {case}";
    /// A product that ships alone has company.
    NotAlone { at: At, line: Arc<str> } =>
        "{at}: line {line} ships alone, but other lines are in it";
    /// A line to be shipped all or nothing is filled in part.
    LineNotComplete { line: Named, shipped: i64, ordered: i64 } =>
        "order {}, line {}: {shipped} of {ordered} units shipped, but it ships complete or not at all",
        line.0, line.1;
    /// An order to be shipped all or nothing is filled in part.
    OrderNotComplete { order: Box<str>, shipped: i64, ordered: i64 } =>
        "order {order}: {shipped} of {ordered} units shipped, but it ships complete or not at all";
    /// A location does not know the SKU.
    NoStockHere { at: At, sku: Box<str> } => "{at}: the location holds no {sku}";
    /// More units taken than there are by then.
    StockExceeded { location: Box<str>, sku: Box<str>, wave: Box<str>, taken: i64, available: i64 } =>
        "{location}, {sku}: {taken} units taken up to wave {wave}, {available} available by then";
    /// More units than capacity and overtime.
    UnitCapacity { wave: Named, units: i64, limit: i64 } =>
        "{}, wave {}: {units} units, {limit} possible with overtime", wave.0, wave.1;
    /// More lines than capacity.
    LineCapacity { wave: Named, lines: i64, limit: i64 } =>
        "{}, wave {}: {lines} lines, {limit} possible", wave.0, wave.1;
    /// More shipments than capacity.
    ShipmentCapacity { wave: Named, shipments: i64, limit: i64 } =>
        "{}, wave {}: {shipments} shipments, {limit} possible", wave.0, wave.1;
    /// More shipments than a carrier's service takes.
    CarrierCapacity { wave: Named, service: Box<str>, shipments: i64, limit: i64 } =>
        "{}, wave {}: {shipments} shipments with {service}, {limit} possible", wave.0, wave.1;
    /// A location that has declined a line ships it.
    Declined { at: At, line: Arc<str> } =>
        "{at}: the location has declined line {line}";
    /// A business rule keeps a line from where it leaves, from its carrier, or from another line beside it.
    RuleBroken { at: At, line: Arc<str>, rule: Box<str> } =>
        "{at}: line {line} breaks the rule {rule}";
    /// More shipments from other locations than before.
    TooManyMoves { moved: i64, limit: i64 } =>
        "{moved} shipments leave another location than their order's before, at most {limit} allowed";
    /// What goes by a hub is what was ordered, whole.
    MergedForm { at: At, line: Arc<str> } =>
        "{at}: line {line} goes by a hub as something else than what was ordered";
    /// More units than other channels leave.
    StockReserved { location: Box<str>, sku: Box<str>, taken: i64, available: i64 } =>
        "{location}, {sku}: {taken} units taken beyond what is kept for their channels, {available} available to all";
    /// Lines that a rule keeps together leave several locations.
    NotTogether { order: Box<str>, rule: Box<str>, locations: i64 } =>
        "order {order}: what the rule {rule} keeps together leaves {locations} locations";
    /// More than a rule allows.
    RuleLimit { rule: Box<str>, place: Box<str>, used: i64, limit: i64 } =>
        "rule {rule}: {used} at {place}, at most {limit} allowed";
    /// More locations open than a rule allows.
    TooManyOpen { rule: Box<str>, open: i64, limit: i64 } =>
        "rule {rule}: {open} locations are open, at most {limit} allowed";
    /// Fewer locations than a rule asks for could be open.
    TooFewOpen { rule: Box<str>, open: i64, least: i64 } =>
        "rule {rule}: {open} locations can be open, at least {least} are asked for";
    /// More units than a transfer takes.
    TransferCapacity { wave: Named, to: Box<str>, units: i64, limit: i64 } =>
        "{}, wave {}: {units} units transferred to {to}, {limit} possible", wave.0, wave.1;
}
