//! One scenario on its way: options → outcome → verified → ledger → files.

use super::exit::{Exit, Failure};
use super::findings::{Checked, Findings};
use super::load::Ready;
use super::memory::{Need, peak_memory_bytes};
use super::plan::{failed, read_summary};
use super::prices::start_prices;
use super::record::ScenarioRecord;
use crate::domain::{Dataset, Settings};
use crate::input::{Built, OnBadOrder};
use crate::options;
use crate::plan::read_known_plan;
use crate::progress::ScenarioTalk;
use crate::report::{
    Chosen, Format, Language, Planned, Seconds, Solved, Summary, digest, measure_of,
    rejected_sheet, shadow_prices_sheet, write_digest, write_documents, write_geojson, write_sheet,
    write_sheets, write_summary, write_tables, write_workbook,
};
use crate::solve::{self, Control, Goal, Known, Outcome, ShadowPrice, Status};
use crate::units::Money;
use crate::verify::{self, Audit};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// Violations of a rejected plan that are told.
const TOLD_VIOLATIONS: usize = 20;
/// How much worse than the plan's value a bound may be, relative, by rounding in the solver.
const BOUND_SLACK: i128 = 1_000_000;
/// The same in micro-units of money, where values are near zero.
const BOUND_SLACK_MICRO: i128 = 100;

/// Folder of the documents within a scenario's.
pub const DOCUMENTS: &str = "documents";
/// The tables of a scenario as one workbook.
pub const WORKBOOK: &str = "workbook.xlsx";

/// How scenarios are written.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// CSV or Parquet.
    pub format: Format,
    /// What is written besides tables.
    pub also: Also,
    /// Whether orders may be set aside, so that each scenario lists them.
    pub quarantine: bool,
    /// Whether a plan beyond its gap is as good as any.
    pub accept_gap: bool,
    /// Whether the run has a page.
    pub page: bool,
}

impl Manner {
    /// What happens to bad orders.
    pub(super) fn on_bad_order(self) -> OnBadOrder {
        if self.quarantine {
            OnBadOrder::SetAside
        } else {
            OnBadOrder::Refuse
        }
    }
}

/// What people open, besides the tables that programs read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Also {
    /// Documents to print, in a language.
    pub documents: Option<Language>,
    /// The tables as one workbook.
    pub workbook: bool,
    /// Locations and flows for maps.
    pub geojson: bool,
}

/// How a scenario came out.
pub struct Came {
    /// For the run's record.
    pub record: ScenarioRecord,
    /// For the comparison; `None` where nothing is published.
    pub summary: Option<Summary>,
}

/// The summary of a scenario that is planned where it was asked for about as many units, within a quarter: else its prices are
/// those of another scarcity, from which the way is longer than from none.
fn summary_of_as_much(alike: &Path, dataset: &Dataset) -> Option<Summary> {
    let summary = read_summary(alike).ok().flatten()?;
    let before = summary.kpis.as_ref()?.units;
    let lines = dataset.lines.iter();
    let units: i64 = lines.map(|line| i64::from(line.quantity)).sum();
    ((units - before).abs() <= before.max(units) / 4).then_some(summary)
}

