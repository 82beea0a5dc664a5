//! The languages that people are told things in.

/// A word by its name: English, Chinese.
pub(crate) type Word = (&'static str, &'static str, &'static str);

/// The word of that name.
pub(crate) fn find<'w>(words: &'w [Word], name: &str) -> Option<&'w Word> {
    words.iter().find(|(known, ..)| *known == name)
}

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Language {
    /// English
    En,
    /// 中文
    Zh,
}

impl Language {
    /// That of the environment, as far as it says one.
    pub(crate) fn of_environment() -> Self {
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().filter_map(std::env::var_os);
        let first = set.map(|value| value.to_string_lossy().into_owned()).find(|value| !value.is_empty());
        if first.is_some_and(|value| value.starts_with("zh")) { Language::Zh } else { Language::En }
    }

    /// Its key in the titles of policies.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Zh => "zh",
        }
    }

    /// What it is called in English.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Language::En => "English",
            Language::Zh => "Chinese (zh)",
        }
    }

    /// Of a word the form in this language.
    pub(crate) fn of(self, (_, english, chinese): &Word) -> &'static str {
        match self {
            Language::En => english,
            Language::Zh => chinese,
        }
    }
}
