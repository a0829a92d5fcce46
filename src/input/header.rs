//! The header of a file: which column is which.

use super::cell::{self, NumberStyle};
use super::column_reader::Target;
use super::fault::{Fault, Faults};
use super::schema::TableDef;

/// Finds what each header means; what is missing, doubled or probably misspelt goes to `faults`.
pub fn read_header(
    def: &TableDef,
    file: &str,
    headers: &[&str],
    decimal_comma: bool,
    faults: &mut Faults,
) -> Vec<Target> {
    let mut targets = Vec::with_capacity(headers.len());
    let mut seen: Vec<String> = Vec::new();
    for (at, header) in headers.iter().enumerate() {
        let target = target_of(def, header, decimal_comma);
        let name = match &target {
            Target::Known(known, _) => def.columns[*known].name.to_owned(),
            Target::Attribute(name) => name.clone(),
            Target::Ignored => {
                let message = format!("column {} has no header and is not read", at + 1);
                faults.push(Fault::warning(file, message));
                String::new()
            }
        };
        if !name.is_empty() && seen.contains(&name) {
            let fault = Fault::error(file, "this column is there twice")
                .at(1)
                .column(header.trim());
            faults.push(fault.remedy("remove or rename one of them"));
        }
        seen.push(name);
        targets.push(target);
    }
    check_missing(def, file, &targets, faults);
    warn_misspelt(def, file, &targets, faults);
    targets
}

fn target_of(def: &TableDef, header: &str, decimal_comma: bool) -> Target {
    let name = header.trim();
    if name.is_empty() {
        return Target::Ignored;
    }
    let folded = name.to_lowercase().replace([' ', '-'], "_");
    let style = |places| NumberStyle {
        decimal_comma,
        places,
    };
    if let Some(known) = def.position(&folded) {
        return Target::Known(known, style(None));
    }
    for (known, column) in def.columns.iter().enumerate() {
        match column.alias() {
            Some((alias, places)) if alias == folded => {
                return Target::Known(known, style(Some(places)));
            }
            _ => {}
        }
    }
    Target::Attribute(name.to_owned())
}

fn present(targets: &[Target], known: usize) -> bool {
    targets
        .iter()
        .any(|target| matches!(target, Target::Known(have, _) if *have == known))
}

fn attributes(targets: &[Target]) -> impl Iterator<Item = &str> {
    targets.iter().filter_map(|target| match target {
        Target::Attribute(name) => Some(name.as_str()),
        _ => None,
    })
}

fn check_missing(def: &TableDef, file: &str, targets: &[Target], faults: &mut Faults) {
    for (known, column) in def.columns.iter().enumerate() {
        if !column.required || present(targets, known) {
            continue;
        }
        let wanted = format!(
            "this column is missing; it holds {}",
            cell::expectation(column)
        );
        let near = attributes(targets).find(|name| is_near(name, column.name));
        let remedy = match near {
            Some(name) => format!("rename the column `{name}` to `{}`?", column.name),
            None => format!(
                "add a column `{}`; `consign schema {}` lists all",
                column.name, def.name
            ),
        };
        faults.push(
            Fault::error(file, wanted)
                .at(1)
                .column(column.name)
                .remedy(remedy),
        );
    }
}

fn warn_misspelt(def: &TableDef, file: &str, targets: &[Target], faults: &mut Faults) {
    for name in attributes(targets) {
        let near = def.columns.iter().enumerate().find(|(known, column)| {
            !column.required && !present(targets, *known) && is_near(name, column.name)
        });
        if let Some((_, column)) = near {
            let fault = Fault::warning(file, "unknown column, kept as an attribute without effect");
            let remedy = format!("did you mean `{}`?", column.name);
            faults.push(fault.at(1).column(name).remedy(remedy));
        }
    }
}

/// Whether a name looks like a misspelling of another.
pub fn is_near(name: &str, known: &str) -> bool {
    let folded = name.to_lowercase().replace([' ', '-'], "_");
    let squeezed = |text: &str| text.replace('_', "");
    let distance = strsim::damerau_levenshtein(&folded, known);
    squeezed(&folded) == squeezed(known) || (distance <= 2 && distance * 3 <= known.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::schema::table_def;

    fn read(headers: &[&str]) -> (Vec<Target>, Faults) {
        let mut faults = Faults::default();
        let inventory = table_def("inventory").expect("inventory");
        let targets = read_header(inventory, "inventory.csv", headers, false, &mut faults);
        (targets, faults)
    }

    #[test]
    fn columns_come_in_any_order_and_case() {
        let (targets, faults) = read(&["On Hand", "SKU", "location_id"]);
        let plain = NumberStyle::default();
        let expected = [2, 1, 0].map(|known| Target::Known(known, plain));
        assert_eq!(targets, expected);
        assert!(faults.is_empty());
    }

    #[test]
    fn a_missing_required_column_names_the_likely_one() {
        let (_, faults) = read(&["location_id", "sku", "on_hnad"]);
        assert_eq!(faults.errors(), 1);
        assert_eq!(faults.faults[0].column.as_deref(), Some("on_hand"));
        assert_eq!(
            faults.faults[0].remedy,
            "rename the column `on_hnad` to `on_hand`?"
        );
    }

    #[test]
    fn a_column_that_is_there_twice_is_refused() {
        let (_, faults) = read(&["location_id", "sku", "on_hand", "SKU"]);
        assert_eq!(faults.errors(), 1);
        assert!(faults.to_string().contains("twice"));
    }

    #[test]
    fn a_misspelt_optional_column_is_a_warning_and_a_stranger_is_not() {
        let (targets, faults) = read(&["location_id", "sku", "on_hand", "safetystock", "aisle"]);
        assert_eq!((faults.errors(), faults.warnings()), (0, 1));
        assert_eq!(faults.faults[0].remedy, "did you mean `safety_stock`?");
        assert_eq!(targets[4], Target::Attribute("aisle".to_owned()));
    }
}
