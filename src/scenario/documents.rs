//! What a scenario file may say, for people, terminals and editors: all from the one definition.

use super::condition::ALLOWED;
use super::definition::{
    CHANGE_KEYS, Kind, MOST_MONEY, MOST_SWEPT, RULE_ACTIONS, RULE_KEYS, SETTINGS, Setting, sections,
};
use super::settle::default_value;
use super::tree::Value as Toml;
use crate::input::schema::{TABLES, Use};
use crate::units::MICRO;
use serde_json::{Map, Value, json};

const HEAD: &str = "# Scenario files

A scenario is a TOML file that names a dataset, changes some of it, and says how to plan. This page is written from the definitions in
`src/scenario/definition.rs` (`CONSIGN_UPDATE=1 cargo test documents` writes it anew); `docs/schema/scenario.json` is its JSON Schema.

An unknown key is an error: nothing that a file says is ignored. All faults of all files are
reported in one go, each with file, line, column, key and what to do.

Money and other decimals may be written as numbers or as texts in quotes; both are read exactly, digit by digit, never through a float.
Durations have their unit: `\"90s\"`, `\"10min\"`, `\"1h 30min\"`. Times are ISO 8601; one without an offset is local to `time_zone`.

## Settings
";

const EXTENDS: &str = "
## extends
`extends = \"base.toml\"` lays this file over another one, which may extend a third. Paths are relative to the file that states them. Sections merge key by
key; a key that both files state is the upper file's. A `[[change]]` or `[[rule]]` with the name of one below is laid over it part by part, at its place in the
order; any other is added at the end. Stating `minimise` takes a `maximise` of the file below away, and the other way round. `name` is not inherited.

`--set KEY=VALUE` lays one more value over the file: `--set splits.max_shipments=3`, `--set change.fuel.scale.base_cost=1.10`, `--set rule.glass.price=2`. A value
that is not TOML is a text; paths are relative to the working directory. `--as-of T` sets `as_of`; `--as-of now` is the moment of the start.

## [[change]]
What-ifs: rows of a table are picked by an SQL condition, and columns of these rows are set, scaled or added to. Changes apply in their order.
The files of the data are not touched.

";

const CHANGES: &str = "
A column may also be named in its larger unit (`weight_kg` for `weight_g`), and an unknown column of the file (an attribute) by its header.
Columns of a table's key cannot be changed. `set` reads its value as a cell of the file; `scale` and `add` are for columns of
numbers, times can only be set. Scaled amounts are computed exactly and rounded half up to the column's unit; unlimited stock stays unlimited. A result
out of the column's range is an error with its row. A change that changes nothing is a warning.

### Conditions
";

const RULES: &str = "
## [[rule]]
Business rules: what the plan must keep, or is to prefer, beyond the tables. Every rule looks at the order lines that its condition picks.

";

const ABOUT_RULES: &str = "
```toml
[[rule]]
name = \"glass\"
lines = \"product_group = 'glass'\"
locations = \"location_id = 'LYON'\"
action = \"forbid\"              # glass never leaves Lyon

[[rule]]
name = \"own-stores\"
lines = \"channel = 'web' AND priority = 0\"
locations = \"kind = 'store'\"
action = \"limit\"
share = 0.2                    # a fifth of these units at most leaves stores
price = 0.80                   # and each one more costs 0.80

[[rule]]
name = \"green\"
services = \"service = 'bike'\"
action = \"prefer\"
bonus = 0.30
```

- A rule without `services` counts units where they leave stock, at that location. A rule with `services` counts what a carrier takes, at the location
  that it takes it from, also a hub; collections and transfers are none of its business.
- `forbid` and `require` without a price are never broken: a line that has nowhere to go stays unfilled with the reason `rule` or `carriage_rule`.
- `open` counts locations that anything leaves over the horizon, also by work of an earlier run that stays. It looks at all lines, and has no `lines` or `services`.
- A leg to a hub is a shipment of its own, also for `apart`.
- `together` and `apart` look at what is planned now, not at what an earlier run has sent. At a price, `together` costs for each location beyond the first that the order's lines leave; the first shipment from there pays.
- `limit` counts work of an earlier run that stays, too; for orders that are no longer in `orders` only where the rule has no `lines`, and as long as it leaves within the horizon or has left on the day of planning.
- What rules give and take is part of the objective (`preference` in the money tables), never of profit or cost.
- A rule that matches nothing is a warning, and so are rules that leave some lines no location together though each leaves them one.

";

const CONDITIONS: &str = "
- Texts go in single quotes (`''` is a quote), numbers without. A column of text compared with a number is an error; an attribute may be compared with
  numbers if all its cells are numbers. Words, lists and yes/no are compared in their one spelling (`cold|fragile`). `LIKE`: `%` is any text, `_` any character.
- Times are texts in quotes: `placed_at < '2026-11-23T05:00'`; without an offset, times of the file and of the condition are on the scenario's clock.
- An empty cell counts as its column's default where that is a plain value: `open = 'yes'` and `base_cost = 0` find empty cells too. In `orders`, an
  empty order-level cell has the value of the order's other rows. Any other empty cell is NULL: compared with anything it is neither true nor false, as in
  SQL, and only `IS NULL` picks it. `IS NULL` itself finds every empty cell, whether it has a default or not.
