//! YAML as a tree in which every node knows its place.
//!
//! Built from parser events, because reading into types would end at the first mistake. An alias is replaced by a copy of
//! what it names; how many nodes that may make and how deep they may lie is bounded, so that a small file can not grow
//! large. There are no merge keys and no tags but `!!str`: such a file is text, lists and maps.

use std::borrow::Cow;
use std::collections::BTreeMap;

use granit_parser::{Event, Marker, Parser, ScalarStyle, Span, StructureStyle, Tag};

use super::fields::shown;
use super::mistake::{Place, Report};

/// How deep nodes may lie within each other. The deepest place of a policy lies at ten.
const DEPTH_MAX: usize = 32;
/// How many nodes there may be, aliases replaced.
const NODES_MAX: usize = 50_000;

/// A node and where it begins.
#[derive(Debug, Clone)]
pub struct Node {
    /// Where it begins.
    pub at: Place,
    /// What it is.
    pub value: Value,
}

/// What a node is.
#[derive(Debug, Clone)]
pub enum Value {
    /// A text; `plain` where it stands without quotes, so that it may mean null or a boolean.
    Scalar {
        /// What is written.
        text: String,
        /// Whether it stands without quotes.
        plain: bool,
    },
    /// A list.
    List(Vec<Node>),
    /// A map; no key is there twice.
    Map(Vec<(Key, Node)>),
    /// Something that has been reported already.
    Broken,
}

/// A key of a map and its place.
#[derive(Debug, Clone)]
pub struct Key {
    /// Where it stands.
    pub at: Place,
    /// What it says.
    pub name: String,
}

impl Node {
    /// Whether nothing is written here, or `null`.
    pub fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, plain: true } if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// What it is, for messages.
    pub fn kind(&self) -> &'static str {
        match &self.value {
            _ if self.is_null() => "nothing",
            Value::Scalar { .. } => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
            Value::Broken => "something broken",
        }
    }

    fn children(&self) -> Box<dyn Iterator<Item = &Node> + '_> {
        match &self.value {
            Value::Scalar { .. } | Value::Broken => Box::new(std::iter::empty()),
            Value::List(items) => Box::new(items.iter()),
            Value::Map(entries) => Box::new(entries.iter().map(|(_, value)| value)),
        }
    }

    fn node_count(&self) -> usize {
        1 + self.children().map(Node::node_count).sum::<usize>()
    }

    fn depth(&self) -> usize {
        1 + self.children().map(Node::depth).max().unwrap_or(0)
    }
}

/// Reads the one document of `text`. `None` where there is none or it can not be read, which is then reported.
pub fn read(text: &str, report: &mut Report) -> Option<Node> {
    let options = granit_parser::options! {
        emit_unresolved_aliases: true,
        flow_nesting_limit: DEPTH_MAX,
        block_nesting_limit: DEPTH_MAX,
    };
    let mut builder = Builder { text, report, open: Vec::new(), anchors: BTreeMap::new(), node_count: 0, root: None };
    for next in Parser::new_from_str_with_options(text, options) {
        match next {
            Ok((event, span)) => {
                if !builder.event(event, span) {
                    return None;
                }
            }
            Err(error) => {
                let at = place(text, *error.marker(), None);
                builder.report.mistake(at, format!("this is not YAML: {}", error.info()));
                return None;
            }
        }
    }
    builder.root
}

/// A list or map whose end has not come yet.
struct Open {
    at: Place,
    anchor: usize,
    value: Value,
    /// The keys of a map with their lines.
    keys: BTreeMap<String, usize>,
    expects: Expects,
}

/// What comes next in a map.
enum Expects {
    Key,
    ValueOf(Key),
    /// The value of a key that is unusable.
    Nothing,
}

struct Builder<'t, 'r> {
    text: &'t str,
    report: &'r mut Report,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Node>,
    node_count: usize,
    root: Option<Node>,
}

