//! The conditions of changes: a subset of SQL, parsed.
//!
//! Column names, literals, `= <> < <= > >=`, `AND OR NOT`, `IN`, `BETWEEN`, `LIKE`, `IS NULL` and
//! parentheses. An empty cell is NULL, and what it is compared with is neither true nor false, as in SQL.

use sqlparser::ast::{BinaryOperator, Expr, Ident, UnaryOperator, Value};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

/// What a condition may be made of, for messages.
pub(super) const ALLOWED: &str = "a condition is made of column names, numbers, 'texts', = <> < <= > >=, AND, OR, NOT, IN (…), BETWEEN … AND …, LIKE, IS NULL, IS NOT NULL and parentheses";

/// The longest condition, in bytes: what is longer belongs in a column of the data.
const MOST_BYTES: usize = 20_000;

/// A condition on the cells of one row.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Both hold.
    And(Box<Condition>, Box<Condition>),
    /// One holds.
    Or(Box<Condition>, Box<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// A column and how its cell is tested.
    Test {
        /// Name of the column, as written.
        column: String,
        /// The test.
        test: Test,
    },
}

/// A test of one cell; unknown where the cell is empty.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// Compared with a literal.
    Compare(Comparison, Literal),
    /// Equal to one of them.
    In(Vec<Literal>),
    /// From the first to the second, both included.
    Between(Literal, Literal),
    /// Like an SQL pattern: `%` any text, `_` any character.
    Like(String),
    /// Empty; never unknown.
    IsNull,
}

/// How a cell is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<>`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Comparison {
    /// Whether it holds for an ordering of cell and literal.
    pub fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Unequal => ordering.is_ne(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }

    /// The same with the sides exchanged.
    fn mirrored(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }
}

/// A value in a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// A number, as written.
    Number(String),
    /// A text in single quotes.
    Text(String),
    /// `TRUE` or `FALSE`.
    Bool(bool),
}

/// The condition of a text, or why it is none.
pub(super) fn parse_condition(text: &str) -> Result<Condition, String> {
    if text.len() > MOST_BYTES {
        return Err(format!(
            "the condition is longer than {MOST_BYTES} bytes; test a column of the data instead"
        ));
    }
    let syntax = |error| format!("not a condition ({error}); {ALLOWED}");
    let mut parser = Parser::new(&GenericDialect {})
        .try_with_sql(text)
        .map_err(|error| syntax(error.to_string()))?;
    let expression = parser
        .parse_expr()
        .map_err(|error| syntax(error.to_string()))?;
    let next = parser.peek_token();
    if next.token != Token::EOF {
        return Err(syntax(format!("nothing is expected at {next}")));
    }
    condition(&expression)
}

fn condition(expression: &Expr) -> Result<Condition, String> {
    match expression {
        Expr::Nested(inner) => condition(inner),
        Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr,
        } => Ok(not(condition(expr)?)),
        Expr::BinaryOp { left, op, right } => match op {
            BinaryOperator::And => Ok(Condition::And(
                condition(left)?.into(),
                condition(right)?.into(),
            )),
            BinaryOperator::Or => Ok(Condition::Or(
                condition(left)?.into(),
                condition(right)?.into(),
            )),
            _ => comparison(left, op, right, expression),
        },
        Expr::InList {
            expr,
            list,
            negated,
        } => {
            let items = list.iter().map(literal).collect::<Result<_, _>>()?;
            test(expr, Test::In(items), *negated)
        }
        Expr::Between {
            expr,
            negated,
            low,
            high,
        } => test(expr, Test::Between(literal(low)?, literal(high)?), *negated),
        Expr::Like {
            negated,
            any: false,
            expr,
            pattern,
            escape_char: None,
        } => match literal(pattern)? {
            Literal::Text(pattern) => test(expr, Test::Like(pattern), *negated),
            _ => Err(format!(
                "{expression}: LIKE needs a pattern in single quotes"
            )),
        },
        Expr::IsNull(inner) => test(inner, Test::IsNull, false),
        Expr::IsNotNull(inner) => test(inner, Test::IsNull, true),
        other => Err(format!("{other} cannot stand in a condition; {ALLOWED}")),
    }
}

fn comparison(
    left: &Expr,
    op: &BinaryOperator,
    right: &Expr,
    whole: &Expr,
) -> Result<Condition, String> {
    let comparison = match op {
        BinaryOperator::Eq => Comparison::Equal,
        BinaryOperator::NotEq => Comparison::Unequal,
        BinaryOperator::Lt => Comparison::Less,
        BinaryOperator::LtEq => Comparison::LessOrEqual,
        BinaryOperator::Gt => Comparison::Greater,
        BinaryOperator::GtEq => Comparison::GreaterOrEqual,
        other => return Err(format!("{other} cannot stand in a condition; {ALLOWED}")),
    };
    match (identifier(left), identifier(right)) {
        (Some(_), Some(_)) => Err(format!(
            "{whole} compares two columns; compare a column with a value (texts in single quotes)"
        )),
        (None, Some(_)) => test(
            right,
            Test::Compare(comparison.mirrored(), literal(left)?),
            false,
        ),
        _ => test(left, Test::Compare(comparison, literal(right)?), false),
    }
}