/// Plans one scenario and writes its folder within `folder`; it begins with the prices and the plan in the folder `alike`,
/// where there are any.
///
/// # Errors
/// Of the file system. That there is no plan is a result.
pub fn plan_scenario(
    ready: &mut Ready,
    folder: &Path,
    alike: Option<&Path>,
    manner: Manner,
    interrupt: &AtomicBool,
    talk: ScenarioTalk<'_>,
) -> Result<Came, Failure> {
    let built = ready.take_built()?;
    let mut work = Work {
        settings: &ready.scenario.settings,
        dataset: &built.dataset,
        need: ready.need,
        seconds: Seconds {
            read: ready.seconds,
            ..Seconds::default()
        },
    };
    let summary = alike.and_then(|alike| summary_of_as_much(alike, work.dataset));
    let alike = alike.filter(|_| summary.is_some());
    let prices = alike.and_then(|alike| start_prices(alike, work.dataset, work.settings));
    let plan = alike.map(|alike| read_known_plan(alike, work.dataset));
    let known = Known {
        prices: prices.as_deref().unwrap_or_default(),
        plan: plan.as_ref(),
        gap: summary.and_then(|summary| summary.gap),
    };
    let (options, mut outcome) = work.solve(known, interrupt, &talk);
    let verdict = match &outcome.plan {
        None => Verdict::NoPlan,
        Some(_) => {
            talk.phase("verify");
            work.verify(&mut outcome)
        }
    };
    let mut record = new_record(ready);
    let summary = match verdict {
        Verdict::Fault(reasons) => {
            record.status = "fault".to_owned();
            record.exit_code = Exit::OwnFault.code();
            record.reasons = reasons;
            None
        }
        Verdict::Rejected(reasons) => {
            record.status = "rejected".to_owned();
            record.exit_code = Exit::Rejected.code();
            record.reasons = reasons;
            None
        }
        verdict => {
            talk.phase("write");
            let folder = folder.join(&ready.scenario.settings.name);
            fs::create_dir(&folder).map_err(Failure::io("create", &folder))?;
            let path = folder.join("scenario.toml");
            fs::write(&path, &ready.scenario.resolved).map_err(Failure::io("write", &path))?;
            let summary = work.write(&built, &options, &outcome, &verdict, &folder, manner)?;
            record.exit_code = exit_of(&outcome, manner).code();
            record.status = match outcome.status {
                Status::Interrupted => "interrupted".to_owned(),
                _ => summary.status.clone(),
            };
            if !outcome.reason.is_empty() {
                record.reasons.push(outcome.reason.clone());
            }
            Some(summary)
        }
    };
    record.seconds = seconds_by_name(work.seconds);
    talk.finished(&record.status, &told(&record, summary.as_ref()));
    Ok(Came { record, summary })
}

/// What checking a plan gave.
enum Verdict {
    /// Nothing to check.
    NoPlan,
    /// It stands.
    Verified(Box<Audit>),
    /// It breaks these rules.
    Rejected(Vec<String>),
    /// What the solver proved contradicts it.
    Fault(Vec<String>),
}

/// A scenario under way.
struct Work<'a> {
    settings: &'a Settings,
    dataset: &'a Dataset,
    /// What it takes of memory.
    need: Need,
    seconds: Seconds,
}

