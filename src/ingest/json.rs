//! One JSON value, read the way real tools write it: bare `NaN`, lone surrogates, bytes that are not UTF-8.
//!
//! Numbers keep their text, so that moments and money are read exactly; nothing here passes through a float
//! before somebody asks for one. What had to be repaired is told, never hidden.

use rust_decimal::Decimal;
use serde_json::Value as Json;

use crate::model::time::{parse_epoch_secs, parse_scaled};
use crate::model::{IssueKind, Value};

use super::mojibake;

/// A JSON object in the order written.
pub type Object = serde_json::Map<String, Json>;

/// A value and what had to be repaired to read it.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The value. Bare `NaN` and `Infinity` have become text of that name, which `real` does not take for a number.
    pub value: Json,
    /// Each kind of repair once.
    pub repairs: Vec<IssueKind>,
}

/// Reads one JSON value.
///
/// # Errors
/// What is wrong with the text and in which column, if it is not JSON even after repair.
pub fn read(bytes: &[u8]) -> Result<Read, String> {
    let mut repairs = Vec::new();
    let text = String::from_utf8_lossy(bytes);
    if matches!(text, std::borrow::Cow::Owned(_)) {
        repairs.push(IssueKind::BadUtf8);
    }
    let mut value = match serde_json::from_str::<Json>(&text) {
        Ok(value) => value,
        Err(error) => {
            let Some(relaxed) = relax(&text, &mut repairs) else {
                return Err(sentence(&error));
            };
            serde_json::from_str(&relaxed).map_err(|error| sentence(&error))?
        }
    };
    if repair_texts(&mut value) {
        repairs.push(IssueKind::DoubleEncoded);
    }
    Ok(Read { value, repairs })
}

/// What is wrong. Lines count from the beginning of the text, so that the first of them means nothing to a reader.
fn sentence(error: &serde_json::Error) -> String {
    error.to_string().replace(" at line 1 column ", " at column ")
}

/// Rewrites what Python and JavaScript write beside the standard; `None` if there is nothing of the kind.
fn relax(text: &str, repairs: &mut Vec<IssueKind>) -> Option<String> {
    let mut relaxed = String::with_capacity(text.len() + 16);
    let mut rest = text;
    let mut is_in_string = false;
    let num_repairs = repairs.len();
    while let Some(char) = rest.chars().next() {
        let (taken, written) = if is_in_string {
            if rest.starts_with("\\u") {
                let (taken, is_lone) = unicode_escape(rest);
                if is_lone && !repairs.contains(&IssueKind::BadUtf8) {
                    repairs.push(IssueKind::BadUtf8);
                }
                (taken, if is_lone { "\\ufffd" } else { &rest[..taken] })
            } else if char == '\\' {
                let taken = 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
                (taken, &rest[..taken])
            } else {
                is_in_string = char != '"';
                (char.len_utf8(), &rest[..char.len_utf8()])
            }
        } else if let Some(word) = ["NaN", "Infinity", "-Infinity"].into_iter().find(|word| rest.starts_with(word)) {
            if !repairs.contains(&IssueKind::BareNonFinite) {
                repairs.push(IssueKind::BareNonFinite);
            }
            relaxed.push('"');
            relaxed.push_str(word);
            (word.len(), "\"")
        } else {
            is_in_string = char == '"';
            (char.len_utf8(), &rest[..char.len_utf8()])
        };
        relaxed.push_str(written);
        rest = &rest[taken..];
    }
    (repairs.len() > num_repairs).then_some(relaxed)
}

/// How long the `\u` escape at the beginning of `rest` is (12 for a surrogate pair), and whether it is half a pair.
fn unicode_escape(rest: &str) -> (usize, bool) {
    let unit = |at: usize| rest.get(at..at + 4).and_then(|digits| u16::from_str_radix(digits, 16).ok());
    match unit(2) {
        Some(0xd800..=0xdbff) => {
            let is_pair = rest.get(6..8) == Some("\\u") && matches!(unit(8), Some(0xdc00..=0xdfff));
            if is_pair { (12, false) } else { (6, true) }
        }
        Some(0xdc00..=0xdfff) => (6, true),
        _ => (2, false),
    }
}

