//! All that the page says of one scenario.

use super::parts::{Block, Cell, Segment, Table, Tile};
use super::words::{count, money, several, shown, status, tone};
use super::{Chapter, LocationUses, earned, limits, map, overview, served, share};
use crate::report::Summary;
use crate::report::digest::{Digest, Moves, Places, Returned};
use crate::units::Money;

/// One chapter, ready for the template.
pub(super) struct ChapterView {
    pub id: String,
    pub name: String,
    pub status: String,
    pub tone: &'static str,
    pub lead: Vec<String>,
    pub tiles: Vec<Tile>,
    pub blocks: Vec<Block>,
    /// Files of the scenario: name and relative path.
    pub files: Vec<(String, String)>,
}

/// The chapter of a scenario; differences are to the rules, else to the first.
pub(super) fn view(chapter: &Chapter<'_>, summaries: &[Summary]) -> ChapterView {
    let summary = chapter.summary;
    let other = other(summary, summaries);
    // The overview has told it of the first.
    let is_first = summaries
        .first()
        .is_some_and(|first| first.scenario == summary.scenario);
    let mut lead = overview::told(summary, summaries);
    let mut tiles = overview::tiles(summary, other);
    if is_first {
        lead = vec!["Its key figures stand in the overview.".to_owned()];
        tiles.clear();
    }
    if chapter.digest.is_none() && summary.verified {
        lead.push(
            "Its digest.json is not there, so that only its key figures are shown.".to_owned(),
        );
    }
    let blocks = match &chapter.digest {
        Some(digest) if summary.verified => blocks(chapter, digest, summaries),
        _ => vec![],
    };
    ChapterView {
        id: format!("s-{}", summary.scenario),
        name: summary.scenario.clone(),
        status: status(&summary.status).to_owned(),
        tone: tone(&summary.status),
        lead,
        tiles,
        blocks: blocks
            .into_iter()
            .filter(|block| !block.is_empty())
            .collect(),
        files: chapter
            .files
            .iter()
            .map(|name| chapter.link(name))
            .collect(),
    }
}

/// The rules, or the first where there are none or these are the rules.
fn other<'a>(summary: &Summary, summaries: &'a [Summary]) -> Option<&'a Summary> {
    let is_other = |it: &&Summary| it.scenario != summary.scenario;
    let rules = summaries.iter().find(|it| it.is_baseline() && is_other(it));
    rules.or_else(|| summaries.first().filter(is_other))
}

fn blocks(chapter: &Chapter<'_>, digest: &Digest, summaries: &[Summary]) -> Vec<Block> {
    let summary = chapter.summary;
    let currency = summary.currency.as_str();
    let profitability = digest.groups.iter().fold(
        Block::new("groups", "Who earns what", vec![]),
        |block, of| {
            let file = chapter.file(&format!("profitability_by_{}", of.by));
            block.with(earned::groups(of, currency, file))
        },
    );
    vec![
        proof(summary),
        earnings(summary, summaries),
        whereabouts(chapter, digest),
        Block::new("capacity", "Capacity", vec![])
            .with(limits::locations(chapter, &summary.locations, digest))
            .with(limits::waves(&digest.waves))
            .with(limits::decisions(&summary.open_decisions, currency))
            .with(limits::rules(&summary.rules, currency)),
        Block::new("service", "Customers", vec![])
            .with(served::splits(chapter, digest))
            .with(served::lateness(chapter, digest))
            .with(served::distances(chapter, &digest.by_distance, currency))
            .with(served::channels(chapter, &summary.channels, currency)),
        Block::new("carriers", "Carriers", vec![]).with(served::carriers(
            chapter,
            &digest.carried,
            currency,
        )),
        Block::new("unfilled", "Unfilled", unfilled(digest, currency))
            .with(served::reasons(chapter, digest, currency))
            .with(served::shortages(chapter, digest, currency)),
        Block::new("scarce", "What is scarce", vec![])
            .with(limits::prices(chapter, digest, currency)),
        profitability,
        Block::new("changes", "Changes and returns", changes(digest, currency)),
    ]
}

