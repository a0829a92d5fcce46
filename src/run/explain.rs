//! One order of a published run explained.

use super::exit::Failure;
use super::findings::Findings;
use super::opened::Opened;
use crate::domain::{Dataset, LineIx, OrderIx};
use crate::explain::{Deciding, Told, story};
use crate::report::{StoryTold, told_story};

/// Tells all of an order, or of one line of it.
///
/// # Errors
/// The scenario has no such order or line.
pub fn explain(opened: &Opened, order: &str, line: Option<&str>) -> Result<StoryTold, Failure> {
    let dataset = &opened.built.dataset;
    let of = find_order(opened, order)?;
    let line = line.map(|line| find_line(dataset, of, line)).transpose()?;
    let checked = opened.checked();
    let sharing = checked.sharing();
    let findings = Findings::with(checked, &sharing, checked.ledger());
    let deciding = Deciding {
        dataset,
        settings: &opened.settings,
        rates: &opened.options.rates,
        sharing: &sharing,
    };
    let told = Told {
        plan: &opened.plan,
        audit: &opened.audit,
        ledger: &findings.ledger,
        unfilled: &findings.unfilled,
        choices: &findings.decisions.choices,
    };
    let story = story(deciding, told, of);
    Ok(told_story(
        dataset,
        &opened.settings,
        &opened.plan,
        &story,
        line,
    ))
}

pub(super) fn find_order(opened: &Opened, id: &str) -> Result<OrderIx, Failure> {
    let dataset = &opened.built.dataset;
    let found = dataset.orders.binary_search_by(|order| (*order.id).cmp(id));
    found.map(OrderIx::new).map_err(|_| {
        let scenario = &opened.settings.name;
        let is_kept = dataset.kept.iter().any(|kept| &*kept.order == id);
        let mut rejected = opened.built.rejected.iter();
        Failure::Usage(if rejected.any(|it| it.order_id == id) {
            format!("order {id} was set aside; rejected_orders of scenario {scenario} says why")
        } else if is_kept {
            format!("order {id} is not planned in scenario {scenario}: its earlier shipments stay; kept says why")
        } else {
            format!(
                "scenario {scenario} has no order {id}; it plans {} orders{}",
                dataset.orders.len(),
                match dataset.orders.first() {
                    Some(first) => format!(", such as {}", first.id),
                    None => String::new(),
                }
            )
        })
    })
}

fn find_line(dataset: &Dataset, order: OrderIx, id: &str) -> Result<LineIx, Failure> {
    let data = &dataset.orders[order.ix()];
    let mut lines = data.line_indices();
    lines
        .find(|line| &*dataset.lines[line.ix()].id == id)
        .ok_or_else(|| {
            let ids = dataset.lines_of(order).iter().map(|line| &*line.id);
            let ids: Vec<&str> = ids.take(20).collect();
            Failure::Usage(format!(
                "order {} has no line {id}; its lines are: {}",
                data.id,
                ids.join(", ")
            ))
        })
}
