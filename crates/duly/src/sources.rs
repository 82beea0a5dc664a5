//! The sources of the settings: their mappings compiled, their secrets read, and what is wrong with them.

use std::sync::Arc;

use duly_engine::config;
use duly_engine::ingest::{Source, Unusable};

use crate::mistakes::{Faulty, Rejected};

/// Reads the mappings and the secrets of all sources.
pub(crate) fn load(sources: &[config::Source]) -> Result<Vec<Arc<Source>>, Rejected> {
    let loaded = Source::load_all(sources).map_err(|unusable| Rejected(unusable.into_iter().map(faulty).collect()))?;
    Ok(loaded.into_iter().map(Arc::new).collect())
}

fn faulty(Unusable { path, text, mistakes }: Unusable) -> Faulty {
    match text {
        Some(text) => Faulty::new(&path, &text, mistakes),
        None => {
            let mistake = mistakes.into_iter().next();
            let (what, hint) = mistake.map(|mistake| (mistake.what, mistake.hint)).unwrap_or_default();
            Faulty::unread(&path, what, &hint.unwrap_or_default())
        }
    }
}
