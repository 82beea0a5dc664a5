//! Sinks out of settings, with their mistakes for a person.

use duly_engine::config;
use duly_engine::deliver::{self, Mistaken, Sink};

use crate::mistakes::{Faulty, Rejected};

/// The sinks of the settings; a recipe or an address book with a mistake ends the start.
pub(crate) fn read(settings: &[config::Sink]) -> Result<Vec<Sink>, Rejected> {
    deliver::sinks(settings).map_err(|mistaken| Rejected(faulty(mistaken)))
}

/// What is wrong with them, but for their secrets, which may be elsewhere.
pub(crate) fn check(settings: &[config::Sink]) -> Vec<Faulty> {
    deliver::check_sinks(settings).map_err(faulty).err().unwrap_or_default()
}

fn faulty(mistaken: Vec<Mistaken>) -> Vec<Faulty> {
    let faulty = |Mistaken { path, text, mistakes }: Mistaken| match text {
        Some(text) => Faulty::new(&path, &text, mistakes),
        None => Faulty::whole(&path, mistakes),
    };
    mistaken.into_iter().map(faulty).collect()
}