fn unfilled(digest: &Digest, currency: &str) -> Vec<String> {
    let units: i64 = digest.reasons.iter().map(|it| it.units).sum();
    let value: Money = digest.reasons.iter().map(|it| it.value).sum();
    vec![if units == 0 {
        "Every unit ships.".to_owned()
    } else {
        format!(
            "{} worth {} {currency} at the orders' prices, not shipped within the horizon.",
            several(units, "unit", "units"),
            money(value)
        )
    }]
}

/// Bound, gap, and what the gap is made of.
fn proof(summary: &Summary) -> Block {
    let currency = summary.currency.as_str();
    let mut lead = vec![overview::proven(summary)];
    if !summary.reason.is_empty() {
        lead.push(format!("Why it stopped: {}.", summary.reason));
    }
    let mut goals = Table::new("Goals, the first first")
        .words("goal")
        .number("plan", "")
        .number("proven bound", "");
    if summary.goals.len() > 1 {
        for goal in &summary.goals {
            goals.row(vec![
                Cell::Words(goal.goal.replace('_', " ")),
                Cell::Number(super::words::decimal(Some(goal.value), 2)),
                Cell::Number(super::words::decimal(Some(goal.bound), 2)),
            ]);
        }
    }
    Block::new("proof", "Proof", lead)
        .with(gap(summary, currency))
        .with(goals)
}

fn gap(summary: &Summary, currency: &str) -> Table {
    let what = match summary.widest_goal() {
        Some(_) => "What the last goal misses is made of",
        None => "What the gap is made of",
    };
    let mut table = Table::new(what)
        .words("part")
        .number("amount", currency)
        .bar("");
    let Some(parts) = summary
        .gap_parts
        .filter(|parts| money(parts.total()) != money(Money::ZERO))
    else {
        return table;
    };
    let by_prices = parts.by_prices();
    let most = by_prices.iter().map(|(_, part)| part.0).max().unwrap_or(0);
    for (name, part) in parts.all().filter(|(_, part)| *part != Money::ZERO) {
        let length = share(part.0.abs(), most).unwrap_or(0.0);
        let tone = if part < Money::ZERO { "gain" } else { "warn" };
        table.row(vec![
            Cell::Words(name.to_owned()),
            Cell::Number(money(part)),
            Cell::Bar(vec![Segment::new(0.0, length, tone)]),
        ]);
    }
    table.sum(vec![
        Cell::Words("objective to bound".to_owned()),
        Cell::Number(money(parts.total())),
        Cell::Bar(vec![]),
    ]);
    table.noted("Orders: what they do, less than the best each could at these prices. Stock, capacity, carriage, commitments: what has a price and stays. Fixed costs: what prices do not count. Proven otherwise: how much nearer the bound is shown to be by the solver.")
}

fn earnings(summary: &Summary, summaries: &[Summary]) -> Block {
    let mut block = Block::new("money", "Money", vec![]);
    let currency = summary.currency.as_str();
    let Some(account) = &summary.money else {
        return block;
    };
    let first = summaries.first();
    let rules = summaries.iter().find(|it| it.is_baseline());
    let mut told: Vec<&str> = vec![&summary.scenario];
    for from in [rules, first].into_iter().flatten() {
        let is_new = !told.contains(&from.scenario.as_str());
        if let Some(of) = from
            .money
            .as_ref()
            .filter(|_| is_new && from.currency == currency)
        {
            told.push(&from.scenario);
            let to = (summary.scenario.as_str(), account);
            block = block.with(earned::bridge((&from.scenario, of), to, currency));
        }
    }
    block.with(earned::statement(account, currency))
}

