//! From a body to records: one event, a JSON array of them, or one a line.
//!
//! Events are cut out of the body as they stand, byte for byte, so that what is stored is what was sent. A body that can not
//! be cut is one record: the engine refuses it with a reason and keeps it whole (I7).

use axum::http::{HeaderMap, StatusCode, header};
use serde_json::value::RawValue;

use super::answer::Problem;

/// How events lie in a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// One event.
    Single,
    /// A JSON array of events.
    Array,
    /// One event a line; empty lines are none.
    Lines,
    /// An event or an array, as the first character says.
    Json,
}

const FORMS: &str = "send application/cloudevents+json (one event), application/cloudevents-batch+json or \
                     application/json (an array), or application/x-ndjson (one event a line)";

impl Form {
    /// The form that the headers announce. A content type has to be there: without one a web page could send events.
    pub(super) fn of(headers: &HeaderMap) -> Result<Form, Problem> {
        let refuse = |what: String, hint: &str| Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, what, hint));
        if headers.contains_key("ce-specversion") {
            return refuse("CloudEvents in binary mode are not read over HTTP".to_owned(), FORMS);
        }
        if headers.contains_key(header::CONTENT_ENCODING) {
            return refuse("the body is compressed".to_owned(), "send it as it is, without Content-Encoding");
        }
        let Some(given) = headers.get(header::CONTENT_TYPE) else {
            return refuse("there is no Content-Type".to_owned(), FORMS);
        };
        let given = String::from_utf8_lossy(given.as_bytes());
        let essence = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match essence.as_str() {
            "application/cloudevents+json" => Ok(Form::Single),
            "application/cloudevents-batch+json" => Ok(Form::Array),
            "application/json" => Ok(Form::Json),
            "application/x-ndjson" | "application/ndjson" | "application/jsonl" | "application/x-jsonlines" => {
                Ok(Form::Lines)
            }
            other => {
                let shown: String = other.chars().take(60).collect();
                refuse(format!("events are not read as `{shown}`"), FORMS)
            }
        }
    }

    /// The records in `body`.
    pub(super) fn split(self, body: &[u8]) -> Split {
        let is_array = body.trim_ascii_start().first() == Some(&b'[');
        match self {
            Form::Lines => Split { records: lines(body), mistake: None },
            Form::Array => array(body),
            Form::Json if is_array => array(body),
            Form::Single | Form::Json => Split { records: vec![body.trim_ascii().to_vec()], mistake: None },
        }
    }
}

/// The records of a body.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Split {
    pub(super) records: Vec<Vec<u8>>,
    /// Why it could not be cut, and is one record.
    pub(super) mistake: Option<String>,
}

fn lines(body: &[u8]) -> Vec<Vec<u8>> {
    let lines = body.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines.filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect()
}

fn array(body: &[u8]) -> Split {
    match serde_json::from_slice::<Vec<&RawValue>>(body) {
        Ok(events) => {
            let records = events.iter().map(|event| event.get().as_bytes().to_vec()).collect();
            Split { records, mistake: None }
        }
        Err(error) => Split { records: vec![body.to_vec()], mistake: Some(error.to_string()) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(form: Form, body: &str, expected: &[&str]) {
        let records = form.split(body.as_bytes()).records;
        let records: Vec<&str> = records.iter().map(|record| std::str::from_utf8(record).unwrap()).collect();
        assert_eq!(records, expected, "{form:?} {body:?}");
    }

    #[test]
    fn events_are_cut_out_as_they_stand() {
        check(Form::Single, "{\"a\":1} ", &["{\"a\":1}"]);
        check(Form::Json, " {\"a\": 1.0}", &["{\"a\": 1.0}"]);
        check(
            Form::Json,
            "\n[{\"a\": 1.0, \"a\":2},\n {\"b\":\"\\u00e9\"}]",
            &["{\"a\": 1.0, \"a\":2}", "{\"b\":\"\\u00e9\"}"],
        );
        check(Form::Array, "[]", &[]);
        check(Form::Array, "[1,[2]]", &["1", "[2]"]);
        check(Form::Lines, "{\"a\":1}\r\n\n{\"b\":2}", &["{\"a\":1}", "{\"b\":2}"]);
        check(Form::Lines, "{\"a\":\n1}\n", &["{\"a\":", "1}"]);
    }

    #[test]
    fn what_can_not_be_cut_stays_whole() {
        for body in ["[{\"a\":1}", "[{\"a\":1},]", "{\"a\":1}", "[1] 2", "nonsense"] {
            check(Form::Array, body, &[body]);
            assert!(
                Form::Array.split(body.as_bytes()).mistake.is_some_and(|why| why.contains("line 1 column")),
                "{body}"
            );
        }
    }

    #[test]
    fn the_content_type_says_how_events_lie() {
        for (given, expected) in [
            ("application/cloudevents+json; charset=utf-8", Ok(Form::Single)),
            ("application/CloudEvents-Batch+json", Ok(Form::Array)),
            ("application/json", Ok(Form::Json)),
            ("application/x-ndjson", Ok(Form::Lines)),
            ("text/plain", Err("events are not read as `text/plain`")),
            ("", Err("events are not read as ``")),
        ] {
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, given.parse().unwrap())]);
            let form = Form::of(&headers).map_err(|problem| problem.what);
            assert_eq!(form.as_ref().map_err(String::as_str), expected.as_ref().map_err(|text| *text), "{given}");
        }
        assert_eq!(Form::of(&HeaderMap::new()).unwrap_err().what, "there is no Content-Type");
    }
}