impl Builder<'_, '_> {
    /// Takes the next event; false where reading on makes no sense.
    fn event(&mut self, event: Event<'_>, span: Span) -> bool {
        let at = place(self.text, span.start, Some(span.end));
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain && !self.is_text(at, tag);
                self.node(Node { at, value: Value::Scalar { text: text.into_owned(), plain } }, anchor)
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.is_text(at, tag);
                self.begin(at, style, anchor, Value::List(Vec::new()))
            }
            Event::MappingStart(style, anchor, tag) => {
                self.is_text(at, tag);
                self.begin(at, style, anchor, Value::Map(Vec::new()))
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(open) = self.open.pop() else { return true };
                self.node(Node { at: open.at, value: open.value }, open.anchor)
            }
            Event::Alias(anchor) => self.alias(at, anchor),
            Event::UnresolvedAlias(name) => {
                self.report
                    .mistake(at, format!("there is no `&{name}` before this"))
                    .hint("an alias names an anchor that stands above it");
                self.node(Node { at, value: Value::Broken }, 0)
            }
            Event::DocumentStart(..) if self.root.is_some() => {
                self.report.mistake(at, "a second document begins here").hint("a file holds one document");
                false
            }
            _ => true,
        }
    }

    fn begin(&mut self, at: Place, style: StructureStyle, anchor: usize, value: Value) -> bool {
        if self.open.len() == DEPTH_MAX {
            self.report.mistake(at, format!("this lies more than {DEPTH_MAX} levels deep"));
            return false;
        }
        let len = match style {
            StructureStyle::Flow => 1,
            StructureStyle::Block => self.text[at.offset..].chars().next().map_or(0, char::len_utf8),
        };
        self.open.push(Open { at: Place { len, ..at }, anchor, value, keys: BTreeMap::new(), expects: Expects::Key });
        true
    }

    fn alias(&mut self, at: Place, anchor: usize) -> bool {
        let Some(node) = self.anchors.get(&anchor) else {
            self.report
                .mistake(at, "an alias within what it names")
                .hint("an alias names an anchor that stands above it");
            return self.node(Node { at, value: Value::Broken }, 0);
        };
        if self.open.len() + node.depth() > DEPTH_MAX {
            self.report.mistake(at, format!("this lies more than {DEPTH_MAX} levels deep"));
            return false;
        }
        self.node_count += node.node_count() - 1;
        if self.node_count > NODES_MAX {
            return self.too_many(at);
        }
        let node = node.clone();
        self.node(node, 0)
    }

    fn too_many(&mut self, at: Place) -> bool {
        self.report
            .mistake(at, format!("more than {NODES_MAX} values, those that aliases repeat included"))
            .hint("such a file is smaller than that");
        false
    }

    /// Puts a finished node where it belongs.
    fn node(&mut self, node: Node, anchor: usize) -> bool {
        self.node_count += 1;
        if self.node_count > NODES_MAX {
            return self.too_many(node.at);
        }
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open { value: Value::List(items), .. }) => items.push(node),
            Some(Open { value: Value::Map(entries), keys, expects, .. }) => {
                *expects = match std::mem::replace(expects, Expects::Key) {
                    Expects::Key => as_key(node, keys, self.report).map_or(Expects::Nothing, Expects::ValueOf),
                    Expects::ValueOf(key) => {
                        entries.push((key, node));
                        Expects::Key
                    }
                    Expects::Nothing => Expects::Key,
                };
            }
            Some(_) => unreachable!("only lists and maps are opened"),
        }
        true
    }

    /// Whether a tag says that a scalar is text; other tags are mistakes.
    fn is_text(&mut self, at: Place, tag: Option<Cow<'_, Tag>>) -> bool {
        let Some(tag) = tag else { return false };
        let is_text = tag.is_yaml_core_schema_tag("str");
        if !is_text {
            self.report.mistake(at, "tags are not read").hint("leave out what begins with `!`; quotes make a text");
        }
        is_text
    }
}

/// The key that a node is, unless it is none or there already.
fn as_key(node: Node, keys: &mut BTreeMap<String, usize>, report: &mut Report) -> Option<Key> {
    let name = match node.value {
        Value::Scalar { text, .. } => text,
        Value::Broken => return None,
        Value::List(_) | Value::Map(_) => {
            report.mistake(node.at, "a key must be a text").hint("several days are written `\"mon,wed\"`");
            return None;
        }
    };
    if let Some(line) = keys.get(&name) {
        report
            .mistake(node.at, format!("the key `{}` is here twice", shown(&name)))
            .hint(format!("the first is in line {line}; keep one"));
        return None;
    }
    keys.insert(name.clone(), node.at.line);
    Some(Key { at: node.at, name })
}

/// The place from `start` to `end`, at least one character where there is one.
fn place(text: &str, start: Marker, end: Option<Marker>) -> Place {
    let mut offset = start.byte_offset().unwrap_or(0).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let one = text[offset..].chars().next().map_or(0, char::len_utf8);
    let end = end.and_then(|end| end.byte_offset()).unwrap_or(0).min(text.len());
    let len = end.saturating_sub(offset).max(one);
    Place { offset, len, line: start.line().max(1), column: start.col() + 1 }
}