/// Undoes double encoding in every text of a value, keys included; says whether there was any.
fn repair_texts(value: &mut Json) -> bool {
    match value {
        Json::String(text) => mojibake::repair(text).is_some_and(|repaired| {
            *text = repaired;
            true
        }),
        // Counted, not `any`: every text is to be repaired.
        Json::Array(items) => items.iter_mut().map(repair_texts).filter(|&is_changed| is_changed).count() > 0,
        Json::Object(object) => {
            let mut is_changed = object.values_mut().map(repair_texts).filter(|&is_changed| is_changed).count() > 0;
            if object.keys().any(|key| mojibake::repair(key).is_some()) {
                is_changed = true;
                *object = std::mem::take(object)
                    .into_iter()
                    .map(|(key, item)| (mojibake::repair(&key).unwrap_or(key), item))
                    .collect();
            }
            is_changed
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => false,
    }
}

/// The digits of a number, or of a text that is a number.
#[must_use]
pub fn number_text(value: &Json) -> Option<&str> {
    let text = match value {
        Json::Number(number) => number.as_str(),
        Json::String(text) => text.trim(),
        _ => return None,
    };
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_number = digits.starts_with(|char: char| char.is_ascii_digit() || char == '.');
    (is_number && text.parse::<f64>().is_ok()).then_some(text)
}

/// A finite number. Minus zero is zero: nothing that tools measure has a sign at nothing.
#[must_use]
pub fn real(value: &Json) -> Option<f64> {
    let number = number_text(value)?.parse::<f64>().ok()?;
    number.is_finite().then_some(number + 0.0)
}

/// A whole number, also where it is written with a fraction of zero.
#[must_use]
pub fn integer(value: &Json) -> Option<i64> {
    let text = number_text(value)?;
    let whole = parse_scaled(text, 0)?;
    let has_fraction = text.contains(['.', 'e', 'E']) && decimal(value)?.normalize().scale() > 0;
    (!has_fraction).then_some(whole)
}

/// An exact decimal: money and amounts.
#[must_use]
pub fn decimal(value: &Json) -> Option<Decimal> {
    let text = number_text(value)?;
    if text.contains(['e', 'E']) { Decimal::from_scientific(text).ok() } else { text.parse().ok() }
}

/// A length of time written in seconds, in nanoseconds.
#[must_use]
pub fn secs_nanos(value: &Json) -> Option<i64> {
    parse_epoch_secs(number_text(value)?)
}

/// A text, not empty.
#[must_use]
pub fn text(value: &Json) -> Option<&str> {
    value.as_str().map(str::trim).filter(|text| !text.is_empty())
}

/// A name that may be written as text or as a number.
#[must_use]
pub fn name(value: &Json) -> Option<String> {
    match value {
        Json::Number(number) => Some(number.as_str().to_owned()),
        _ => text(value).map(str::to_owned),
    }
}

/// Yes or no, also as `"True"` and `"false"` or 1 and 0.
#[must_use]
pub fn flag(value: &Json) -> Option<bool> {
    match value {
        Json::Bool(flag) => Some(*flag),
        Json::String(text) if text.trim().eq_ignore_ascii_case("true") => Some(true),
        Json::String(text) if text.trim().eq_ignore_ascii_case("false") => Some(false),
        Json::Number(number) if number.as_str() == "1" => Some(true),
        Json::Number(number) if number.as_str() == "0" => Some(false),
        _ => None,
    }
}

/// A value as an attribute keeps it; `None` for null.
#[must_use]
pub fn attribute(value: &Json) -> Option<Value> {
    Some(match value {
        Json::Null => return None,
        Json::Bool(flag) => Value::Flag(*flag),
        Json::String(text) => Value::Text(text.clone()),
        Json::Number(number) => match (number.as_str().parse::<i64>(), real(value)) {
            (Ok(whole), _) => Value::Integer(whole),
            (Err(_), Some(real)) if number.as_str().contains(['.', 'e', 'E']) => Value::Real(real),
            _ => Value::Json(number.as_str().to_owned()),
        },
        Json::Array(_) | Json::Object(_) => Value::Json(value.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::{Json, attribute, decimal, integer, number_text, read, real};
    use crate::model::{IssueKind, Value};

    fn value(text: &str) -> Json {
        read(text.as_bytes()).expect("readable").value
    }

    #[test]
    fn numbers_keep_their_text() {
        assert_eq!(number_text(&value("1795213263.1223452")), Some("1795213263.1223452"));
        assert_eq!(decimal(&value("0.10")).map(|cost| cost.to_string()).as_deref(), Some("0.10"));
        assert_eq!(decimal(&value("2.5e-6")).map(|cost| cost.to_string()).as_deref(), Some("0.0000025"));
        assert_eq!(integer(&value("3.0")), Some(3));
        assert_eq!(integer(&value("3.5")), None);
        assert_eq!(integer(&value("1e3")), Some(1000));
        assert_eq!(real(&value("1e999")), None);
        assert!(real(&value("-0.0")).is_some_and(f64::is_sign_positive));
        assert_eq!(attribute(&value("18446744073709551616")), Some(Value::Json("18446744073709551616".to_owned())));
    }

    #[test]
    fn pythons_own_words_are_read() {
        let read = read(br#"{"a": Infinity, "b": [NaN, -Infinity], "c": "NaN \" Infinity"}"#).expect("readable");
        assert_eq!(read.repairs, [IssueKind::BareNonFinite]);
        assert_eq!(read.value.to_string(), r#"{"a":"Infinity","b":["NaN","-Infinity"],"c":"NaN \" Infinity"}"#);
        assert_eq!(real(&read.value["a"]), None);
    }

    #[test]
    fn broken_text_is_repaired() {
        let lone = read(br#"{"a": "\udce9 \ud83d\ude00 \ud83d"}"#).expect("readable");
        assert_eq!((lone.value["a"].as_str(), lone.repairs), (Some("\u{fffd} 😀 \u{fffd}"), vec![IssueKind::BadUtf8]));
        let bytes = read(b"{\"a\": \"\xff\"}").expect("readable");
        assert_eq!((bytes.value["a"].as_str(), bytes.repairs), (Some("\u{fffd}"), vec![IssueKind::BadUtf8]));
        let twice = read(r#"{"Ã©": "\u00c3\u00a9"}"#.as_bytes()).expect("readable");
        assert_eq!((twice.value["é"].as_str(), twice.repairs), (Some("é"), vec![IssueKind::DoubleEncoded]));
    }

    #[test]
    fn what_is_not_json_is_said() {
        assert!(read(b"{\"a\": nope}").is_err());
        assert!(read("[".repeat(10_000).as_bytes()).is_err());
        assert!(read(b"").is_err());
    }
}
