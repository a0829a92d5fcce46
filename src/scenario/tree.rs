//! A scenario as a tree of values that remember where they were written.
//!
//! Numbers stay the text that the file has, so that no amount ever passes through a float.

use super::fault::ScenarioFault;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A file or option that values come from.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Source {
    /// As the user named it.
    pub name: String,
    /// Paths in it are relative to this folder.
    pub folder: PathBuf,
}

/// Where something was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// In what.
    pub source: Arc<Source>,
    /// Line and column from 1; `None` for an option.
    pub position: Option<(u32, u32)>,
}

/// A value and its place.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// What was written.
    pub value: Value,
    /// Where.
    pub at: Place,
}

/// What was written.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// A string.
    Text(String),
    /// An integer or decimal: its text without group separators, decimal.
    Number(String),
    /// `true` or `false`.
    Bool(bool),
    /// A date or time without quotes.
    Time(String),
    /// An array.
    List(Vec<Node>),
    /// A table.
    Table(Table),
}

/// Keys with their values, by key.
pub(super) type Table = BTreeMap<String, Entry>;

/// One key of a table.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Where the key was written.
    pub key_at: Place,
    /// Its value.
    pub node: Node,
}

impl Node {
    /// A text of no file, e.g. a settled default.
    pub fn text(text: &str, at: &Place) -> Self {
        Self {
            value: Value::Text(text.to_owned()),
            at: at.clone(),
        }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The table, if it is one.
    pub fn as_table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }
}

/// TOML as it would be written on one line.
impl fmt::Display for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(out, "{}", toml_text(text)),
            Self::Number(text) | Self::Time(text) => out.write_str(text),
            Self::Bool(value) => write!(out, "{value}"),
            Self::List(items) => {
                out.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(out, "{comma}{}", item.value)?;
                }
                out.write_str("]")
            }
            Self::Table(table) if table.is_empty() => out.write_str("{}"),
            Self::Table(table) => {
                out.write_str("{ ")?;
                for (index, (key, entry)) in table.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(out, "{comma}{} = {}", toml_key(key), entry.node.value)?;
                }
                out.write_str(" }")
            }
        }
    }
}

/// A TOML string literal.
pub(super) fn toml_text(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A TOML key, quoted where it must be.
pub(super) fn toml_key(key: &str) -> String {
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if !key.is_empty() && key.bytes().all(bare) {
        key.to_owned()
    } else {
        toml_text(key)
    }
}

/// The tree of a TOML document, or every syntax fault of it.
pub(super) fn parse_document(
    text: &str,
    source: &Arc<Source>,
) -> Result<Table, Vec<ScenarioFault>> {
    let reader = Reader::new(text, source);
    let (root, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return Ok(reader.table(root.get_ref()));
    }
    let faults = errors.iter().map(|error| {
        let place = reader.place(error.span().map_or(0, |span| span.start));
        ScenarioFault::at(&place, "", format!("not valid TOML: {}", error.message()))
    });
    Err(faults.collect())
}

/// The value of an option: TOML, else the text itself, so that `name=peak` needs no quotes.
pub(super) fn parse_option_value(text: &str, source: &Arc<Source>) -> Node {
    let at = Place {
        source: source.clone(),
        position: None,
    };
    let (value, errors) = DeValue::parse_recoverable(text);
    if !errors.is_empty() {
        return Node::text(text, &at);
    }
    let reader = Reader {
        source,
        line_starts: None,
        text,
    };
    reader.node(&value)
}

struct Reader<'a> {
    source: &'a Arc<Source>,
    text: &'a str,
    /// Byte offsets of line starts; `None`: positions mean nothing.
    line_starts: Option<Vec<usize>>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, source: &'a Arc<Source>) -> Self {
        let breaks = text.match_indices('\n').map(|(offset, _)| offset + 1);
        Self {
            source,
            text,
            line_starts: Some(std::iter::once(0).chain(breaks).collect()),
        }
    }

    fn place(&self, offset: usize) -> Place {
        let position = self.line_starts.as_ref().map(|starts| {
            let line = starts.partition_point(|&start| start <= offset).max(1);
            let start = starts[line - 1];
            let before = self.text.get(start..offset).unwrap_or("");
            (line as u32, before.chars().count() as u32 + 1)
        });
        Place {
            source: self.source.clone(),
            position,
        }
    }

    fn table(&self, table: &DeTable<'_>) -> Table {
        let entries = table.iter().map(|(key, value)| {
            let entry = Entry {
                key_at: self.place(key.span().start),
                node: self.node(value),
            };
            (key.get_ref().to_string(), entry)
        });
        entries.collect()
    }

    fn node(&self, value: &Spanned<DeValue<'_>>) -> Node {
        let read = match value.get_ref() {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(integer) if integer.radix() == 10 => {
                Value::Number(without_separators(integer.as_str()))
            }
            DeValue::Integer(integer) => {
                let digits = without_separators(integer.as_str());
                let parsed = i64::from_str_radix(&digits, integer.radix());
                Value::Number(parsed.map_or_else(|_| integer.to_string(), |n| n.to_string()))
            }
            DeValue::Float(float) => Value::Number(without_separators(float.as_str())),
            DeValue::Boolean(value) => Value::Bool(*value),
            DeValue::Datetime(time) => Value::Time(time.to_string()),
            DeValue::Array(items) => Value::List(items.iter().map(|i| self.node(i)).collect()),
            DeValue::Table(table) => Value::Table(self.table(table)),
        };
        Node {
            value: read,
            at: self.place(value.span().start),
        }
    }
}

fn without_separators(number: &str) -> String {
    number.replace('_', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source() -> Arc<Source> {
        Arc::new(Source {
            name: "a.toml".to_owned(),
            folder: PathBuf::new(),
        })
    }

    #[test]
    fn numbers_keep_their_text_and_values_their_place() {
        let text = "a = 1.10\n[\"é\"]\nb = 1_000.000_001\nc = 0x10\n";
        let tree = parse_document(text, &source()).expect("valid");
        assert_eq!(tree["a"].node.value.to_string(), "1.10");
        let section = tree["é"].node.as_table().expect("a table");
        assert_eq!(section["b"].node.value.to_string(), "1000.000001");
        assert_eq!(section["b"].node.at.position, Some((3, 5)));
        assert_eq!(section["c"].node.value.to_string(), "16");
        assert_eq!(tree["é"].key_at.position, Some((2, 2)));
    }

    #[test]
    fn every_syntax_fault_has_its_line() {
        let faults = parse_document("a = \nb = 1\nc = [1\n", &source()).expect_err("two faults");
        let lines: Vec<_> = faults.iter().map(|fault| fault.line).collect();
        assert!(lines.contains(&Some(1)), "{faults:?}");
        assert!(faults.len() > 1, "{faults:?}");
    }

    #[test]
    fn values_print_as_toml_that_reads_back_the_same() {
        let text =
            r#"x = { "a b" = "q\"uote", c = [1, 2.50, true], d = {}, t = 2026-11-23T05:00:00 }"#;
        let tree = parse_document(text, &source()).expect("valid");
        let printed = format!("x = {}", tree["x"].node.value);
        let again = parse_document(&printed, &source()).expect("valid");
        assert_eq!(printed, format!("x = {}", again["x"].node.value));
        assert!(printed.contains("2.50"), "{printed}");
    }
}