impl Work<'_> {
    fn solve(
        &mut self,
        known: Known<'_>,
        interrupt: &AtomicBool,
        talk: &ScenarioTalk<'_>,
    ) -> (options::Options, Outcome) {
        talk.phase("options");
        let begun = Instant::now();
        let mut options = options::enumerate_keeping(self.dataset, self.settings, self.need.kept);
        let candidates = self.need.candidates_within(self.settings.memory);
        options.cut.total = candidates;
        self.seconds.options = begun.elapsed().as_secs_f64();
        talk.phase("solve");
        let begun = Instant::now();
        let progress = |progress| talk.solving(progress);
        let control = Control::new(begun + self.settings.time_limit, interrupt, &progress);
        let mut outcome = solve::solve(self.dataset, self.settings, &options, known, &control);
        self.seconds.solve = begun.elapsed().as_secs_f64();
        if options.orders.is_none() && candidates < usize::MAX && !outcome.reason.is_empty() {
            let told = format!(
                "; solver.memory left room for {} options of all orders",
                candidates
            );
            outcome.reason.push_str(&told);
        }
        (options, outcome)
    }

    /// Checks the plan, then what is claimed about it.
    fn verify(&mut self, outcome: &mut Outcome) -> Verdict {
        let begun = Instant::now();
        let Some(plan) = &outcome.plan else {
            return Verdict::NoPlan;
        };
        let checked = verify::verify(self.dataset, self.settings, plan);
        self.seconds.verify = begun.elapsed().as_secs_f64();
        let audit = match checked {
            Ok(audit) => audit,
            Err(violations) => {
                let mut told: Vec<String> = violations
                    .iter()
                    .take(TOLD_VIOLATIONS)
                    .map(ToString::to_string)
                    .collect();
                if violations.len() > TOLD_VIOLATIONS {
                    told.push(format!("and {} more", violations.len() - TOLD_VIOLATIONS));
                }
                return Verdict::Rejected(told);
            }
        };
        match settle_claims(outcome, &audit, self.settings) {
            Ok(()) => Verdict::Verified(Box::new(audit)),
            Err(reasons) => Verdict::Fault(reasons),
        }
    }

    fn write(
        &mut self,
        built: &Built,
        options: &options::Options,
        outcome: &Outcome,
        verdict: &Verdict,
        folder: &Path,
        manner: Manner,
    ) -> Result<Summary, Failure> {
        let begun = Instant::now();
        let (dataset, settings) = (self.dataset, self.settings);
        let verified = match (verdict, &outcome.plan) {
            (Verdict::Verified(audit), Some(plan)) => {
                let prices = outcome.prices();
                let checked = Checked {
                    dataset,
                    settings,
                    options,
                    plan,
                    audit,
                    prices: &prices,
                };
                let findings = Findings::new(checked);
                let wrong = verify::check_returns(dataset, &sent(&findings.returning));
                if !wrong.is_empty() {
                    return Err(Failure::OwnFault(wrong.join("\n")));
                }
                let planned = findings.planned(checked);
                let prices: &[ShadowPrice] = match outcome.status {
                    Status::Baseline => &[],
                    _ => &outcome.shadow_prices,
                };
                let (written, digest) = rayon::join(
                    || write_tables(folder, planned, manner.format),
                    || digest(planned, prices),
                );
                written.map_err(failed)?;
                write_digest(folder, &digest).map_err(failed)?;
                let mut more = vec![];
                if outcome.status != Status::Baseline {
                    more.push(shadow_prices_sheet(dataset, &outcome.shadow_prices));
                }
                write_sheets(folder, &more, manner.format).map_err(failed)?;
                write_also(folder, planned, manner.also)?;
                if manner.also.workbook {
                    more.extend(manner.quarantine.then(|| rejected_sheet(&built.rejected)));
                    let summary = Summary::new(Solved {
                        settings,
                        outcome,
                        verified: Some((audit, &findings.ledger)),
                        seconds: self.seconds,
                        peak_memory_bytes: None,
                        orders_set_aside: built.set_aside(),
                    });
                    let path = folder.join(WORKBOOK);
                    write_workbook(&path, planned, &summary, &more).map_err(failed)?;
                }
                Some((audit, findings.ledger))
            }
            _ => None,
        };
        if manner.quarantine {
            let sheet = rejected_sheet(&built.rejected);
            write_sheet(folder, &sheet, manner.format).map_err(failed)?;
        }
        self.seconds.write = begun.elapsed().as_secs_f64();
        let summary = Summary::new(Solved {
            settings,
            outcome,
            verified: verified.as_ref().map(|(audit, ledger)| (&***audit, ledger)),
            seconds: self.seconds,
            peak_memory_bytes: peak_memory_bytes(),
            orders_set_aside: built.set_aside(),
        });
        write_summary(folder, &summary).map_err(failed)?;
        Ok(summary)
    }
}

/// Writes what people open.
fn write_also(folder: &Path, planned: Planned<'_>, also: Also) -> Result<(), Failure> {
    if let Some(language) = also.documents {
        let all = Chosen::all(planned.dataset);
        write_documents(&folder.join(DOCUMENTS), planned, &all, language).map_err(failed)?;
    }
    if also.geojson {
        write_geojson(folder, planned).map_err(failed)?;
    }
    Ok(())
}

/// Where returns are to go, in the verifier's words.
pub fn sent(returning: &[Option<options::Offer>]) -> Vec<Option<verify::Sent>> {
    let of = |it: &options::Offer| (it.location, it.service, it.parcels, it.carriage);
    returning
        .iter()
        .map(|offer| offer.as_ref().map(of))
        .collect()
}

