//! The definitions of the tables as documents: Markdown, JSON Schema, text for a terminal.

use super::schema::{ColumnDef, Kind, TABLES, TableDef, Use};
use crate::units::decimal_text;
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// `docs/formats.md`: every table and column.
pub fn formats_markdown() -> String {
    let mut out = String::from(MARKDOWN_HEAD);
    for table in TABLES {
        markdown_table(&mut out, table);
    }
    out
}

const MARKDOWN_HEAD: &str = "# Input tables

This page is written from the definitions in `src/input/tables/` (`CONSIGN_UPDATE=1 cargo test formats` writes it anew).
For editors and other programs, `docs/schema/` has a JSON Schema for a row of each table.

Table `T` is the file `T.csv`, `T.csv.gz`, `T.csv.zst` or `T.parquet` in the dataset's folder. A column marked `*` is required, any other
may be left out, and an empty cell means its default. Columns may come in any order. An unknown column is kept as an attribute that conditions
may test. Delimiter `,` `;` or tab, found from the header; with `;` a decimal comma is read. Blanks around a cell are dropped.
Lists are separated by `|`; `*` in a matching column means any. Columns in `_g`, `_mm` and `_m` may also be given in `_kg`, `_cm` and `_km`.
A time without an offset is on the clock of the row's location, where the row has one, else on the scenario's; a date alone is the
start of that day (of `deliver_by`: the end).

Rows whose cells are all empty are skipped. Headers are matched without regard to case, blanks and hyphens. Of two columns that mean the same (`weight_g` and `weight_kg`), one
must go. In Parquet, columns are matched by name too; a missing value is an empty cell, and numbers must be exact (2.0 is a quantity, 2.5 is not).

Every SKU of an order should be in `products`, where that table exists. One that only `inventory` or `inbound` has is planned without weight and special handling,
with a warning (none where the line has its own `weight_g`); one that no table has is an error.

A file may inflate to 4 GiB (and, beyond 64 MiB, to 250 times its size), and have 2^31 rows. Money cells reach 10^9, quantities 10^6, the value of all orders
together 10^12, an order's weight 10,000 t and its volume 10^6 m³.
";

fn markdown_table(out: &mut String, table: &TableDef) {
    let mark = if table.required { "*" } else { "" };
    let _ = write!(out, "\n## {}{mark}\n\n{}\n", table.name, table.doc);
    if !table.key.is_empty() {
        let key: Vec<String> = table.key.iter().map(|name| format!("`{name}`")).collect();
        let _ = writeln!(out, "Key: {}.", key.join(", "));
    }
    if table.used == Use::Later {
        out.push_str("Known but not used yet: a dataset with this table is refused for now.\n");
    }
    out.push_str("\n| column | type | default | meaning |\n|---|---|---|---|\n");
    for column in table.columns {
        let mark = if column.required { "*" } else { "" };
        let _ = writeln!(
            out,
            "| `{}`{mark} | {} | {} | {} |",
            column.name,
            column.kind.word(),
            column.default.replace('|', "\\|"),
            meaning(column).replace('|', "\\|")
        );
    }
}

/// What a column means, with its words, bounds and reference.
fn meaning(column: &ColumnDef) -> String {
    let mut text = column.doc.to_owned();
    if let Kind::Enum(words) = column.kind {
        let _ = write!(text, " One of {}.", words.join(", "));
    }
    let (min, max) = default_bounds(column.kind);
    if (column.min, column.max) != (min, max) {
        let shown = |bound| decimal_text(bound, column.kind.places());
        let _ = write!(
            text,
            " From {} to {}.",
            shown(column.min),
            shown(column.max)
        );
    }
    if let Some((table, name)) = column.references {
        let _ = write!(text, " One of `{table}.{name}`.");
    }
    if column.used == Use::Later {
        text.push_str(" Refused for now.");
    }
    text
}

fn default_bounds(kind: Kind) -> (i64, i64) {
    let plain = super::schema::column("", kind, "");
    (plain.min, plain.max)
}

/// What `consign schema` prints: all tables and what a row of each is.
pub fn overview_text() -> String {
    let mut out = String::new();
    let width = TABLES
        .iter()
        .map(|table| table.name.len())
        .max()
        .unwrap_or(0);
    for table in TABLES {
        let state = match (table.required, table.used) {
            (true, _) => "required",
            (false, Use::Now) => "optional",
            (false, Use::Later) => "not yet",
        };
        let first = table
            .doc
            .split(". ")
            .next()
            .unwrap_or(table.doc)
            .trim_end_matches('.');
        let _ = writeln!(out, "{:width$}  {state}  {first}.", table.name);
    }
    out
}

