//! Rule 24: to whom a ticket goes.

use super::Story;
use crate::build::{policy, routing, taking_over};

const ROWS: [&str; 3] =
    ["severity=urgent -> expert/field/1", "complexity=complex -> second/desk/2", "category=inquiry -> first/desk/-"];

pub(super) fn all() -> Vec<Story> {
    vec![
        Story::new(
            "24: the first row that matches says to whom it goes, at the receipt and whenever that becomes somebody else",
            [routing(policy([]), &ROWS)],
            "2026-03-02 09:00 received category=inquiry
             2026-03-02 10:00 observed complexity=complex
             2026-03-02 10:00 observed severity=urgent
             2026-03-02 11:00 observed severity=minor
             2026-03-02 12:00 until",
            "2026-03-02 09:00 routed to first/desk/-
             2026-03-02 10:00 routed to second/desk/2
             2026-03-02 10:00 routed #2 to expert/field/1
             2026-03-02 11:00 routed to second/desk/2",
        ),
        Story::new(
            "24: a ticket that no row matches stays where it is, and one that is sent to the same place is not told again",
            [routing(policy([]), &["severity=urgent -> expert/field/1", "tags=vip -> expert/field/1"])],
            "2026-03-02 09:00 received
             2026-03-02 10:00 observed severity=urgent
             2026-03-02 11:00 observed tags=vip severity=null
             2026-03-02 12:00 observed tags=null
             2026-03-02 13:00 until",
            "2026-03-02 10:00 routed to expert/field/1",
        ),
        Story::new(
            "24: what is closed is not sent anywhere; once it is reopened it is",
            [routing(policy([]), &ROWS)],
            "2026-03-02 09:00 received category=inquiry
             2026-03-02 10:00 observed status_class=closed
             2026-03-02 11:00 observed severity=urgent
             2026-03-02 12:00 observed status_class=open
             2026-03-02 13:00 until",
            "2026-03-02 09:00 routed to first/desk/-
             2026-03-02 12:00 routed to expert/field/1",
        ),
        Story::new(
            "24: a version that takes over sends open tickets by its own table",
            [
                routing(policy([]), &ROWS),
                taking_over(routing(policy([]), &["category=inquiry -> first/hotline/5"]), "2026-03-02 12:00"),
            ],
            "2026-03-02 09:00 received category=inquiry
             2026-03-02 13:00 until",
            "2026-03-02 09:00 routed to first/desk/-
             2026-03-02 12:00 routed to first/hotline/5",
        ),
    ]
}
