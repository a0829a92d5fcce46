//! What a checked plan comes to: its ledger, and the reasons and places that its files tell.

use crate::domain::{Dataset, Settings};
use crate::explain::{self, Deciding, Decisions, Moved, Sharing, Unfilled};
use crate::ledger::{self, Ledger};
use crate::options::{Offer, Options};
use crate::plan::Plan;
use crate::report::Planned;
use crate::solve::Resource;
use crate::verify::Audit;

/// A plan that the verifier accepts, with what it was made of.
#[derive(Clone, Copy)]
pub struct Checked<'a> {
    /// The data it was planned on.
    pub dataset: &'a Dataset,
    /// The settings it was planned with.
    pub settings: &'a Settings,
    /// What each order could do.
    pub options: &'a Options,
    /// The plan.
    pub plan: &'a Plan,
    /// What the verifier finds in it.
    pub audit: &'a Audit,
    /// What one more of something shared would be worth at most, in micro-units of money.
    pub prices: &'a [(Resource, i64)],
}

impl<'a> Checked<'a> {
    /// What the plan uses of what orders share.
    pub fn sharing(&self) -> Sharing<'a> {
        Sharing::new(self.dataset, self.settings, self.plan, self.prices)
    }

    /// Its money and stock.
    pub fn ledger(&self) -> Ledger {
        ledger::ledger(self.dataset, self.plan, self.audit)
    }
}

/// What is found about a plan.
pub struct Findings {
    /// Its money and stock.
    pub ledger: Ledger,
    /// What it leaves unfilled, and why.
    pub unfilled: Vec<Unfilled>,
    /// Why each line ships as it does.
    pub decisions: Decisions,
    /// What leaves another place than before.
    pub moved: Vec<Moved>,
    /// Where each return is to go.
    pub returning: Vec<Option<Offer>>,
    /// Where the goods of each shipment would come back to.
    pub labels: Vec<Option<Offer>>,
}

impl Findings {
    /// Looks at a plan.
    pub fn new(of: Checked<'_>) -> Self {
        let (sharing, ledger) = rayon::join(|| of.sharing(), || of.ledger());
        Self::with(of, &sharing, ledger)
    }

    /// The same where what the plan shares and its ledger are known.
    pub fn with(of: Checked<'_>, sharing: &Sharing<'_>, ledger: Ledger) -> Self {
        let Checked {
            dataset,
            settings,
            options,
            plan,
            audit,
            ..
        } = of;
        let deciding = Deciding {
            dataset,
            settings,
            rates: &options.rates,
            sharing,
        };
        Self {
            decisions: explain::decisions(deciding, plan, audit, &ledger),
            unfilled: explain::unfilled(deciding, plan, audit, &ledger, options),
            moved: explain::moved(dataset, settings, plan, audit, &ledger, options),
            returning: explain::returning(dataset, settings, &options.rates),
            labels: explain::labels(dataset, settings, &options.rates, plan),
            ledger,
        }
    }

    /// The same plan with what is found, for its files.
    pub fn planned<'a>(&'a self, of: Checked<'a>) -> Planned<'a> {
        Planned {
            dataset: of.dataset,
            settings: of.settings,
            plan: of.plan,
            audit: of.audit,
            ledger: &self.ledger,
            unfilled: &self.unfilled,
            decisions: &self.decisions,
            moved: &self.moved,
            returning: &self.returning,
            labels: &self.labels,
        }
    }
}
