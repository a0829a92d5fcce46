//! The scenario file: settings, changes, sweeps → one scenario's Dataset and settings.
//!
//! Files and what they extend become one tree of values that know their place ([`load_scenarios`]);
//! options of the command line and sweeps change the tree; each tree is settled into [`Settings`]
//! and [`Change`]s. Money and other decimals may be written as TOML numbers or as texts in quotes:
//! both are read exactly, digit by digit, never through a float.
//!
//! [`Settings`]: crate::domain::Settings

mod apply;
mod apply_rules;
mod cells;
mod change;
mod condition;
mod definition;
mod documents;
mod fault;
mod keys;
mod load;
mod overlay;
mod read;
mod resolved;
mod rule;
mod select;
mod settle;
mod sweep;
#[cfg(test)]
mod test_data;
#[cfg(test)]
mod tests;
mod tree;
mod variant;

pub use apply::apply_changes;
pub use apply_rules::apply_rules;
pub use change::{Action, Change, Edit};
pub use condition::{Comparison, Condition, Literal, Test};
pub use definition::{
    CHANGE_KEYS, Kind, MOST_SWEPT, RULE_ACTIONS, RULE_KEYS, SETTINGS, Setting, is_name, setting,
};
pub use documents::{scenario_json_schema, scenario_markdown, scenario_text};
pub use fault::ScenarioFault;
pub use load::{Overrides, Scenario, load_scenarios};
pub use rule::{Asks, Most, Picked, Rule};
pub use sweep::Swept;
pub use variant::{Variant, load_variants};
