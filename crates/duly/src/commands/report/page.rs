//! A review through a template: what a template has at hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use duly_core::control::emergency::Effect;
use duly_core::policy::Condition;
use duly_core::review::{Breakdown, Causes, Figures, Objective, Part, Report, Row};
use duly_core::time::Instant;
use minijinja::value::Serde;
use minijinja::{Environment, Value};

use super::link::Link;
use super::pictures;
use super::scene::{Scene, change, went};
use super::shown::{NONE, Shown};
use super::words::WORDS;
use crate::mistakes::Rejected;
use crate::names::Names;
use crate::numbers::{amount, grouped};
use crate::template::{self, Form, Template};

/// Renders the report.
///
/// # Errors
/// A mistake in the template, with its line: the process ends with 78 (`EX_CONFIG`).
pub(super) fn render(
    template: &Template,
    form: Form,
    report: &Report,
    names: &Names,
    shown: Shown,
    link: Option<&Link>,
) -> Result<String, Rejected> {
    let scene = Scene { report: Arc::new(report.clone()), names: names.clone(), shown, link: link.cloned() };
    let mut environment = template::environment(form);
    add_filters(&mut environment, &scene);
    add_functions(&mut environment, &scene);
    let context = minijinja::context! {
        report => Value::from(Serde(report)),
        lang => shown.language.key(),
        t => words(shown),
        blank => Value::from(Serde(Figures::default())),
        causes => scene.causes(),
        bands => scene.bands(),
        voices => scene.voices(),
        definitions => scene.definitions(),
    };
    template.render(&environment, context)
}

/// The words of the language, by name.
fn words(shown: Shown) -> BTreeMap<&'static str, &'static str> {
    WORDS.iter().map(|word| (word.0, shown.language.of(word))).collect()
}

fn add_filters(environment: &mut Environment<'static>, scene: &Scene) {
    let shown = scene.shown;
    environment.add_filter("number", grouped);
    environment.add_filter("amount", amount);
    environment.add_filter("span", move |Serde(ms): Serde<Option<i64>>| {
        ms.map_or_else(|| NONE.to_owned(), |ms| shown.span(ms))
    });
    environment.add_filter("percent", move |Serde(percent): Serde<Option<f64>>| shown.percent(percent));
    environment.add_filter("share", move |part: i64, whole: i64| shown.share(part, whole));
    environment.add_filter("moment", move |Serde(at): Serde<Instant>| shown.moment(at));
    environment.add_filter("day", move |Serde(at): Serde<Instant>| shown.day(at));
    environment.add_filter("day_before", move |Serde(at): Serde<Instant>| shown.day_before(at));
    environment.add_filter("effect", move |Serde(effect): Serde<Effect>| shown.effect(effect));
    environment.add_filter("promise", move |within: &str| shown.promise(within));
    let names = scene.names.clone();
    environment.add_filter("condition", move |Serde(when): Serde<Condition>| names.condition(&when));
    let names = scene.names.clone();
    environment.add_filter("values", move |Serde(when): Serde<Condition>| names.values(&when));
    let names = scene.names.clone();
    environment.add_filter("attribute", move |name: &str| names.attribute(name));
    let names = scene.names.clone();
    environment.add_filter("value", move |value: &str, attribute: &str| names.value(attribute, value));
    let link = scene.link.clone();
    environment.add_filter("link", move |subject: &str| link.as_ref().map(|link| link.to(subject)));
    let most = scene.clone();
    environment.add_filter("most", move |Serde(breakdown): Serde<Breakdown>| Value::from(Serde(most.rows(&breakdown))));
}

fn add_functions(environment: &mut Environment<'static>, scene: &Scene) {
    let shown = scene.shown;
    let picture = Value::from_safe_string;
    environment.add_function("bar", move |Serde(figures): Serde<Figures>| picture(pictures::bar(&figures, shown)));
    environment.add_function("stack", move |Serde(causes): Serde<Causes>| picture(pictures::stack(&causes, shown)));
    environment.add_function("lines", move |Serde(parts): Serde<Vec<Part>>| picture(pictures::lines(&parts, shown)));
    environment.add_function("histogram", move |Serde(objective): Serde<Objective>| {
        picture(pictures::histogram(&objective.distribution, shown))
    });
    environment
        .add_function("change", |Serde(now): Serde<Figures>, Serde(before): Serde<Figures>| change(&now, &before));
    environment.add_function("went", move |Serde(causes): Serde<Causes>| went(&causes, shown));
    let named = scene.clone();
    environment.add_function("title", move |value: Value| named.title(&value));
    let row = scene.clone();
    environment.add_function("requests", move |Serde(of): Serde<Row>| row.requests(&of));
    let told = scene.clone();
    environment.add_function("summary", move || told.summary());
    let told = scene.clone();
    environment.add_function("what_if_summary", move || told.what_if_summary());
}
