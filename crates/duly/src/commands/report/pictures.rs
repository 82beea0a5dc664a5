//! Pictures of a review as SVG, drawn here: no script draws them, and paper shows them as a screen does.
//!
//! Two colours tell apart what colour-blind people can tell apart too (those of Okabe and Ito), and every picture has its
//! figures as text. What comes from tickets is escaped.

use std::fmt::Write as _;

use duly_core::review::{Band, Causes, Figures, Part};

use super::shown::Shown;
use crate::numbers::grouped;

/// Kept.
const GOOD: &str = "#0072b2";
/// Broken.
const BAD: &str = "#d55e00";
const WASH: &str = "#e3e8ee";
const INK: &str = "#1c2430";
const SOFT: &str = "#5b6675";

/// The field of a line: its width with the scale at its left, its height under the top.
const WIDTH: f64 = 480.0;
const LEFT: f64 = 44.0;
const TOP: f64 = 22.0;
const HEIGHT: f64 = 120.0;
const BASE: f64 = TOP + HEIGHT;

/// What time went to: the member of `Causes`, the word for it, the colour.
pub(super) const CAUSES: [(&str, &str, &str); 6] = [
    ("us_ms", "cause_us", BAD),
    ("customer_ms", "cause_customer", "#56b4e9"),
    ("held_ms", "cause_held", "#e69f00"),
    ("emergency_ms", "cause_emergency", "#cc79a7"),
    ("resolved_ms", "cause_resolved", "#009e73"),
    ("closed_ms", "cause_closed", "#c3cad4"),
];

/// The time that went to each of [`CAUSES`].
pub(super) fn amounts(causes: &Causes) -> [i64; 6] {
    [causes.us_ms, causes.customer_ms, causes.held_ms, causes.emergency_ms, causes.resolved_ms, causes.closed_ms]
}

/// How many were met of those decided: a bar.
pub(super) fn bar(figures: &Figures, shown: Shown) -> String {
    let decided = figures.met + figures.breached;
    if decided == 0 {
        return String::new();
    }
    let met = 84.0 * figures.met as f64 / decided as f64;
    let label = escaped(&shown.percent(figures.attainment_percent));
    format!(
        "<svg width=\"84\" height=\"12\" viewBox=\"0 0 84 12\" role=\"img\" aria-label=\"{label}\" style=\"margin-top:5px\">\
         <rect width=\"84\" height=\"12\" rx=\"2\" fill=\"{BAD}\"/><rect width=\"{met:.1}\" height=\"12\" rx=\"2\" fill=\"{GOOD}\"/></svg>"
    )
}

/// Where time went: a bar of parts.
pub(super) fn stack(causes: &Causes, shown: Shown) -> String {
    const WIDTH: f64 = 300.0;
    if causes.total_ms == 0 {
        return String::new();
    }
    let (mut x, mut parts, mut label) = (0.0, String::new(), Vec::new());
    for ((_, word, colour), ms) in CAUSES.into_iter().zip(amounts(causes)).filter(|(_, ms)| *ms > 0) {
        let width = WIDTH * ms as f64 / causes.total_ms as f64;
        let told = format!("{}: {}", shown.language.word(word), shown.span(ms));
        let told = escaped(&told);
        let _ = write!(
            parts,
            "<rect x=\"{x:.1}\" width=\"{width:.1}\" height=\"14\" fill=\"{colour}\"><title>{told}</title></rect>"
        );
        x += width;
        label.push(told);
    }
    let label = label.join(", ");
    format!(
        "<svg width=\"100%\" height=\"14\" viewBox=\"0 0 {WIDTH} 14\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{label}\" style=\"margin-top:4px\">{parts}</svg>"
    )
}

/// How long responses took: a column a band.
pub(super) fn histogram(bands: &[Band], shown: Shown) -> String {
    const COLUMN: f64 = 30.0;
    const TALL: f64 = 92.0;
    let most = bands.iter().map(|band| band.responses).max().unwrap_or(0).max(1) as f64;
    let width = COLUMN * bands.len() as f64;
    let mut inside = String::new();
    for (position, band) in bands.iter().enumerate() {
        let x = COLUMN * position as f64;
        let middle = x + COLUMN / 2.0;
        let height = (TALL * band.responses as f64 / most).max(if band.responses > 0 { 1.0 } else { 0.0 });
        let y = 16.0 + TALL - height;
        let _ = write!(
            inside,
            "<rect x=\"{:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{height:.1}\" fill=\"{GOOD}\"/>",
            x + 2.0,
            COLUMN - 4.0
        );
        if band.responses > 0 {
            inside += &text(middle, y - 3.0, 10.0, INK, &grouped(band.responses));
        }
        inside += &text(middle, 16.0 + TALL + 13.0, 9.5, SOFT, &band_label(*band, shown));
    }
    let base = 16.0 + TALL;
    format!(
        "<svg viewBox=\"0 0 {width} 126\" width=\"{width}\" role=\"img\">{inside}<path d=\"M0 {base}H{width}\" stroke=\"{SOFT}\"/></svg>"
    )
}

