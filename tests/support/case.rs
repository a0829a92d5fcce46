//! A small dataset as texts, planned listed and wide.

use super::plan_of;
use super::tiny::settings;
use consign::domain::{FormKind, Objective, Settings};
use consign::input::{OnBadOrder, load};
use consign::units::MICRO;
use consign::verify::verify;

/// A dataset as texts, and how to plan it.
pub struct Case {
    pub tables: Vec<(&'static str, String)>,
    pub settings: Settings,
}

pub const ORDERS: &str = "order_id,sku,quantity,unit_price,destination_zone";
pub const STOCK: &str = "location_id,sku,on_hand";
pub const PLACES: &str = "location_id,cost_per_shipment";
pub const RATES: &str =
    "carrier,service,origin,destination_zone,min_weight_g,max_weight_g,base_cost";

/// Two locations with one SKU: `near` ships for 3, `far` for 5, whatever the weight.
pub fn case() -> Case {
    let mut settings = settings(Objective::Profit);
    settings.horizon_days = 1;
    settings.max_shipments = 2;
    Case {
        tables: Vec::new(),
        settings,
    }
    .with("orders", ORDERS, "o1,a,1,20,z")
    .with("inventory", STOCK, "near,a,9\nfar,a,9")
    .with("location_costs", PLACES, "near,0\nfar,0")
    .with(
        "carrier_rates",
        RATES,
        "van,day,near,z,0,,3\nvan,day,far,z,0,,5",
    )
}

/// Holds what is said of a case, refused or warned of, against what is to be said.
#[track_caller]
pub fn told(case: &Case, expected: &str) {
    let told = said(case);
    assert!(told.contains(expected), "{expected:?} is not in {told:?}");
}

/// What is said of a case, refused or warned of.
pub fn said(case: &Case) -> String {
    let folder = case.written();
    match load(folder.path(), &case.settings, OnBadOrder::Refuse) {
        Ok(built) => built.warnings.to_string(),
        Err(faults) => faults.to_string(),
    }
}

impl Case {
    /// Its tables in a folder.
    pub fn written(&self) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in &self.tables {
            std::fs::write(folder.path().join(format!("{name}.csv")), text).unwrap();
        }
        folder
    }

    /// The same with another table.
    pub fn with(&self, table: &'static str, header: &str, rows: &str) -> Self {
        let mut case = Self {
            tables: self.tables.clone(),
            settings: self.settings.clone(),
        };
        case.tables.retain(|(name, _)| *name != table);
        case.tables.push((table, format!("{header}\n{rows}\n")));
        case
    }

    /// What ships, as `order/line location×units` (`made`: a kit from its components; `as`: what replaces it) by order and location, and the objective in cents.
    pub fn plan(&self) -> (Vec<String>, i64) {
        let folder = self.written();
        let built = load(folder.path(), &self.settings, OnBadOrder::Refuse)
            .unwrap_or_else(|faults| panic!("{faults}"));
        let data = built.dataset;
        let mut answers = Vec::new();
        for loads_limit in [128, 0] {
            let outcome = plan_of(&data, &self.settings, loads_limit);
            let plan = outcome.plan.unwrap();
            let audit = verify(&data, &self.settings, &plan)
                .unwrap_or_else(|violations| panic!("{}", violations[0]));
            let shipped = plan
                .shipments
                .iter()
                .flat_map(|shipment| shipment.pieces.iter().map(move |piece| (shipment, piece)))
                .map(|(shipment, piece)| {
                    let line = &data.lines[piece.line.ix()];
                    let wave = &data.waves[shipment.wave.ix()];
                    let form = data.form_of(line, piece.form);
                    let made = match form.kind {
                        FormKind::Stock => String::new(),
                        FormKind::Assembled => " made".to_owned(),
                        FormKind::Substitute => {
                            format!(" as {}", data.products[form.shipped.ix()].sku)
                        }
                    };
                    format!(
                        "{}/{} {}x{}{made}",
                        data.orders[line.order.ix()].id,
                        line.id,
                        data.locations[wave.location.ix()].id,
                        piece.quantity
                    )
                })
                .collect();
            answers.push((shipped, audit.objective(&self.settings).0 * 100 / MICRO));
        }
        assert_eq!(answers[0], answers[1], "listed and wide orders differ");
        answers.remove(0)
    }

    #[track_caller]
    /// Holds it against what is to ship and to be earned, in cents.
    pub fn ships(&self, expected: &[&str], cents: i64) {
        let (shipped, objective) = self.plan();
        assert_eq!(
            (
                shipped.iter().map(String::as_str).collect::<Vec<_>>(),
                objective
            ),
            (expected.to_vec(), cents)
        );
    }
}