- A column whose name has other characters than letters, digits and `_` goes in double quotes: `\"my column\" = 'x'`.
";

const SWEEP: &str = "
## [sweep]
One scenario for each combination of the values, in the order of the keys' names, the last key running fastest:

```toml
[sweep]
\"splits.max_shipments\" = [1, 2, 3]
\"change.fuel.scale.base_cost\" = [1.0, 1.1]
```

Each scenario has the name of the file's scenario and its values: numbers after the initials of their key, texts as they are (`peak-bc1_1-ms3`).
A key set by `--set` is no longer swept. Of each number that is swept, [a curve](explanations.md#how-many-locations-are-worth-their-cost)\nsays what each value brings, and what of it is proven. ";

/// The page docs/scenario.md.
pub fn scenario_markdown() -> String {
    let mut page = HEAD.to_owned();
    let mut table = |title: &str, section: Option<&str>| {
        page.push_str(&format!(
            "\n### {title}\n\n| key | value | default | meaning |\n|---|---|---|---|\n"
        ));
        for (key, setting) in settings_of(section) {
            let default = setting
                .default
                .map_or(String::new(), |default| format!("`{default}`"));
            let expected = setting.kind.expected();
            page.push_str(&format!(
                "| `{key}` | {expected} | {default} | {} |\n",
                setting.doc
            ));
        }
    };
    table("Top level", None);
    for section in sections() {
        table(&format!("[{section}]"), Some(section));
    }
    page.push_str(EXTENDS);
    page.push_str("| key | meaning |\n|---|---|\n");
    for (key, meaning) in CHANGE_KEYS {
        page.push_str(&format!("| `{key}` | {meaning} |\n"));
    }
    page.push_str(CHANGES);
    page.push_str(&capitalised(ALLOWED));
    page.push_str(".\n");
    page.push_str(CONDITIONS);
    page.push_str(RULES);
    page.push_str("| key | meaning |\n|---|---|\n");
    for (key, meaning) in RULE_KEYS {
        page.push_str(&format!("| `{key}` | {meaning} |\n"));
    }
    page.push_str(ABOUT_RULES);
    page.push_str(SWEEP);
    page.push_str(&format!("One file makes at most {MOST_SWEPT} scenarios.\n"));
    page
}

/// What a scenario file may say, for a terminal.
pub fn scenario_text() -> String {
    let mut text = String::from("A scenario is a TOML file. Its settings:\n");
    for section in std::iter::once(None).chain(sections().into_iter().map(Some)) {
        if let Some(section) = section {
            text.push_str(&format!("\n[{section}]\n"));
        }
        for (key, setting) in settings_of(section) {
            let default = setting
                .default
                .map_or(String::new(), |default| format!(" = {default}"));
            text.push_str(&format!(
                "{key}{default}\n    {}\n    {}\n",
                setting.doc,
                capitalised(&setting.kind.expected())
            ));
        }
    }
    text.push_str("\n[[change]]\n");
    for (key, meaning) in CHANGE_KEYS {
        text.push_str(&format!("{key}\n    {meaning}\n"));
    }
    text.push_str("\n[[rule]]\n");
    for (key, meaning) in RULE_KEYS {
        text.push_str(&format!("{key}\n    {meaning}\n"));
    }
    text.push_str("\n[sweep]\n\"section.key\" = [1, 2, 3]\n    One scenario for each combination of the values.\n");
    text
}

/// JSON Schema (2020-12) of a scenario file.
pub fn scenario_json_schema() -> Value {
    let mut root = properties(None);
    for section in sections() {
        let mut schema = json!({
            "type": "object",
            "properties": properties(Some(section)),
            "additionalProperties": false,
        });
        if section == "objective" {
            schema["not"] = json!({ "required": ["maximise", "minimise"] });
        }
        root.insert(section.to_owned(), schema);
    }
    root.insert(
        "change".to_owned(),
        json!({ "type": "array", "items": change_schema() }),
    );
    root.insert(
        "rule".to_owned(),
        json!({ "type": "array", "items": rule_schema() }),
    );
    root.insert(
        "sweep".to_owned(),
        json!({
            "type": "object",
            "description": "One scenario for each combination of the values.",
            "additionalProperties": { "type": ["array", "object"], "minItems": 1, "uniqueItems": true },
        }),
    );
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Scenario of consign",
        "type": "object",
        "properties": root,
        "additionalProperties": false,
    })
}

/// Settings of a section, or of the top level, with their key in it.
fn settings_of(section: Option<&str>) -> impl Iterator<Item = (&'static str, &'static Setting)> {
    SETTINGS.iter().filter_map(
        move |setting| match (setting.key.split_once('.'), section) {
            (None, None) => Some((setting.key, setting)),
            (Some((of, key)), Some(section)) if of == section => Some((key, setting)),
            _ => None,
        },
    )
}