fn whereabouts(chapter: &Chapter<'_>, digest: &Digest) -> Block {
    let places = &digest.places;
    let used: LocationUses<'_> = chapter
        .summary
        .locations
        .iter()
        .map(|it| (&*it.location, it))
        .collect();
    let map_view = map::map(&chapter.summary.scenario, places, &used);
    let mut lead = vec![];
    if let Some(view) = &map_view {
        let drawn = view.flows.len();
        lead.push(format!(
            "Lines are what carriers bring from a location to a zone: {}; dashed lines are transfers, those with most shipments. Circles without a frame are customers, red where less than 90 % of their units are filled.{}",
            if drawn < places.flows.len() || drawn == 0 {
                format!("the {} with most shipments", count(drawn as i64))
            } else {
                format!("{} in all", count(drawn as i64))
            },
            if view.has_land { " Coasts and borders: Natural Earth." } else { "" },
        ));
        if places.locations.len() > map::DRAWN_LOCATIONS {
            lead.push(format!(
                "Of {} the {} from which most leaves are drawn.",
                several(places.locations.len() as i64, "location", "locations"),
                count(map::DRAWN_LOCATIONS as i64)
            ));
        }
    }
    let mut block = Block::new("map", "Where it leaves and where it goes", lead)
        .with(flows(chapter, places))
        .with(transfers(places));
    block.map = map_view;
    block
}

fn flows(chapter: &Chapter<'_>, places: &Places) -> Table {
    let mut table = Table::new("From location to zone")
        .words("location")
        .words("zone")
        .number("shipments", "")
        .number("units", "")
        .bar("")
        .of_file(chapter.file("shipments"))
        .folded();
    let most = places.flows.first().map_or(0, |flow| flow.shipments);
    for flow in places.flows.iter().take(60) {
        table.row(vec![
            Cell::Key(shown(&flow.location)),
            if flow.zone.is_empty() {
                Cell::Words("no zone".to_owned())
            } else {
                Cell::Key(shown(&flow.zone))
            },
            Cell::Number(count(flow.shipments)),
            Cell::Number(count(flow.units)),
            Cell::Bar(vec![Segment::new(
                0.0,
                share(flow.shipments, most).unwrap_or(0.0),
                "level",
            )]),
        ]);
    }
    let shown: i64 = places
        .flows
        .iter()
        .take(60)
        .map(|flow| flow.shipments)
        .sum();
    table.noted(format!(
        "{} of {} shipments by carrier; {} have orders.",
        count(shown),
        count(places.carried_in_all),
        several(places.zones_in_all, "zone", "zones")
    ))
}

fn transfers(places: &Places) -> Table {
    let mut table = Table::new("From location to location")
        .words("from")
        .words("to")
        .number("shipments", "")
        .number("units", "")
        .folded();
    for flow in places.transfers.iter().take(40) {
        table.row(vec![
            Cell::Key(shown(&flow.from)),
            Cell::Key(shown(&flow.to)),
            Cell::Number(count(flow.shipments)),
            Cell::Number(count(flow.units)),
        ]);
    }
    table
}

/// What moved against an earlier run, and what customers send back.
fn changes(digest: &Digest, currency: &str) -> Vec<String> {
    let moves = digest.moves.map(|it: Moves| {
        format!(
            "Against the earlier run {} leave another location, in {}; staying would have cost {} {currency}. {} of earlier work stay as they were.",
            several(it.orders, "order", "orders"),
            several(it.shipments, "shipment", "shipments"),
            money(it.staying_costs),
            several(it.kept, "piece", "pieces"),
        )
    });
    let returns = digest.returns.map(|it: Returned| {
        format!(
            "Customers send back {}; {} announced ones get a way back for {} {currency} of carriage, for goods worth {} {currency}.",
            several(it.returns, "return", "returns"),
            count(it.sent_somewhere),
            money(it.carriage),
            money(it.value),
        )
    });
    moves.into_iter().chain(returns).collect()
}