/// Holds what the solver claims against the verifier's values.
///
/// A bound that is passed by no more than rounding becomes the value; a status that the verifier's gap does
/// not bear out becomes that of a limit. A bound that is passed by more is a mistake of ours.
fn settle_claims(
    outcome: &mut Outcome,
    audit: &Audit,
    settings: &Settings,
) -> Result<(), Vec<String>> {
    let mut wrong = vec![];
    for goal in &mut outcome.goals {
        let value = audit.goal_value(measure_of(goal.kind));
        let passed_by = missing(goal, value).checked_neg().unwrap_or(i128::MAX);
        let slack = if goal.kind.is_money() {
            i128::from(goal.bound).abs() / BOUND_SLACK + BOUND_SLACK_MICRO
        } else {
            0
        };
        if passed_by > slack {
            wrong.push(format!(
                "goal {}: the plan's value {value} is better than the bound {} that the solver claims to be proven",
                goal.kind.name(),
                goal.bound
            ));
        } else if passed_by > 0 {
            goal.bound = value;
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let is_done = matches!(outcome.status, Status::Optimal | Status::Gap);
    if let Some(goal) = outcome.goals.last().filter(|_| is_done) {
        let value = audit.goal_value(measure_of(goal.kind));
        let missing = missing(goal, value) as f64;
        let allowed = settings.mip_gap.max(1e-9) * (goal.bound as f64).abs() * (1.0 + 1e-9);
        let rounding = BOUND_SLACK_MICRO as f64;
        if missing > allowed + if goal.kind.is_money() { rounding } else { 0.0 } {
            outcome.status = Status::Limit;
        }
    }
    Ok(())
}

/// What a value falls short of a goal's bound, in the goal's unit; negative where it passes it.
fn missing(goal: &Goal, value: i64) -> i128 {
    let more = i128::from(goal.bound) - i128::from(value);
    if goal.kind.is_maximised() {
        more
    } else {
        -more
    }
}

fn exit_of(outcome: &Outcome, manner: Manner) -> Exit {
    match outcome.status {
        Status::Optimal | Status::Gap | Status::Baseline => Exit::Good,
        Status::Limit | Status::Interrupted if manner.accept_gap => Exit::Good,
        Status::Limit | Status::Interrupted => Exit::Limit,
        Status::Infeasible => Exit::Infeasible,
        Status::NoPlan => Exit::NoPlan,
    }
}

/// The record of a scenario that has not run.
pub fn new_record(ready: &Ready) -> ScenarioRecord {
    let scenario = &ready.scenario;
    ScenarioRecord {
        name: scenario.settings.name.clone(),
        status: "not_run".to_owned(),
        exit_code: Exit::Interrupted.code(),
        reasons: vec![],
        data: scenario.data.display().to_string(),
        settings_hash: blake3::hash(scenario.resolved.as_bytes())
            .to_hex()
            .to_string(),
        seed: scenario.settings.seed,
        mip_gap: scenario.settings.mip_gap,
        time_limit_seconds: scenario.settings.time_limit.as_secs_f64(),
        seconds: BTreeMap::new(),
        swept: scenario.swept.clone(),
    }
}

fn seconds_by_name(seconds: Seconds) -> BTreeMap<String, f64> {
    let steps = [
        ("read", seconds.read),
        ("options", seconds.options),
        ("solve", seconds.solve),
        ("verify", seconds.verify),
        ("write", seconds.write),
    ];
    steps
        .into_iter()
        .map(|(step, seconds)| (step.to_owned(), seconds))
        .collect()
}

/// One line on how a scenario came out.
fn told(record: &ScenarioRecord, summary: Option<&Summary>) -> String {
    let mut text = record.status.clone();
    if let Some(objective) = summary.and_then(|summary| summary.objective) {
        text += &format!("  objective {}", objective.rounded());
    }
    if let Some(bound) = summary.and_then(|summary| summary.bound) {
        text += &format!("  bound {}", Money::rounded(bound));
    }
    if let Some(gap) = summary.and_then(|summary| summary.gap) {
        text += &format!("  gap {:.3} %", gap * 100.0);
    }
    if let Some(reason) = record.reasons.first() {
        text += &format!("  {reason}");
    }
    text
}
