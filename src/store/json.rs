//! Labels and attributes as JSON text, so that anyone can read them with sqlite3, and back without loss.
//!
//! JSON has no NaN or infinity and cannot tell text that happens to be JSON from JSON; such values are wrapped:
//! `{"$real":"NaN"}`, `{"$json":"…"}`. Whole numbers have no point, others always have a point or an exponent.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::StoreError;
use crate::model::{Attributes, Value};

/// Attributes as a JSON object.
pub fn write_attributes(attributes: &Attributes) -> String {
    let mut text = String::from("{");
    for (name, value) in attributes {
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(&quoted(name));
        text.push(':');
        text.push_str(&write_value(value));
    }
    text.push('}');
    text
}

/// Attributes from the JSON object `write_attributes` made.
pub fn read_attributes(text: &str) -> Result<Attributes, StoreError> {
    if text == "{}" {
        return Ok(Attributes::new());
    }
    let raw: BTreeMap<String, Box<RawValue>> = serde_json::from_str(text).map_err(|error| damaged(&error))?;
    raw.into_iter().map(|(name, value)| Ok((name, read_value(value.get())?))).collect()
}

/// Texts by name as a JSON object.
pub fn write_texts(texts: &BTreeMap<String, String>) -> String {
    let members: Vec<String> = texts.iter().map(|(name, text)| format!("{}:{}", quoted(name), quoted(text))).collect();
    format!("{{{}}}", members.join(","))
}

/// Texts by name from JSON.
pub fn read_texts(text: &str) -> Result<BTreeMap<String, String>, StoreError> {
    serde_json::from_str(text).map_err(|error| damaged(&error))
}

/// A list of texts as JSON.
pub fn write_list(texts: &[String]) -> String {
    let items: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", items.join(","))
}

/// A list of texts from JSON.
pub fn read_list(text: &str) -> Result<Vec<String>, StoreError> {
    serde_json::from_str(text).map_err(|error| damaged(&error))
}

/// A text as a JSON string.
pub fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn damaged(error: &serde_json::Error) -> StoreError {
    StoreError::damaged(format!("labels or attributes are not the JSON they should be: {error}"))
}

fn write_value(value: &Value) -> String {
    match value {
        Value::Text(text) => quoted(text),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) if number.is_finite() => format!("{number:?}"),
        Value::Real(number) => format!("{{\"$real\":\"{number}\"}}"),
        Value::Flag(flag) => flag.to_string(),
        Value::Json(json) if stands_for_itself(json) => json.clone(),
        Value::Json(json) => format!("{{\"$json\":{}}}", quoted(json)),
    }
}

/// Whether JSON text can be a member's value and will be read back as the same JSON text.
fn stands_for_itself(json: &str) -> bool {
    let is_plain = json.starts_with('[') || (json.starts_with('{') && !json.starts_with("{\"$"));
    is_plain && json.trim_end() == json && serde_json::from_str::<&RawValue>(json).is_ok()
}

fn read_value(json: &str) -> Result<Value, StoreError> {
    let text = |json: &str| serde_json::from_str::<String>(json).map_err(|error| damaged(&error));
    if let Some(wrapped) = json.strip_prefix("{\"$real\":").and_then(|json| json.strip_suffix('}')) {
        return Ok(match text(wrapped)?.as_str() {
            "inf" => Value::Real(f64::INFINITY),
            "-inf" => Value::Real(f64::NEG_INFINITY),
            _ => Value::Real(f64::NAN),
        });
    }
    if let Some(wrapped) = json.strip_prefix("{\"$json\":").and_then(|json| json.strip_suffix('}')) {
        return Ok(Value::Json(text(wrapped)?));
    }
    match json.as_bytes().first() {
        Some(b'"') => Ok(Value::Text(text(json)?)),
        Some(b't') => Ok(Value::Flag(true)),
        Some(b'f') => Ok(Value::Flag(false)),
        Some(b'[' | b'{') => Ok(Value::Json(json.to_owned())),
        _ => match (json.parse::<i64>(), json.parse::<f64>()) {
            (Ok(number), _) => Ok(Value::Integer(number)),
            (_, Ok(number)) => Ok(Value::Real(number)),
            // A null, which we never write: kept as what it is.
            _ => Ok(Value::Json(json.to_owned())),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_value() -> impl Strategy<Value = Value> {
        prop_oneof![
            any::<String>().prop_map(Value::Text),
            any::<i64>().prop_map(Value::Integer),
            any::<f64>().prop_map(Value::Real),
            any::<bool>().prop_map(Value::Flag),
            any::<String>().prop_map(Value::Json),
        ]
    }

    proptest! {
        #[test]
        fn attributes_come_back(attributes in prop::collection::btree_map(any::<String>(), any_value(), 0..8)) {
            let text = write_attributes(&attributes);
            // Debug text, because NaN is not equal to itself.
            prop_assert_eq!(format!("{:?}", read_attributes(&text).unwrap()), format!("{attributes:?}"));
        }

        #[test]
        fn texts_come_back(texts in prop::collection::btree_map(any::<String>(), any::<String>(), 0..8)) {
            prop_assert_eq!(read_texts(&write_texts(&texts)).unwrap(), texts);
        }
    }

    #[test]
    fn awkward_values_come_back() {
        for value in [
            Value::Real(f64::NEG_INFINITY),
            Value::Real(-0.0),
            Value::Real(1.0),
            Value::Real(5e-324),
            Value::Json("[1, 2,  {\"a\": 1e400}]".to_owned()),
            Value::Json("{\"$real\":\"NaN\"}".to_owned()),
            Value::Json("{\"$json\":".to_owned()),
            Value::Json(" [1] ".to_owned()),
            Value::Json("[1] [2]".to_owned()),
            Value::Json("null".to_owned()),
            Value::Text("{\"$real\":\"NaN\"}".to_owned()),
        ] {
            let attributes = Attributes::from([("a".to_owned(), value)]);
            assert_eq!(read_attributes(&write_attributes(&attributes)).unwrap(), attributes);
        }
    }

    #[test]
    fn people_can_read_it() {
        let attributes = Attributes::from([
            ("args".to_owned(), Value::Json("[1, 2]".to_owned())),
            ("codec".to_owned(), Value::Text("h264".to_owned())),
            ("crf".to_owned(), Value::Integer(23)),
            ("scale".to_owned(), Value::Real(2.0)),
        ]);
        assert_eq!(write_attributes(&attributes), r#"{"args":[1, 2],"codec":"h264","crf":23,"scale":2.0}"#);
    }
}
