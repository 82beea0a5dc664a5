//! A feed as Atom has it (RFC 4287).

use super::{Entry, Feed, Language};

/// The feed as a document.
pub(super) fn write(feed: &Feed, author: Option<&str>, language: Language) -> String {
    let title = match language {
        Language::Zh => "服务公告",
        Language::En => "Service announcements",
    };
    let id = super::id(language.name());
    let author = author.unwrap_or("Duly");
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n  <id>{id}</id>\n  \
         <title>{title}</title>\n  <updated>{}</updated>\n  <author><name>{}</name></author>\n",
        language.name(),
        feed.updated,
        escaped(author),
    );
    for entry in &feed.announcements {
        let Entry { id, at, title, text, kind, .. } = entry;
        out += &format!(
            "  <entry>\n    <id>{id}</id>\n    <title>{}</title>\n    <updated>{at}</updated>\n    \
             <category term=\"{kind}\"/>\n    <content type=\"text\">{}</content>\n  </entry>\n",
            escaped(title),
            escaped(text),
        );
    }
    out + "</feed>\n"
}

/// A text as XML has it: characters that it has no place for are left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => escaped.push(c),
        }
    }
    escaped
}
