//! `digest.json`: what a page about a scenario shows beyond its summary, in numbers that do not grow with the orders.
//!
//! Everything is added up or picked out of the tables beside it, in a fixed order. Where only some rows are kept, the
//! digest says how many there are in all.

mod goods;
mod money;
mod places;
mod served;
mod waves;

pub use goods::{Reason, Shortages};
pub use money::{Group, Groups, Price, PriceKind};
pub use places::{Place, Places};
pub use served::{Bucket, Carried, DistanceBand, Moves, Returned};
pub use waves::{WaveCell, WaveGrid};

use super::Planned;
use crate::solve::ShadowPrice;
use serde::{Deserialize, Serialize};

/// What a page shows of one scenario beyond its summary.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Digest {
    /// Where things are and what goes where.
    pub places: Places,
    /// How full locations are, wave by wave.
    pub waves: WaveGrid,
    /// Orders by the number of shipments that reach the customer.
    pub orders_by_shipments: Vec<Bucket>,
    /// Orders that have a promise and of which something ships, by days late.
    pub orders_by_days_late: Vec<Bucket>,
    /// Orders of which something ships and nothing was promised.
    pub orders_without_promise: i64,
    /// What carriers bring to customers, by how far these are; last those of whom that is not known.
    #[serde(default)]
    pub by_distance: Vec<DistanceBand>,
    /// What goes by which service, collection and transfer.
    pub carried: Vec<Carried>,
    /// Why units stay unfilled, the most first.
    pub reasons: Vec<Reason>,
    /// What stays unfilled for want of stock.
    pub shortages: Shortages,
    /// What one more of what is scarce would be worth, by kind.
    pub prices: Vec<PriceKind>,
    /// Who earns what.
    pub groups: Vec<Groups>,
    /// What moved against an earlier run; `None` where there is none.
    pub moves: Option<Moves>,
    /// What customers send back; `None`: nothing.
    pub returns: Option<Returned>,
}

/// The digest of a plan and of the prices that prove its bound.
pub fn digest(planned: Planned<'_>, prices: &[ShadowPrice]) -> Digest {
    Digest {
        places: places::places(planned),
        waves: waves::grid(planned),
        orders_by_shipments: served::by_shipments(planned),
        orders_by_days_late: served::by_days_late(planned),
        orders_without_promise: served::without_promise(planned),
        by_distance: served::by_distance(planned),
        carried: served::carried(planned),
        reasons: goods::reasons(planned),
        shortages: goods::shortages(planned),
        prices: money::price_kinds(planned.dataset, prices),
        groups: planned.ledger.tables.iter().map(money::groups).collect(),
        moves: served::moves(planned),
        returns: served::returns(planned),
    }
}

impl Digest {
    /// The text of `digest.json`.
    pub fn to_json(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("numbers and texts are always JSON");
        text + "\n"
    }
}

/// A part of a whole of counts, for reading.
fn share(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
