//! A program rewritten so that all its work is counted.
//!
//! Work comes from calls, from commas, from iteration and from ranges; large values from arithmetic, lists, maps, texts put
//! together and native filters. What can call itself is counted before the call, so that calls at the end of a filter stay that.

use jaq_core::load::lex::StrPart;
use jaq_core::load::parse::{BinaryOp, Def, Pattern, Term};
use jaq_core::ops::Math;
use jaq_core::path::{Part, Path};

/// The filter that counts.
pub(super) const TICK: &str = "duly__tick";
/// The filter that counts what is in its input.
pub(super) const WEIGH: &str = "duly__weigh";
/// The filter that multiplies.
pub(super) const MUL: &str = "duly__mul";

type T<'s> = Term<&'s str>;

/// Rewrites terms. It knows the native filters, whose outputs are weighed.
pub(super) struct Meter {
    pub(super) natives: Vec<(&'static str, usize)>,
}

impl Meter {
    pub(super) fn def<'s>(&self, def: Def<&'s str>) -> Def<&'s str> {
        Def { name: def.name, args: def.args, body: self.term(def.body) }
    }

    pub(super) fn term<'s>(&self, term: T<'s>) -> T<'s> {
        match term {
            Term::Id | Term::Num(_) | Term::Break(_) | Term::Var(_) | Term::Arr(None) => term,
            Term::Recurse => then(Term::Recurse, TICK),
            Term::Str(format, parts) => {
                let is_made = format.is_some() || parts.iter().any(|part| matches!(part, StrPart::Term(_)));
                let parts = parts.into_iter().map(|part| match part {
                    StrPart::Term(term) => StrPart::Term(self.term(term)),
                    StrPart::Str(text) => StrPart::Str(text),
                    StrPart::Char(char) => StrPart::Char(char),
                });
                let text = Term::Str(format, parts.collect());
                if is_made { then(text, WEIGH) } else { text }
            }
            Term::Arr(Some(items)) => then(Term::Arr(Some(self.boxed(*items))), WEIGH),
            Term::Obj(members) => {
                let member = |(key, value): (T<'s>, Option<T<'s>>)| match value {
                    Some(value) => (self.term(key), Some(self.term(value))),
                    // The key says where its value is.
                    None => (key, None),
                };
                then(Term::Obj(members.into_iter().map(member).collect()), WEIGH)
            }
            Term::Neg(term) => Term::Neg(self.boxed(*term)),
            Term::BinOp(left, operator, right) => self.operation(*left, operator, *right),
            Term::Label(name, term) => Term::Label(name, self.boxed(*term)),
            Term::Fold(name, from, pattern, args) => {
                Term::Fold(name, self.boxed(*from), self.pattern(pattern), self.terms(args))
            }
            Term::TryCatch(term, catch) => Term::TryCatch(self.boxed(*term), catch.map(|catch| self.boxed(*catch))),
            Term::IfThenElse(cases, otherwise) => {
                let cases = cases.into_iter().map(|(condition, then)| (self.term(condition), self.term(then)));
                Term::IfThenElse(cases.collect(), otherwise.map(|term| self.boxed(*term)))
            }
            Term::Def(defs, term) => Term::Def(defs.into_iter().map(|def| self.def(def)).collect(), self.boxed(*term)),
            Term::Call(name, args) => {
                let is_native = self.natives.contains(&(name, args.len()));
                let call = after(TICK, Term::Call(name, self.terms(args)));
                if is_native { then(call, WEIGH) } else { call }
            }
            Term::Path(term, Path(parts)) => {
                let parts = parts.into_iter().map(|(part, optional)| {
                    let part = match part {
                        Part::Index(at) => Part::Index(self.term(at)),
                        Part::Range(from, to) => {
                            Part::Range(from.map(|from| self.term(from)), to.map(|to| self.term(to)))
                        }
                    };
                    (part, optional)
                });
                then(Term::Path(self.boxed(*term), Path(parts.collect())), TICK)
            }
        }
    }

    fn operation<'s>(&self, left: T<'s>, operator: BinaryOp<&'s str>, right: T<'s>) -> T<'s> {
        let (left, right) = (self.term(left), self.term(right));
        let with = |left, operator, right| Term::BinOp(Box::new(left), operator, Box::new(right));
        match operator {
            BinaryOp::Pipe(pattern) => with(left, BinaryOp::Pipe(pattern.map(|pattern| self.pattern(pattern))), right),
            BinaryOp::Comma => after(TICK, with(left, BinaryOp::Comma, right)),
            BinaryOp::Math(Math::Mul) => Term::Call(MUL, vec![left, right]),
            BinaryOp::Alt | BinaryOp::Or | BinaryOp::And | BinaryOp::Cmp(_) => with(left, operator, right),
            BinaryOp::Math(_) | BinaryOp::Assign | BinaryOp::Update | BinaryOp::UpdateMath(_) | BinaryOp::UpdateAlt => {
                then(with(left, operator, right), WEIGH)
            }
        }
    }

    fn pattern<'s>(&self, pattern: Pattern<&'s str>) -> Pattern<&'s str> {
        match pattern {
            Pattern::Var(name) => Pattern::Var(name),
            Pattern::Arr(items) => Pattern::Arr(items.into_iter().map(|item| self.pattern(item)).collect()),
            Pattern::Obj(members) => {
                let member = |(key, value)| (self.key(key), self.pattern(value));
                Pattern::Obj(members.into_iter().map(member).collect())
            }
        }
    }

    /// A key of a pattern, which may be a variable that it binds.
    fn key<'s>(&self, key: T<'s>) -> T<'s> {
        match key {
            Term::Var(_) | Term::Str(..) => key,
            other => self.term(other),
        }
    }

    fn boxed<'s>(&self, term: T<'s>) -> Box<T<'s>> {
        Box::new(self.term(term))
    }

    fn terms<'s>(&self, terms: Vec<T<'s>>) -> Vec<T<'s>> {
        terms.into_iter().map(|term| self.term(term)).collect()
    }
}

/// `term`, and its outputs through a filter.
fn then<'s>(term: T<'s>, filter: &'static str) -> T<'s> {
    Term::BinOp(Box::new(term), BinaryOp::Pipe(None), Box::new(Term::Call(filter, Vec::new())))
}

/// A filter, and its output through `term`.
fn after<'s>(filter: &'static str, term: T<'s>) -> T<'s> {
    Term::BinOp(Box::new(Term::Call(filter, Vec::new())), BinaryOp::Pipe(None), Box::new(term))
}