/// The upper end of a band, or that it has none.
pub(super) fn band_label(band: Band, shown: Shown) -> String {
    let short = |ms: i64| match (ms / 60_000, shown.language) {
        (minutes @ ..60, crate::language::Language::En) => format!("{minutes}m"),
        (minutes @ ..60, crate::language::Language::Zh) => format!("{minutes}分"),
        (minutes, crate::language::Language::En) => format!("{}h", minutes / 60),
        (minutes, crate::language::Language::Zh) => format!("{}时", minutes / 60),
    };
    match band.to_ms {
        Some(to_ms) => short(to_ms),
        None => format!(">{}", short(band.over_ms)),
    }
}

/// How it went from part to part: attainment as a line, over columns of what was decided.
pub(super) fn lines(parts: &[Part], shown: Shown) -> String {
    let step = (WIDTH - LEFT) / parts.len().max(1) as f64;
    let known = || parts.iter().filter_map(|part| part.figures.attainment_percent);
    // The scale begins at a full ten below the least, so that a change can be seen; it says so.
    let low = (known().fold(100.0, f64::min) / 10.0 - 0.5).floor().clamp(0.0, 9.0) * 10.0;
    let y = |percent: f64| TOP + HEIGHT * (100.0 - percent) / (100.0 - low);
    let middle = |position: usize| LEFT + step * (position as f64 + 0.5);
    let mut inside = columns(parts, step);
    for percent in [low, f64::midpoint(low, 100.0), 100.0] {
        let at = y(percent);
        let _ = write!(inside, "<path d=\"M{LEFT} {at:.1}H{WIDTH}\" stroke=\"{SOFT}\" stroke-opacity=\".35\"/>");
        inside += &text(LEFT / 2.0, at + 3.5, 10.0, SOFT, &format!("{percent:.0} %"));
    }
    let (mut path, mut is_drawn) = (String::new(), false);
    for (position, part) in parts.iter().enumerate() {
        // Where there are many, every other name is left out.
        if position % parts.len().div_ceil(9) == 0 {
            inside += &text(middle(position), BASE + 16.0, 10.0, SOFT, &part.period.name);
        }
        let Some(percent) = part.figures.attainment_percent else {
            is_drawn = false;
            continue;
        };
        let (x, at) = (middle(position), y(percent));
        let _ = write!(path, "{}{x:.1} {at:.1}", if is_drawn { "L" } else { "M" });
        is_drawn = true;
        let _ = write!(inside, "<circle cx=\"{x:.1}\" cy=\"{at:.1}\" r=\"3\" fill=\"{GOOD}\"/>");
        if step > 36.0 {
            inside += &text(x, at - 7.0, 10.0, INK, &shown.percent(Some(percent)));
        }
    }
    format!(
        "<svg viewBox=\"0 0 {WIDTH} 164\" width=\"{WIDTH}\" role=\"img\">{inside}\
         <path d=\"{path}\" fill=\"none\" stroke=\"{GOOD}\" stroke-width=\"2\"/></svg>"
    )
}

/// How many were decided: pale columns with their counts.
fn columns(parts: &[Part], step: f64) -> String {
    let decided = |part: &Part| part.figures.met + part.figures.breached;
    let most = parts.iter().map(decided).max().unwrap_or(0).max(1) as f64;
    let mut drawn = String::new();
    for (position, part) in parts.iter().enumerate().filter(|(_, part)| decided(part) > 0) {
        let (x, height) = (LEFT + step * position as f64, 0.45 * HEIGHT * decided(part) as f64 / most);
        let _ = write!(
            drawn,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\" fill=\"{WASH}\"/>",
            x + step * 0.15,
            BASE - height,
            step * 0.7
        );
        if step > 24.0 {
            drawn += &text(x + step / 2.0, BASE - 4.0, 9.0, SOFT, &grouped(decided(part)));
        }
    }
    drawn
}

fn text(x: f64, y: f64, size: f64, colour: &str, content: &str) -> String {
    let place = format!("x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\" text-anchor=\"middle\"");
    // A white rim keeps it readable on lines and columns.
    let look = format!("fill=\"{colour}\" stroke=\"#fff\" stroke-width=\"3\" paint-order=\"stroke\"");
    format!("<text {place} {look}>{}</text>", escaped(content))
}

/// Text that stands in markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
