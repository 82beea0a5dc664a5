//! Sinks out of settings, with their mistakes for a person.

use duly_engine::config;
use duly_engine::deliver::{self, Mistaken, Sink};

use crate::mistakes::{Faulty, Rejected};

/// The sinks of the settings; a recipe or an address book with a mistake ends the start.
pub(crate) fn read(settings: &[config::Sink]) -> Result<Vec<Sink>, Rejected> {
    deliver::sinks(settings).map_err(|mistaken| {
        let faulty = |Mistaken { path, text, mistakes }: Mistaken| match text {
            Some(text) => Faulty::new(&path, &text, mistakes),
            None => Faulty::whole(&path, mistakes),
        };
        Rejected(mistaken.into_iter().map(faulty).collect())
    })
}
