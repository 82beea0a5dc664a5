//! A request over HTTP, ready to be sent.

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::deliver) struct Request {
    pub(in crate::deliver) method: String,
    pub(in crate::deliver) url: String,
    pub(in crate::deliver) headers: Vec<(String, String)>,
    pub(in crate::deliver) body: String,
}

/// An answer, as far as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::deliver) struct Answer {
    pub(in crate::deliver) status: u16,
    pub(in crate::deliver) retry_after: Option<std::time::Duration>,
    /// Where it sends us instead.
    pub(in crate::deliver) location: Option<String>,
    pub(in crate::deliver) body: Vec<u8>,
    /// Whether all of it was read.
    pub(in crate::deliver) is_whole: bool,
}

impl Request {
    /// The request as a person may see it, before secrets are hidden. What a header is for proving who we are is hidden here.
    pub(in crate::deliver) fn shown(&self) -> String {
        let Request { method, url, headers, body } = self;
        let mut lines = vec![format!("{method} {url}")];
        for (name, value) in headers {
            let is_proof = ["authorization", "proxy-authorization", "cookie"].contains(&name.to_lowercase().as_str());
            lines.push(format!("{name}: {}", if is_proof { "***" } else { value }));
        }
        lines.push(String::new());
        lines.push(body.clone());
        lines.join("\n")
    }
}

impl Answer {
    /// The beginning of the body, on a line.
    pub(in crate::deliver) fn excerpt(&self) -> String {
        const SHOWN: usize = 300;
        let text = String::from_utf8_lossy(&self.body);
        let plain = |c: char| if c.is_control() { ' ' } else { c };
        let shown: String = text.trim().chars().take(SHOWN).map(plain).collect();
        if text.trim().chars().nth(SHOWN).is_some() { shown + "…" } else { shown }
    }
}
