//! What stands in a settings file, with the places of its maps: those of sections are told where a mistake is.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_saphyr::Spanned;

/// A value of a settings file.
pub(super) enum Node {
    /// A section.
    Map(Pairs),
    /// Anything else.
    Plain(Value),
}

/// The pairs of a map in their order, with their places.
#[derive(Default)]
pub(super) struct Pairs(pub(super) Vec<(Spanned<String>, Spanned<Node>)>);

impl Node {
    /// The value without places, for a reader that means none of its insides.
    pub(super) fn to_value(&self) -> Value {
        match self {
            Node::Plain(value) => value.clone(),
            Node::Map(Pairs(pairs)) => {
                pairs.iter().map(|(key, value)| (key.value.clone(), value.value.to_value())).collect()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map of settings")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Pairs, A::Error> {
                pairs(map)
            }
        }
        deserializer.deserialize_map(Read)
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Node;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a setting")
            }

            fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
                Ok(Node::Plain(value.into()))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
                Ok(Node::Plain(value.into()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
                Ok(Node::Plain(value.into()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
                Ok(Node::Plain(value.into()))
            }

            fn visit_str<E>(self, value: &str) -> Result<Node, E> {
                Ok(Node::Plain(value.into()))
            }

            fn visit_unit<E>(self) -> Result<Node, E> {
                Ok(Node::Plain(Value::Null))
            }

            fn visit_none<E>(self) -> Result<Node, E> {
                Ok(Node::Plain(Value::Null))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
                let mut values = Vec::<Value>::new();
                while let Some(value) = list.next_element()? {
                    values.push(value);
                }
                Ok(Node::Plain(values.into()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Node, A::Error> {
                pairs(map).map(Node::Map)
            }
        }
        deserializer.deserialize_any(Read)
    }
}

fn pairs<'de, A: MapAccess<'de>>(mut map: A) -> Result<Pairs, A::Error> {
    let mut pairs = Vec::new();
    while let Some(pair) = map.next_entry()? {
        pairs.push(pair);
    }
    Ok(Pairs(pairs))
}
