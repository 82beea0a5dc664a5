//! The progress marks that are due, a record for every source.

use duly_core::lane::Progress;

use super::part::Part;

/// The marks of all parts that have news, by source. `names` are those of the sources.
pub(super) fn due<'p>(parts: impl IntoIterator<Item = &'p Part>, names: &[&str]) -> Vec<Progress> {
    let mut marks: Vec<Progress> = names.iter().map(|name| Progress::of(name)).collect();
    for part in parts {
        if let Some(reached) = part.news() {
            marks[part.source].reached.insert(part.name.clone(), reached);
        }
    }
    marks.retain(|mark| !mark.reached.is_empty());
    marks
}

#[cfg(test)]
mod tests {
    use duly_core::time::Instant;

    use super::*;

    #[test]
    fn a_source_has_one_mark_for_all_of_its_parts_that_have_news() {
        let mut parts = [Part::new(0, "a", 0, Some(0)), Part::new(1, "b", 0, Some(0)), Part::new(1, "b", 1, Some(0))];
        parts[1].mark();
        parts[2].read(0, Some(Instant::from_s(7)));
        let marks = due(&parts, &["crm", "shop"]);
        let told: Vec<String> = marks.iter().map(|mark| String::from_utf8(mark.data()).expect("JSON")).collect();
        assert_eq!(
            told,
            [
                r#"{"source":"crm","reached":{"a/0":"1970-01-01T00:00:00Z"}}"#,
                r#"{"source":"shop","reached":{"b/1":"1970-01-01T00:00:07Z"}}"#
            ]
        );
    }
}
