//! A way of signing in the words that it is read from.

use serde_json::{Value, json};

use super::read::{ALGORITHMS, ENCODINGS, FORMATS, FORMS, named};
use super::{Part, Scheme, Signature};

impl Signature {
    /// The name that says all of it, if there is one.
    pub(crate) fn name(&self) -> Option<&'static str> {
        match self {
            Signature::None => Some("none"),
            Signature::By(scheme) => named().find(|(_, known)| **known == **scheme).map(|(name, _)| name),
        }
    }
}

impl Scheme {
    /// What has to be said of it, key by key: texts, and a list of texts.
    pub(crate) fn said(&self) -> Vec<(&'static str, Value)> {
        let usual = Scheme::default();
        let word = |differs: bool, word: &'static str| differs.then(|| json!(word));
        let entries = [
            ("header", self.header.as_ref().map(|name| json!(name))),
            ("query", self.query.as_ref().map(|name| json!(name))),
            ("algorithm", Some(json!(name_of(&self.algorithm, &ALGORITHMS)))),
            ("encoding", word(self.encoding != usual.encoding, name_of(&self.encoding, &ENCODINGS))),
            ("prefix", (!self.prefix.is_empty()).then(|| json!(self.prefix))),
            ("signed", (self.signed != usual.signed).then(|| self.signed.iter().map(Part::said).collect())),
            ("timestamp", self.timestamp.as_ref().map(|name| json!(name))),
            (
                "timestamp_format",
                word(self.timestamp_format != usual.timestamp_format, name_of(&self.timestamp_format, &FORMATS)),
            ),
            ("max_age", (self.max_age != usual.max_age).then(|| json!(format!("{}s", self.max_age.ms() / 1000)))),
            ("secret", word(self.secret != usual.secret, name_of(&self.secret, &FORMS))),
            ("sealed", self.sealed.as_ref().map(|member| json!(member))),
            ("challenge", word(self.challenge, "true")),
        ];
        entries.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
    }
}

impl Part {
    fn said(&self) -> String {
        match self {
            Part::Body => "body".to_owned(),
            Part::Method => "method".to_owned(),
            Part::Url => "url".to_owned(),
            Part::DecodedUrl => "decoded_url".to_owned(),
            Part::Timestamp => "timestamp".to_owned(),
            Part::Secret => "secret".to_owned(),
            Part::Header(name) => format!("header:{name}"),
            Part::Text(text) => format!("text:{text}"),
        }
    }
}

fn name_of<T: PartialEq>(value: &T, all: &[(&'static str, T)]) -> &'static str {
    all.iter().find(|(_, known)| known == value).map_or("", |(name, _)| name)
}
