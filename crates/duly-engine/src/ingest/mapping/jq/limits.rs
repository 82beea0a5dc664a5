//! What a run of a program may take, and the filters that count it.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use jaq_core::box_iter::box_once;
use jaq_core::native::{Fun, v};
use jaq_core::{Cv, DataT, Exn, Lut, Native, ValXs, data};
use jaq_json::Val;

use super::meter::{MUL, TICK, WEIGH};

/// The most outputs of one part of a message.
pub(super) const OUTPUTS_MAX: usize = 1_000;
/// Units of work that a program has in any case. A mapping of the size of a page takes some hundreds.
const WORK: u64 = 1_000_000;
/// Units that it has more for each value of its input.
const WORK_PER_VALUE: u64 = 20;
/// How many bytes of text count like one value.
const BYTES_PER_UNIT: usize = 64;
/// How deep what it makes may be nested.
const DEPTH_MAX: usize = 200;
/// How much of the thread's stack it may use, in bytes. The smallest stack that messages are mapped on has two megabytes.
const STACK_BYTES_MAX: usize = 640 << 10;
/// Behind all that: the time that a run may take.
const TIME_MAX: Duration = Duration::from_secs(1);
/// How much work lies between two looks at the clock.
const WORK_PER_LOOK: u64 = 256;

/// The data of a run, for jaq.
pub(super) struct Kind;

impl DataT for Kind {
    type V<'a> = Val;
    type Data<'a> = &'a Spent<'a>;
}

/// What a run has left.
pub(super) struct Spent<'a> {
    lut: &'a Lut<Kind>,
    work_left: Cell<u64>,
    look_at: Cell<u64>,
    began: Instant,
    /// Where the stack was when the run began.
    stack: usize,
    exceeded: RefCell<Option<String>>,
}

impl<'a> data::HasLut<'a, Kind> for &'a Spent<'a> {
    fn lut(&self) -> &'a Lut<Kind> {
        self.lut
    }
}

impl<'a> Spent<'a> {
    pub(super) fn new(lut: &'a Lut<Kind>, input: &Val) -> Self {
        let values = weight(input, u64::MAX, 0).unwrap_or(0);
        let work = WORK.saturating_add(values.saturating_mul(WORK_PER_VALUE));
        Spent {
            lut,
            work_left: Cell::new(work),
            look_at: Cell::new(work.saturating_sub(WORK_PER_LOOK)),
            began: Instant::now(),
            stack: stack(),
            exceeded: RefCell::new(None),
        }
    }

    /// The limit that was reached.
    pub(super) fn exceeded(&self) -> Option<String> {
        self.exceeded.borrow().clone()
    }

    /// A limit is reached: all further work is refused.
    pub(super) fn exceed(&self, what: String) {
        self.work_left.set(0);
        self.exceeded.borrow_mut().get_or_insert(what);
    }

    /// Takes off `units` of work; false where a limit is reached.
    fn spend(&self, units: u64) -> bool {
        let left = self.work_left.get();
        if left < units {
            self.exceed("the program goes on for too long".to_owned());
            return false;
        }
        self.work_left.set(left - units);
        if self.stack.abs_diff(stack()) > STACK_BYTES_MAX {
            self.exceed("the program calls itself too deep".to_owned());
            return false;
        }
        if left - units < self.look_at.get() {
            self.look_at.set((left - units).saturating_sub(WORK_PER_LOOK));
            if self.began.elapsed() > TIME_MAX {
                self.exceed(format!("the program takes more than {} s", TIME_MAX.as_secs()));
                return false;
            }
        }
        true
    }

    /// Takes off the work that lies in `value`.
    fn weigh(&self, value: &Val) -> bool {
        match weight(value, self.work_left.get(), 0) {
            Some(units) => self.spend(units),
            None => {
                self.exceed("the program makes something too large, or nested too deep".to_owned());
                false
            }
        }
    }
}

/// About where the stack is now.
fn stack() -> usize {
    let here = 0_u8;
    std::ptr::from_ref(&here).addr()
}

/// How many values are in `value`, texts by their length; `None` where that is more than `most`, or nested too deep.
fn weight(value: &Val, most: u64, depth: usize) -> Option<u64> {
    if depth > DEPTH_MAX {
        return None;
    }
    let mut sum = 1;
    let mut add = |value: &Val| {
        sum += weight(value, most.checked_sub(sum)?, depth + 1)?;
        (sum <= most).then_some(())
    };
    match value {
        Val::Null | Val::Bool(_) | Val::Num(_) => {}
        Val::BStr(bytes) | Val::TStr(bytes) => sum += (bytes.len() / BYTES_PER_UNIT) as u64,
        Val::Arr(items) => items.iter().try_for_each(add)?,
        Val::Obj(members) => members.iter().try_for_each(|(key, value)| {
            add(key)?;
            add(value)
        })?,
    }
    (sum <= most).then_some(sum)
}

/// The filters that a metered program calls.
pub(super) fn funs() -> [Fun<Kind>; 3] {
    [(TICK, v(0), watching(tick)), (WEIGH, v(0), watching(weigh)), (MUL, v(2), Native::<Kind>::new(multiply))]
}

/// A filter that gives what it is given, in paths and updates too.
fn watching(run: jaq_core::RunPtr<Kind>) -> Native<Kind> {
    Native::<Kind>::new(run)
        .with_paths(|cv| box_once(if cv.0.data().spend(1) { Ok(cv.1) } else { Err(stopped()) }))
        .with_update(|cv, update| if cv.0.data().spend(1) { update(cv.1) } else { box_once(Err(stopped())) })
}

fn tick(cv: Cv<'_, Kind>) -> ValXs<'_, Val> {
    box_once(if cv.0.data().spend(1) { Ok(cv.1) } else { Err(stopped()) })
}

fn weigh(cv: Cv<'_, Kind>) -> ValXs<'_, Val> {
    box_once(if cv.0.data().weigh(&cv.1) { Ok(cv.1) } else { Err(stopped()) })
}

/// A product. That of a text and a number is as many copies, which have to be paid for before they are made.
fn multiply(mut cv: Cv<'_, Kind>) -> ValXs<'_, Val> {
    let (right, left) = (cv.0.pop_var(), cv.0.pop_var());
    let copies = match (&left, &right) {
        (Val::TStr(text) | Val::BStr(text), Val::Num(count)) | (Val::Num(count), Val::TStr(text) | Val::BStr(text)) => {
            let count = count.as_isize().map_or(u64::MAX, |count| count.max(0).unsigned_abs() as u64);
            (text.len() as u64).saturating_mul(count) / BYTES_PER_UNIT as u64
        }
        _ => 0,
    };
    let data = cv.0.data();
    if !data.spend(1 + copies) {
        return box_once(Err(stopped()));
    }
    let product = left * right;
    if product.as_ref().is_ok_and(|product| !data.weigh(product)) {
        return box_once(Err(stopped()));
    }
    box_once(product.map_err(Exn::from))
}

/// What ends a run at a limit, past every `try`.
fn stopped<'a>() -> Exn<'a, Val> {
    Exn::halt(1)
}