fn test(column: &Expr, test: Test, negated: bool) -> Result<Condition, String> {
    let Some(name) = identifier(column) else {
        return Err(format!("{column} is not a column name; {ALLOWED}"));
    };
    let tested = Condition::Test {
        column: name.value.clone(),
        test,
    };
    Ok(if negated { not(tested) } else { tested })
}

fn not(condition: Condition) -> Condition {
    Condition::Not(Box::new(condition))
}

fn identifier(expression: &Expr) -> Option<&Ident> {
    match expression {
        Expr::Identifier(name) => Some(name),
        Expr::Nested(inner) => identifier(inner),
        _ => None,
    }
}

fn literal(expression: &Expr) -> Result<Literal, String> {
    match expression {
        Expr::Nested(inner) => literal(inner),
        Expr::UnaryOp { op, expr } => match (op, literal(expr)?) {
            (UnaryOperator::Minus, Literal::Number(text)) if !text.starts_with('-') => {
                Ok(Literal::Number(format!("-{text}")))
            }
            (UnaryOperator::Plus, Literal::Number(text)) => Ok(Literal::Number(text)),
            _ => Err(format!("{expression} is not a value; {ALLOWED}")),
        },
        Expr::Value(value) => match &value.value {
            Value::Number(text, _) => Ok(Literal::Number(text.clone())),
            Value::SingleQuotedString(text) => Ok(Literal::Text(text.clone())),
            Value::Boolean(value) => Ok(Literal::Bool(*value)),
            Value::Null => Err("nothing equals NULL; write IS NULL or IS NOT NULL".to_owned()),
            _ => Err(format!("{expression} is not a value; {ALLOWED}")),
        },
        Expr::Identifier(name) => Err(format!(
            "{name} stands where a value is expected; texts go in single quotes: '{}'",
            name.value
        )),
        _ => Err(format!("{expression} is not a value; {ALLOWED}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Literal {
        Literal::Number(text.to_owned())
    }

    fn cell(column: &str, test: Test) -> Condition {
        Condition::Test {
            column: column.to_owned(),
            test,
        }
    }

    #[test]
    fn and_binds_closer_than_or_and_not_closer_than_and() {
        let parsed = parse_condition("a = 1 OR NOT b > 2 AND 3 < c").expect("a condition");
        let expected = Condition::Or(
            cell("a", Test::Compare(Comparison::Equal, number("1"))).into(),
            Condition::And(
                not(cell("b", Test::Compare(Comparison::Greater, number("2")))).into(),
                cell("c", Test::Compare(Comparison::Greater, number("3"))).into(),
            )
            .into(),
        );
        assert_eq!(parsed, expected);
    }

    #[test]
    fn words_of_sql_that_are_columns_here_can_be_named() {
        for column in [
            "group",
            "open",
            "name",
            "kind",
            "zone",
            "at",
            "from",
            "to",
            "reason",
            "\"my column\"",
        ] {
            let parsed = parse_condition(&format!("{column} = 'x'"));
            let name = column.trim_matches('"');
            let expected = cell(
                name,
                Test::Compare(Comparison::Equal, Literal::Text("x".to_owned())),
            );
            assert_eq!(parsed, Ok(expected), "{column}");
        }
    }

    #[test]
    fn values_may_be_negative_and_lists_and_ranges_negated() {
        let parsed = parse_condition("lat NOT BETWEEN -1.5 AND +2 AND (k NOT IN ('a', 'b'))");
        let expected = Condition::And(
            not(cell("lat", Test::Between(number("-1.5"), number("2")))).into(),
            not(cell(
                "k",
                Test::In(vec![Literal::Text("a".into()), Literal::Text("b".into())]),
            ))
            .into(),
        );
        assert_eq!(parsed, Ok(expected));
    }

    #[test]
    fn what_is_outside_the_subset_is_refused_with_what_is_allowed() {
        for (text, hint) in [
            ("a + 1 = 2", "is not a column name"),
            ("lower(a) = 'x'", "is not a column name"),
            ("a IN (SELECT 1)", "cannot stand in a condition"),
            ("a = b", "compares two columns"),
            ("a = NULL", "IS NULL"),
            ("a", "cannot stand in a condition"),
            ("1 = 1", "is not a column name"),
            ("a LIKE 5", "LIKE needs a pattern"),
            ("a LIKE 'x!%' ESCAPE '!'", "cannot stand in a condition"),
            ("a = 1 b", "nothing is expected at b"),
            ("a = 'x", "not a condition"),
            ("", "not a condition"),
            ("a BETWEEN 1 AND b", "texts go in single quotes: 'b'"),
            ("a ILIKE 'x'", "cannot stand in a condition"),
            ("a = 1; DROP TABLE x", "nothing is expected at ;"),
        ] {
            let refused = parse_condition(text).expect_err(text);
            assert!(refused.contains(hint), "{text}: {refused}");
        }
    }

    #[test]
    fn a_monstrous_condition_is_refused_not_a_crash() {
        let nested = format!("{}a = 1{}", "(".repeat(5_000), ")".repeat(5_000));
        assert!(parse_condition(&nested).is_err());
        let long = vec!["a = 1"; 100_000].join(" AND ");
        assert!(parse_condition(&long).is_err());
    }
}
