//! Between JSON and the values of jq.

use jaq_json::{Map, Num, Val};
use serde_json::Value;

/// How deep an output may be nested.
const DEPTH_MAX: usize = 64;

/// A value for a program. JSON that was parsed is nested no deeper than 128.
pub(super) fn to_jq(value: &Value) -> Val {
    match value {
        Value::Null => Val::Null,
        Value::Bool(flag) => Val::Bool(*flag),
        Value::Number(number) => match number.as_i64() {
            Some(integer) => Val::Num(Num::from_integral(integer)),
            None => Val::Num(Num::from_dec_str(&number.to_string())),
        },
        Value::String(text) => Val::utf8_str(text.clone().into_bytes()),
        Value::Array(items) => items.iter().map(to_jq).collect(),
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| (Val::utf8_str(key.clone().into_bytes()), to_jq(value)));
            Val::obj(members.collect::<Map>())
        }
    }
}

/// The headers of a message, their names in lower case.
pub(super) fn headers(headers: &[(&str, &[u8])]) -> Val {
    let text = |bytes: &[u8]| Val::utf8_str(String::from_utf8_lossy(bytes).into_owned().into_bytes());
    let named = headers.iter().map(|(name, value)| (Val::utf8_str(name.to_lowercase().into_bytes()), text(value)));
    Val::obj(named.collect::<Map>())
}

/// An output of a program.
///
/// # Errors
/// What makes it no JSON.
pub(super) fn from_jq(value: &Val) -> Result<Value, String> {
    convert(value, 0)
}

fn convert(value: &Val, depth: usize) -> Result<Value, String> {
    if depth > DEPTH_MAX {
        return Err(format!("an output is nested more than {DEPTH_MAX} deep"));
    }
    Ok(match value {
        Val::Null => Value::Null,
        Val::Bool(flag) => Value::Bool(*flag),
        Val::Num(number) => {
            let text = number.to_string();
            serde_json::from_str(&text).map_err(|_| format!("an output has `{text}`, which is no number of JSON"))?
        }
        Val::BStr(bytes) | Val::TStr(bytes) => Value::String(String::from_utf8_lossy(bytes).into_owned()),
        Val::Arr(items) => Value::Array(items.iter().map(|item| convert(item, depth + 1)).collect::<Result<_, _>>()?),
        Val::Obj(members) => {
            let member = |(key, value): (&Val, &Val)| match key {
                Val::TStr(key) => Ok((String::from_utf8_lossy(key).into_owned(), convert(value, depth + 1)?)),
                other => Err(format!("an output has the key `{other}`, which is no text")),
            };
            Value::Object(members.iter().map(member).collect::<Result<_, String>>()?)
        }
    })
}
