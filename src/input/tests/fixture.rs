//! A good tiny dataset that tests patch.

use crate::domain::{Fill, Method, Objective, Settings, Strategy};
use crate::input::{Built, Fault, Faults, OnBadOrder, Severity, load};
use crate::units::Money;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::time::Duration;

/// Tables as text, by name.
#[derive(Clone)]
pub struct Data(pub BTreeMap<&'static str, String>);

const GOOD: [(&str, &str); 18] = [
    (
        "orders",
        "order_id,line_id,sku,quantity,unit_price,postcode,country,latitude,longitude,channel,kind,priority,placed_at,grace_until,ship_after,deliver_by,late_cost_per_day,unfilled_cost,fulfilment,pickup_location,max_shipments,line_max_shipments,min_split_units,ship_complete,services,weight_g,volume_cm3,unit_cost,destination_zone,window_start,service_min\n\
         O1,1,S1,2,10,69001,FR,45.7,4.8,web,sale,1,2026-11-22T08:00,,,2026-11-25,1.5,2,ship,,2,1,1,line,home,,,,,,\n\
         O1,2,S2,1,5,69001,FR,45.7,4.8,web,sale,1,2026-11-22T08:00,,,2026-11-25,1.5,2,ship,,2,1,1,line,home,,,,,,\n\
         O2,1,S1,3,10,59000,FR,,,store,sale,,2026-11-22T09:00,2026-11-23T09:00,2026-11-23T10:00,2026-11-24,,,pickup,PARIS,,,,,,1500,2000,4,,,\n",
    ),
    (
        "products",
        "sku,name,group,unit_cost,weight_g,length_mm,width_mm,height_mm,volume_cm3,handling,ship_alone,units_per_case,image_url\n\
         S1,Pan,cookware,6,1200,300,200,100,,fragile,no,6,\n\
         S2,Cup,glass,2,300.5,100,100,100,1000,,yes,,\n\
         SET,Pan and cups,cookware,,,,,,,,,,\n",
    ),
    (
        "inventory",
        "location_id,sku,on_hand,reserved,safety_stock,unit_cost,ageing_credit\n\
         LYON,S1,10,2,1,5.5,0.5\n\
         LYON,S2,unlimited,,,,\n\
         PARIS,S1,4,,,,\n",
    ),
    (
        "inbound",
        "location_id,sku,quantity,available_at,reference,confidence\n\
         PARIS,S2,5,2026-11-24T06:00,PO-1,0.9\n\
         LYON,S1,7,2026-11-24,PO-2,0.2\n",
    ),
    (
        "location_costs",
        "location_id,name,kind,zone,postcode,country,latitude,longitude,time_zone,open,fixed_cost,cost_per_unit,cost_per_line,cost_per_shipment,capacity_units,capacity_lines,capacity_shipments,overtime_units,overtime_cost_per_unit,handling,lead_time_min,accepts_returns,desk_of\n\
         LYON,Lyon,warehouse,ARA,69800,FR,45.7,4.9,Europe/Paris,yes,0,0.3,0.2,0.8,100,50,40,10,1.2,fragile|cold,60,yes,\n\
         PARIS,,store,IDF,75001,FR,48.85,2.35,,decide,10,0.5,,,,,,,,fragile,,,\n\
         HUB,,hub,IDF,,,,,,,,,,,,,,,,,,,\n",
    ),
    (
        "calendars",
        "location_id,starts_at,ends_at,capacity_factor,reason\n\
         PARIS,2026-11-24T00:00,2026-11-25T00:00,0,stock-taking\n\
         LYON,2026-11-24,2026-11-25,0.55,training\n",
    ),
    (
        "waves",
        "location_id,cutoff,weekdays,name\n\
         *,15:00,,\n\
         LYON,12:00,mon|tue,noon\n\
         LYON,18:00,,evening\n",
    ),
    (
        "carrier_rates",
        "carrier,service,origin,destination_zone,min_weight_g,max_weight_g,base_cost,cost_per_kg,cost_per_unit,min_charge,kg_step_g,fuel_pct,dim_divisor,transit_days,weekend,handling\n\
         Post,home,*,*,0,1000,4,0,,,,6,,2,no,\n\
         Post,home,*,*,1000,30000,6,0.5,0.1,5,500,6,5000,2,no,fragile\n\
         Post,express,LYON,ARA,,,9,,,,,,,1,yes,\n\
         Post,express,IDF,ARA,,,11,,,,,,,1,,\n",
    ),
    (
        "carriers",
        "carrier,service,max_parcels,max_parcel_g,max_length_mm,max_girth_mm,pickup_cutoff,capacity_shipments,minimum_shipments,shortfall_cost,co2_g_per_kg_km\n\
         Post,home,2,30000,1000,3000,20:00,500,10,0.5,0.12\n",
    ),
    (
        "zones",
        "carrier,origin,country,postcode_prefix,destination_zone\n\
         *,*,FR,69,ARA\n\
         Post,LYON,,75,IDF\n",
    ),
    (
        "transfers",
        "from_location,to_location,cost_per_shipment,cost_per_unit,cost_per_kg,transit_days,capacity_units\n\
         LYON,HUB,1.3,0.1,0.2,1,60\n\
         LYON,PARIS,1.3,,,1,\n",
    ),
    (
        "kits",
        "kit_sku,component_sku,quantity,assembly_cost\n\
         SET,S1,1,0.5\n\
         SET,S2,2,\n",
    ),
    (
        "substitutes",
        "sku,substitute_sku,cost_per_unit,needs_consent\n\
         S2,S1,0.2,yes\n",
    ),
    (
        "channel_reserves",
        "location_id,sku,channel,quantity\n\
         LYON,*,store,2\n",
    ),
    (
        "rejections",
        "order_id,line_id,location_id,reason,at\n\
         O1,2,PARIS,broken,2026-11-23T04:00\n",
    ),
    (
        "returns",
        "return_id,sku,quantity,status,location_id,available_at\n\
         R1,S1,1,announced,,\n",
    ),
    (
        "subscriptions",
        "subscription_id,sku,quantity,next_at,every\n\
         SUB1,S2,1,2027-01-15,P1M\n",
    ),
    (
        "previous",
        "order_id,line_id,sku,location_id,leaves_at,quantity,shipment_id,form\n\
         O1,1,S1,LYON,2026-11-23T18:00,2,O1-1,stock\n",
    ),
];

/// The good dataset.
pub fn good() -> Data {
    Data(
        GOOD.into_iter()
            .map(|(name, text)| (name, text.to_owned()))
            .collect(),
    )
}

impl Data {
    /// Replaces one cell; `row` counts from 1.
    pub fn patch(mut self, table: &'static str, row: usize, column: &str, value: &str) -> Self {
        let text = self.0.get_mut(table).expect("a table of the fixture");
        let mut rows: Vec<Vec<String>> = text
            .lines()
            .map(|line| line.split(',').map(str::to_owned).collect())
            .collect();
        let at = rows[0]
            .iter()
            .position(|name| name == column)
            .expect("a column of the fixture");
        rows[row][at] = value.to_owned();
        *text = rows.iter().map(|row| row.join(",") + "\n").collect();
        self
    }

    /// Adds a row.
    pub fn with_row(mut self, table: &'static str, row: &str) -> Self {
        let text = self.0.get_mut(table).expect("a table of the fixture");
        text.push_str(row);
        text.push('\n');
        self
    }

    /// Replaces or adds a table.
    pub fn with(mut self, table: &'static str, text: &str) -> Self {
        self.0.insert(table, text.to_owned());
        self
    }

    /// Leaves a table out.
    pub fn without(mut self, table: &str) -> Self {
        self.0.remove(table);
        self
    }

    /// Writes the dataset into a folder of its own.
    pub fn folder(&self) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (name, text) in &self.0 {
            std::fs::write(folder.path().join(format!("{name}.csv")), text).expect("written");
        }
        folder
    }

    /// Reads and builds it.
    pub fn load(&self, on_bad_order: OnBadOrder) -> Result<Built, Faults> {
        load(self.folder().path(), &settings(), on_bad_order)
    }

    /// The dataset, which must be good.
    pub fn built(&self) -> Built {
        self.load(OnBadOrder::Refuse)
            .unwrap_or_else(|faults| panic!("{faults}"))
    }

    /// The faults, of which there must be some.
    pub fn faults(&self) -> Faults {
        self.load(OnBadOrder::Refuse)
            .expect_err("the dataset must be refused")
    }

    /// The only error, which must be in that file, row and column; its message.
    pub fn error_at(&self, file: &str, row: u64, column: &str) -> String {
        let faults = self.faults();
        let errors: Vec<&Fault> = faults
            .faults
            .iter()
            .filter(|fault| fault.severity == Severity::Error)
            .collect();
        assert_eq!(errors.len(), 1, "{faults}");
        let place = (
            errors[0].file.as_str(),
            errors[0].row,
            errors[0].column.as_deref(),
        );
        assert_eq!(place, (file, Some(row), Some(column)), "{faults}");
        errors[0].to_string()
    }

    /// The only warning; its message.
    pub fn warning(&self) -> String {
        let warnings = self.built().warnings;
        assert_eq!(warnings.faults.len(), 1, "{warnings}");
        warnings.faults[0].to_string()
    }
}

/// Settings that the good dataset is planned with.
pub fn settings() -> Settings {
    Settings {
        name: "test".to_owned(),
        as_of: "2026-11-23T05:00:00+01:00".parse().expect("a time"),
        horizon_days: 2,
        currency: "EUR".to_owned(),
        time_zone: TimeZone::get("Europe/Paris").expect("a bundled zone"),
        strategy: Strategy::Optimise,
        objective: Objective::Profit,
        fill: Fill::Units,
        tolerance_micro: 0,
        unfilled_cost: Money(3_000_000),
        late_cost_per_day: Money(1_000_000),
        priority_weight_micro: 500_000,
        co2_cost_per_kg: Money::ZERO,
        stability_cost: Money::ZERO,
        max_moved_micro: None,
        frozen: std::time::Duration::ZERO,
        opened_value_micro: 700_000,
        stock_at: None,
        detour_factor_micro: 1_300_000,
        inbound_min_confidence_micro: 500_000,
        max_shipments: 4,
        line_max_shipments: 3,
        one_more: true,
        mip_gap: 0.0,
        time_limit: Duration::from_secs(1),
        memory: None,
        seed: 1,
        method: Method::Auto,
    }
}