fn properties(section: Option<&str>) -> Map<String, Value> {
    let schema = |(key, setting): (&str, &Setting)| {
        let mut schema = kind_schema(setting.kind);
        schema["description"] = json!(setting.doc);
        match setting.default.map(default_value) {
            Some(Toml::Text(text)) => schema["default"] = json!(text),
            Some(Toml::Number(text)) => {
                schema["default"] = serde_json::from_str(&text).unwrap_or(Value::String(text));
            }
            _ => {}
        }
        (key.to_owned(), schema)
    };
    settings_of(section).map(schema).collect()
}

fn kind_schema(kind: Kind) -> Value {
    match kind {
        Kind::Name => json!({ "type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,63}$" }),
        // TOML times are no JSON; editors take them for strings.
        Kind::Moment | Kind::Path | Kind::TimeZone => json!({ "type": "string", "minLength": 1 }),
        Kind::Currency => json!({ "type": "string", "pattern": "^[A-Z]{3}$" }),
        Kind::Choice(words) => json!({ "enum": words }),
        Kind::Integer(least, most) => {
            json!({ "type": "integer", "minimum": least, "maximum": most })
        }
        Kind::Money => decimal_schema(0, MOST_MONEY * MICRO),
        Kind::Decimal(least, most) => decimal_schema(least, most),
        Kind::Duration | Kind::Memory => json!({ "type": "string", "minLength": 2 }),
    }
}

/// Decimals may be numbers or texts; bounds in millionths, all of which are whole here.
fn decimal_schema(least: i64, most: i64) -> Value {
    json!({
        "type": ["number", "string"],
        "minimum": least / MICRO,
        "maximum": most / MICRO,
        "pattern": "^[0-9]*\\.?[0-9]{0,6}$",
    })
}

fn change_schema() -> Value {
    let tables: Vec<&str> = TABLES
        .iter()
        .filter(|table| table.used == Use::Now)
        .map(|table| table.name)
        .collect();
    let columns = |values: Value| json!({ "type": "object", "minProperties": 1, "additionalProperties": values });
    let mut properties = Map::new();
    for (key, meaning) in CHANGE_KEYS {
        let mut schema = match *key {
            "name" => json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]+$" }),
            "table" => json!({ "enum": tables }),
            "set" => columns(json!({ "type": ["string", "number", "boolean"] })),
            "scale" | "add" => columns(json!({ "type": ["number", "string"] })),
            _ => json!({ "type": "string" }),
        };
        schema["description"] = json!(meaning);
        properties.insert((*key).to_owned(), schema);
    }
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn rule_schema() -> Value {
    let actions = RULE_ACTIONS.map(|(word, _)| word);
    let mut properties = Map::new();
    for (key, meaning) in RULE_KEYS {
        let mut schema = match *key {
            "name" => json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]+$" }),
            "action" => json!({ "enum": actions }),
            "price" => decimal_schema(0, 1_000_000 * MICRO),
            "bonus" => json!({ "type": ["number", "string"] }),
            "at_most" | "at_least" => json!({ "type": "integer", "minimum": 0 }),
            "share" => decimal_schema(0, MICRO),
            "count" => json!({ "enum": ["units", "lines", "shipments", "orders"] }),
            "per" => json!({ "enum": ["horizon", "location", "wave"] }),
            _ => json!({ "type": "string" }),
        };
        schema["description"] = json!(meaning);
        properties.insert((*key).to_owned(), schema);
    }
    json!({
        "type": "object",
        "properties": properties,
        "required": ["action"],
        "additionalProperties": false,
    })
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// Compares a document with what the definitions say, or writes it when `CONSIGN_UPDATE` is set.
    fn document_is(path: &str, text: &str) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        if std::env::var_os("CONSIGN_UPDATE").is_some() {
            std::fs::create_dir_all(path.parent().expect("in a folder")).expect("folder");
            std::fs::write(&path, text).expect("document written");
        }
        let have = std::fs::read_to_string(&path).unwrap_or_default();
        let out_of_date = "is out of date: run CONSIGN_UPDATE=1 cargo test documents";
        assert!(have == text, "{} {out_of_date}", path.display());
    }

    #[test]
    fn the_page_of_scenarios_says_what_the_definitions_say() {
        document_is("docs/scenario.md", &scenario_markdown());
    }

    #[test]
    fn the_json_schema_of_scenarios_says_what_the_definitions_say() {
        let schema = serde_json::to_string_pretty(&scenario_json_schema()).expect("JSON");
        document_is("docs/schema/scenario.json", &(schema + "\n"));
    }

    #[test]
    fn the_schema_has_every_key_that_a_file_may_state() {
        let schema = scenario_json_schema();
        for setting in SETTINGS {
            let path = format!("/properties/{}", setting.key.replace('.', "/properties/"));
            let found = schema.pointer(&path).expect(setting.key);
            assert_eq!(found["description"], setting.doc);
        }
        assert!(
            schema
                .pointer("/properties/change/items/properties/where")
                .is_some()
        );
        let text = scenario_text();
        assert!(SETTINGS.iter().all(|setting| text.contains(setting.doc)));
    }
}