/// What `consign schema TABLE` prints.
pub fn table_text(table: &TableDef) -> String {
    let mut out = format!("{}: {}\n\n", table.name, table.doc);
    let widest = |text: fn(&ColumnDef) -> usize| table.columns.iter().map(text).max().unwrap_or(0);
    let names = widest(|column| column.name.len() + 1);
    let kinds = widest(|column| column.kind.word().chars().count());
    for column in table.columns {
        let mark = if column.required { "*" } else { "" };
        let name = format!("{}{mark}", column.name);
        let default = match column.default {
            "" => String::new(),
            default => format!(" Default: {default}."),
        };
        let kind = column.kind.word();
        let _ = writeln!(
            out,
            "  {name:names$}  {kind:kinds$}  {}{default}",
            meaning(column)
        );
    }
    out
}

/// JSON Schema (2020-12) of one row of a table, as an object of its columns.
pub fn json_schema(table: &TableDef) -> Value {
    let mut properties = Map::new();
    for column in table.columns {
        properties.insert(column.name.to_owned(), column_schema(column));
    }
    let required: Vec<&str> = table
        .columns
        .iter()
        .filter(|column| column.required)
        .map(|column| column.name)
        .collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": table.name,
        "description": table.doc,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": { "type": ["string", "number", "boolean", "null"] },
    })
}

fn column_schema(column: &ColumnDef) -> Value {
    let mut schema = kind_schema(column);
    schema.insert("description".to_owned(), json!(meaning(column)));
    if !column.default.is_empty() {
        schema.insert("x-default".to_owned(), json!(column.default));
    }
    Value::Object(schema)
}

fn kind_schema(column: &ColumnDef) -> Map<String, Value> {
    let text = |pattern: &str| json!({ "type": "string", "pattern": pattern });
    let schema = match column.kind {
        Kind::Id if column.required => json!({ "type": "string", "minLength": 1 }),
        Kind::Id | Kind::Text | Kind::List => json!({ "type": "string" }),
        Kind::Money | Kind::Decimal | Kind::Grams | Kind::Cm3 => bounded("number", column),
        Kind::Integer
        | Kind::Quantity
        | Kind::Millimetres
        | Kind::Metres
        | Kind::Minutes
        | Kind::Days => bounded("integer", column),
        Kind::Stock => json!({ "anyOf": [bounded("integer", column), { "const": "unlimited" }] }),
        Kind::Time | Kind::TimeEnd => text(
            "^\\d{4}-\\d{2}-\\d{2}([T ]\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?([Zz]|[+-]\\d{2}(:?\\d{2})?)?)?$",
        ),
        Kind::TimeOfDay => text("^([01]?\\d|2[0-3]):[0-5]\\d(:[0-5]\\d)?$"),
        Kind::Weekdays => {
            text("^(mon|tue|wed|thu|fri|sat|sun)(\\|(mon|tue|wed|thu|fri|sat|sun))*$")
        }
        Kind::Bool => json!({ "enum": ["yes", "no", "true", "false", true, false, 0, 1] }),
        Kind::Enum(words) => json!({ "enum": words }),
        Kind::Duration => text("^P"),
    };
    match schema {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// A number with the bounds of its column in the column's own unit.
fn bounded(word: &str, column: &ColumnDef) -> Value {
    let unit = 10_i64.pow(column.kind.places());
    let bound = |value: i64| {
        if value % unit == 0 {
            json!(value / unit)
        } else {
            json!(value as f64 / unit as f64)
        }
    };
    json!({ "type": word, "minimum": bound(column.min), "maximum": bound(column.max) })
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
        assert!(
            have == text,
            "{} is out of date: run CONSIGN_UPDATE=1 cargo test formats",
            path.display()
        );
    }

    #[test]
    fn the_page_of_formats_says_what_the_definitions_say() {
        document_is("docs/formats.md", &formats_markdown());
    }

    #[test]
    fn the_json_schemas_say_what_the_definitions_say() {
        for table in TABLES {
            let text = serde_json::to_string_pretty(&json_schema(table)).expect("JSON") + "\n";
            document_is(&format!("docs/schema/{}.json", table.name), &text);
        }
    }

    #[test]
    fn bounds_in_a_schema_are_in_the_columns_own_unit() {
        let schema = json_schema(crate::input::schema::table_def("orders").expect("orders"));
        assert_eq!(schema["properties"]["latitude"]["maximum"], 90);
        assert_eq!(schema["properties"]["quantity"]["minimum"], 1);
        assert_eq!(schema["required"][0], "order_id");
    }

    #[test]
    fn the_overview_names_every_table_and_the_text_every_column() {
        let overview = overview_text();
        for table in TABLES {
            assert!(overview.contains(table.name));
            let text = table_text(table);
            assert!(
                table
                    .columns
                    .iter()
                    .all(|column| text.contains(column.name))
            );
        }
    }
}
