//! From the text of a program to a filter, with what is wrong in it and where.

use jaq_core::load::parse::{Def, Term};
use jaq_core::load::{self, Arena, Error, File, Loader, lex};
use jaq_core::native::Fun;
use jaq_core::{Compiler, Filter};

use super::limits::{self, Kind};
use super::meter::Meter;

/// What is wrong in a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// Bytes of the program before it.
    pub(crate) offset: usize,
    pub(crate) what: String,
}

/// The longest program, in bytes.
const CODE_BYTES_MAX: usize = 32 << 10;
/// How deep its brackets may be nested.
const NESTING_MAX: usize = 64;
/// The filter that the program becomes.
const MAIN: &str = "duly__main";
const VARS: [&str; 2] = ["$message", "$headers"];

/// Filters that a mapping has no use for, or that would tell it what is not in the message.
const NATIVES_LEFT_OUT: [&str; 1] = ["halt"];
/// Definitions over them, and over what the library only has with parts that are not linked: regular expressions, time, formats
/// of web pages, logging, mathematics.
#[rustfmt::skip]
const DEFS_LEFT_OUT: [&str; 30] = [
    "stderr", "debug", "halt", "halt_error", "logb", "significand", "pow10", "drem", "nexttoward", "scalb", "gamma",
    "capture_of_match", "test", "scan_", "match", "capture", "split", "splits", "sub", "gsub", "scan", "todate", "fromdate",
    "@sh", "@html", "@htmld", "@uri", "@urid", "@base64", "@base64d",
];

pub(super) fn compile(code: &str) -> Result<Filter<Kind>, Vec<Wrong>> {
    if code.len() > CODE_BYTES_MAX {
        return Err(vec![wrong(0, format!("a program of {} bytes: {CODE_BYTES_MAX} are the most", code.len()))]);
    }
    if let Some(offset) = too_deep(code) {
        return Err(vec![wrong(offset, format!("brackets lie more than {NESTING_MAX} deep in each other"))]);
    }
    check(code)?;
    let Some(term) = load::parse(code, |parser| parser.term()) else {
        return Err(vec![wrong(0, "a program can not include modules".to_owned())]);
    };
    metered(term).map_err(|what| vec![wrong(0, what)])
}

/// Compiles the program as it is written, for what is wrong with it.
fn check(code: &str) -> Result<(), Vec<Wrong>> {
    let arena = Arena::default();
    let at = |part: &str| if part.is_empty() { code.len() } else { load::span(code, part).start };
    let modules = Loader::new(defs())
        .load(&arena, File { code, path: () })
        .map_err(|errors| errors.into_iter().flat_map(|(_, error)| syntax(error, &at)).collect::<Vec<_>>())?;
    let compiled = Compiler::default().with_funs(natives()).with_global_vars(VARS).compile(modules);
    compiled.map(drop).map_err(|errors| {
        let unknown = errors.into_iter().flat_map(|(_, errors)| errors);
        unknown.map(|(name, kind)| wrong(at(name), format!("there is no {} `{name}`", kind.as_str()))).collect()
    })
}

fn syntax(error: Error<&str>, at: &impl Fn(&str) -> usize) -> Vec<Wrong> {
    match error {
        Error::Io(errors) => errors
            .into_iter()
            .map(|(path, _)| wrong(at(path), "a program can not include modules".to_owned()))
            .collect(),
        Error::Lex(errors) => {
            let told =
                |(expected, found): lex::Error<&str>| wrong(at(found), format!("expected {}", expected.as_str()));
            errors.into_iter().map(told).collect()
        }
        Error::Parse(errors) => errors
            .into_iter()
            .map(|(expected, found)| wrong(at(found), format!("expected {}", expected.as_str())))
            .collect(),
    }
}

/// Compiles the program with its work counted.
fn metered(term: Term<&str>) -> Result<Filter<Kind>, String> {
    let meter = Meter { natives: natives().map(|(name, args, _)| (name, args.len())).collect() };
    let main = Def { name: MAIN, args: VARS.to_vec(), body: term };
    let defs = defs().map(shortened).chain([main]).map(|def| meter.def(def));
    let code = format!("{MAIN}({}; {})", VARS[0], VARS[1]);
    let arena = Arena::default();
    let failed = |_| "the program can not be metered".to_owned();
    let modules = Loader::new(defs).load(&arena, File { code: code.as_str(), path: () }).map_err(failed)?;
    let funs = natives().chain(limits::funs());
    let compiled = Compiler::default().with_funs(funs).with_global_vars(VARS).compile(modules);
    compiled.map_err(|_| "the program can not be metered".to_owned())
}

/// A definition of the library, for as long as the program.
fn shortened<'s>(def: Def<&'static str>) -> Def<&'s str> {
    def
}

fn defs() -> impl Iterator<Item = Def<&'static str>> {
    let all = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    // Of the two called `split` the one without a regular expression is there.
    all.filter(|def| !DEFS_LEFT_OUT.contains(&def.name) || (def.name == "split" && def.args.len() == 1))
}

fn natives() -> impl Iterator<Item = Fun<Kind>> {
    let all = jaq_core::funs::<Kind>().chain(jaq_std::base_funs::<Kind>()).chain(jaq_json::funs::<Kind>());
    all.filter(|(name, ..)| !NATIVES_LEFT_OUT.contains(name))
}

/// Where brackets are nested too deep. Those in texts count as well, which does no harm.
fn too_deep(code: &str) -> Option<usize> {
    let mut depth = 0_usize;
    code.bytes().position(|byte| {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > NESTING_MAX
    })
}

fn wrong(offset: usize, what: String) -> Wrong {
    Wrong { offset, what }
}
