//! Where returns go, and where the goods of each shipment would come back to.

use crate::domain::{Condition, Dataset, ReturnStatus, Settings, SkuIx};
use crate::options::{Offer, RateIndex, return_offers};
use crate::plan::{Plan, Shipment};
use crate::solve::assign_returns;
use rayon::prelude::*;

/// For each return, where it goes and how; `None` for those that are there or under way, and where nothing takes it.
pub fn returning(dataset: &Dataset, settings: &Settings, rates: &RateIndex) -> Vec<Option<Offer>> {
    let all: Vec<(i64, Vec<Offer>)> = dataset
        .returns
        .par_iter()
        .map(|back| {
            let goods = [(back.sku, back.quantity)];
            let offers = match back.status {
                ReturnStatus::Announced => {
                    let what = (&goods[..], back.condition);
                    return_offers(dataset, settings, rates, what, back.from)
                }
                _ => vec![],
            };
            (back.quantity, offers)
        })
        .collect();
    let chosen = assign_returns(dataset, &all);
    let each = all.iter().zip(chosen);
    each.map(|((_, offers), chosen)| chosen.map(|chosen| offers[chosen]))
        .collect()
}

/// For each shipment that reaches a customer, where its goods would come back to as new, and how; `None` for others, and
/// where nothing takes them.
pub fn labels(
    dataset: &Dataset,
    settings: &Settings,
    rates: &RateIndex,
    plan: &Plan,
) -> Vec<Option<Offer>> {
    if !dataset.locations.iter().any(|place| place.accepts_returns) {
        return vec![None; plan.shipments.len()];
    }
    let label = |shipment: &Shipment| {
        if !shipment.reaches_customer() {
            return None;
        }
        let pieces = shipment.pieces.iter();
        let goods: Vec<(SkuIx, i64)> = pieces
            .map(|piece| {
                let form = dataset.form_of(&dataset.lines[piece.line.ix()], piece.form);
                (form.shipped, i64::from(piece.quantity))
            })
            .collect();
        let from = dataset.orders[shipment.order.ix()].destination;
        let what = (&goods[..], Condition::New);
        let offers = return_offers(dataset, settings, rates, what, from).into_iter();
        offers.reduce(|best, offer| {
            if offer.gain() > best.gain() {
                offer
            } else {
                best
            }
        })
    };
    plan.shipments.par_iter().map(label).collect()
}
