//! Sinks as they are, in the form of the file. Files with secrets are named, and what is in them is not shown.

use super::super::security::name_of;
use super::super::show::{Lines, list, path, span, text};
use super::{BEGINS, OFS, PROTECTIONS, Sink};

impl Sink {
    /// Writes the sink's section.
    pub(in crate::config) fn show(&self, out: &mut Lines) {
        let is_mail = self.send == "email";
        let names = |names: &[String]| (!names.is_empty()).then(|| list(names.iter().map(|name| text(name))));
        out.open(&self.name);
        out.line("send", text(&self.send));
        out.line("of", name_of(&self.of, &OFS));
        out.option("types", names(&self.types));
        out.option("objectives", names(&self.objectives));
        out.option("channel", self.channel.as_deref().map(text));
        out.line("begin", name_of(&self.begin, &BEGINS));
        out.option("language", self.language.as_deref().map(text));
        out.line("zone", text(self.zone.name()));
        out.option("people", self.people.as_deref().map(path));
        out.option("url", self.url.as_deref().map(text));
        out.option("secret_file", self.secret_file.as_deref().map(path));
        out.option("recipe", self.recipe.as_deref().map(path));
        if !self.values.is_empty() {
            out.open("values");
            self.values.iter().for_each(|(name, value)| out.line(name, text(value)));
            out.close();
        }
        if !self.secrets.is_empty() {
            out.open("secrets");
            self.secrets.iter().for_each(|(name, file)| out.line(name, path(file)));
            out.close();
        }
        out.option("server", self.server.as_deref().map(text));
        out.option("tls", is_mail.then(|| name_of(&self.tls, &PROTECTIONS)));
        out.option("username", self.username.as_deref().map(text));
        out.option("password_file", self.password_file.as_deref().map(path));
        out.option("from", self.from.as_deref().map(text));
        out.option("ca_file", self.ca_file.as_deref().map(path));
        out.line("parallel", self.parallel);
        out.line("timeout", span(self.timeout));
        out.line("give_up_after", span(self.give_up_after));
        out.line("retry_first", span(self.retry_first));
        out.line("retry_most", span(self.retry_most));
        out.close();
    }
}
