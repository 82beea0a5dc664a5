//! Liability cases and investigations of all tickets of a lane (L19, L21), and how many there are, for metrics.

use serde::Deserialize;

use super::census::shift;
use super::{Lane, Ticket};
use crate::clock::CaseState;
use crate::dossier::{CaseFile, Dossier, InvestigationFile};
use crate::guard::guarded;
use crate::ledger::State;
use crate::time::Instant;

/// Which of them are asked for; all where nothing is named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Those of this ticket, `tenant/ticket`.
    pub ticket: Option<String>,
    /// Cases in one of these states.
    pub states: Vec<CaseState>,
    /// Investigations that are still going on, or that are not.
    pub is_open: Option<bool>,
    /// How things stood then, whatever was looked at so far; without it, as committed.
    pub until: Option<Instant>,
}

/// How many cases and investigations of a ticket are open; there are no more than 255 of a kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Files {
    /// Cases that are open, claimed and assessed.
    pub(super) cases: [u8; 3],
    pub(super) investigations: u8,
    /// Whether there is any, be it over.
    pub(super) has_any: bool,
}

/// What lists of cases and of investigations are ordered by: what was opened last comes first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(from = "Written")]
pub struct FileRank((std::cmp::Reverse<Instant>, String, String, String, u32));

/// The members that say where a file stands.
#[derive(Deserialize)]
struct Written {
    opened_at: Instant,
    subject: String,
    policy: String,
    #[serde(default)]
    objective: String,
    #[serde(alias = "number")]
    cycle: u32,
}

/// How many cases and investigations are open.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct OpenFiles {
    /// Cases that are open, claimed and assessed.
    cases: [usize; 3],
    /// Investigations that are open.
    pub investigations: usize,
}

impl OpenFiles {
    /// Cases that are open, claimed and assessed, each with the word for it.
    pub fn cases(&self) -> [(&'static str, usize); 3] {
        let states = [CaseState::Open, CaseState::Claimed, CaseState::Assessed];
        std::array::from_fn(|at| (states[at].name(), self.cases[at]))
    }

    /// These and others.
    #[must_use]
    pub fn plus(self, other: OpenFiles) -> OpenFiles {
        OpenFiles {
            cases: std::array::from_fn(|at| self.cases[at] + other.cases[at]),
            investigations: self.investigations + other.investigations,
        }
    }

    /// Counts what is open of a ticket, or no longer counts it.
    pub(super) fn add(&mut self, files: Files, by: isize) {
        for (sum, count) in self.cases.iter_mut().zip(files.cases) {
            shift(sum, by * isize::from(count));
        }
        shift(&mut self.investigations, by * isize::from(files.investigations));
    }
}

impl From<Written> for FileRank {
    fn from(file: Written) -> Self {
        FileRank((std::cmp::Reverse(file.opened_at), file.subject, file.policy, file.objective, file.cycle))
    }
}

impl CaseFile {
    /// Its place in a list.
    pub fn rank(&self) -> FileRank {
        let (subject, policy, objective) = (self.subject.clone(), self.policy.clone(), self.objective.clone());
        FileRank((std::cmp::Reverse(self.opened_at), subject, policy, objective, self.cycle))
    }
}

impl InvestigationFile {
    /// Its place in a list.
    pub fn rank(&self) -> FileRank {
        let (subject, policy) = (self.subject.clone(), self.policy.clone());
        FileRank((std::cmp::Reverse(self.opened_at), subject, policy, String::new(), self.number))
    }
}

impl Lane {
    /// The first `limit` of the cases asked for, what was opened last before the rest; and how many there are.
    pub fn cases(&self, asked: &Asked, limit: usize) -> (Vec<CaseFile>, usize) {
        let mut cases: Vec<CaseFile> = self.dossiers(asked).flat_map(|dossier| dossier.cases).collect();
        cases.retain(|case| asked.states.is_empty() || asked.states.contains(&case.state));
        let total = cases.len();
        cases.sort_by_cached_key(CaseFile::rank);
        cases.truncate(limit);
        (cases, total)
    }

    /// The first `limit` of the investigations asked for, what was opened last before the rest; and how many there are.
    pub fn investigations(&self, asked: &Asked, limit: usize) -> (Vec<InvestigationFile>, usize) {
        let mut files: Vec<InvestigationFile> =
            self.dossiers(asked).flat_map(|dossier| dossier.investigations).collect();
        files.retain(|file| asked.is_open.is_none_or(|is_open| is_open == file.is_open()));
        let total = files.len();
        files.sort_by_cached_key(InvestigationFile::rank);
        files.truncate(limit);
        (files, total)
    }

    /// The dossiers of the tickets that may have what is asked for.
    fn dossiers<'l>(&'l self, asked: &'l Asked) -> impl Iterator<Item = Dossier> + 'l {
        let tickets = self.tickets().filter(|(subject, ticket)| {
            (asked.until.is_some() || ticket.standing.files.has_any)
                && asked.ticket.as_ref().is_none_or(|one| *one == **subject)
        });
        tickets.map(|(subject, ticket)| self.dossier(subject, &ticket, asked.until))
    }

    /// The cases and investigations of a ticket at `until`, or as committed; none where the core fails on it.
    pub fn dossier(&self, subject: &str, ticket: &Ticket, until: Option<Instant>) -> Dossier {
        let until = until.unwrap_or(ticket.judged_until);
        let controls = self.controls_of(ticket.controls as usize);
        guarded(|| crate::dossier::dossier(subject, &ticket.record, &controls, until)).unwrap_or_default()
    }

    /// How many cases and investigations are open.
    pub fn open_files(&self) -> OpenFiles {
        self.census.files
    }
}

impl State {
    /// What is open of its cases and investigations.
    pub(crate) fn files(&self) -> Files {
        let mut files = Files::default();
        for track in &self.tracks {
            for case in track.notes.standings.iter().filter_map(|standing| standing.case.as_ref()) {
                files.has_any = true;
                let place = match case.state() {
                    CaseState::Open => 0,
                    CaseState::Claimed => 1,
                    CaseState::Assessed => 2,
                    _ => continue,
                };
                files.cases[place] = files.cases[place].saturating_add(1);
            }
            let open = track.investigations.iter().filter(|known| known.is_open).count();
            files.investigations = files.investigations.saturating_add(u8::try_from(open).unwrap_or(u8::MAX));
            files.has_any |= !track.investigations.is_empty();
        }
        files
    }
}
