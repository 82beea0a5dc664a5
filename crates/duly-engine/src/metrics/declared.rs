//! Every metric: name, shape, unit, labels, help.

/// What kind of figure a metric is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// It only grows, from zero at the start of the process.
    Counter,
    /// It goes up and down.
    Gauge,
    /// How many there were of each size.
    Histogram,
}

impl Shape {
    /// As Prometheus names it.
    pub const fn name(self) -> &'static str {
        match self {
            Shape::Counter => "counter",
            Shape::Gauge => "gauge",
            Shape::Histogram => "histogram",
        }
    }
}

/// The declaration of a metric.
#[derive(Debug)]
pub struct Metric {
    /// Its name; the unit stands in it.
    pub name: &'static str,
    /// What kind of figure it is.
    pub shape: Shape,
    /// What it is counted in.
    pub unit: &'static str,
    /// The names of its labels.
    pub labels: &'static [&'static str],
    /// What it says, in a line without a full stop.
    pub help: &'static str,
}

impl Metric {
    /// Its row in the table of `docs/metrics.md`.
    pub fn row(&self) -> String {
        let labels: Vec<String> = self.labels.iter().map(|label| format!("`{label}`")).collect();
        format!("| `{}` | {} | {} | {} | {} |", self.name, self.shape.name(), self.unit, labels.join(", "), self.help)
    }
}

/// Declares the metrics, and the list of all of them.
macro_rules! metrics {
    ($($LIST:ident {
        $($NAME:ident = $shape:ident $name:literal in $unit:literal by $labels:expr => $help:literal;)+
    })+) => {
        $($(pub(super) const $NAME: Metric =
            Metric { name: $name, shape: Shape::$shape, unit: $unit, labels: &$labels, help: $help };)+)+

        /// All metrics, in the order in which they are shown.
        pub const ALL: &[&Metric] = &[$($(&$NAME),+),+];

        $(metrics!(@list $LIST $($NAME)+);)+
    };
    (@list EVERYWHERE $($NAME:ident)+) => {};
    (@list ON_KAFKA $($NAME:ident)+) => {
        /// Those of them that only an engine on Kafka has.
        pub const ON_KAFKA: &[&Metric] = &[$(&$NAME),+];
    };
}

metrics! {
    EVERYWHERE {
        BUILD = Gauge "duly_build_info" in "none" by ["version"] =>
            "Always 1; the release is in the label";
        READY = Gauge "duly_ready" in "0 or 1" by [] =>
            "Whether the state is restored and the last turn could be stored";
        EVENTS_APPLIED = Counter "duly_events_applied_total" in "events" by [] =>
            "Ticket events that became part of their tickets";
        EVENTS_DUPLICATE = Counter "duly_events_duplicate_total" in "events" by [] =>
            "Ticket events that were there already";
        DEAD_LETTERS = Counter "duly_dead_letters_total" in "records" by ["reason"] =>
            "Records that were refused, and are kept with their reason";
        SLA_EVENTS = Counter "duly_sla_events_total" in "events" by ["type"] =>
            "SLA events published, retractions among them";
        DECIDED = Counter "duly_clocks_decided_total" in "clocks" by ["objective", "category", "team", "priority", "outcome"] =>
            "Promises met or breached, under what held on the ticket then; what is owed for a breach is no promise";
        RETRACTED = Counter "duly_clocks_retracted_total" in "clocks" by ["objective", "category", "team", "priority", "outcome"] =>
            "Verdicts taken back: what came late says otherwise, or a ticket that had met its promise was reopened";
        RESPONSE_OPEN = Histogram "duly_response_open_seconds" in "seconds of open time" by ["objective"] =>
            "How much open time a promise took from its start to its stop, be it met or late";
        REMINDERS = Counter "duly_reminders_total" in "reminders" by ["objective"] =>
            "Reminders published, of objectives and of what is owed";
        ESCALATIONS = Counter "duly_escalations_total" in "escalations" by ["objective", "step", "is_last"] =>
            "Escalations published, by the step of the ladder, and whether it is the last one";
        LABEL_OVERFLOW = Counter "duly_metric_label_overflow_total" in "events" by ["label"] =>
            "What was counted under other, because the label had 50 values already, the metric 2,000 sets of labels, or the value was unfit";
        NOTIFICATIONS = Counter "duly_notifications_total" in "notifications" by ["about"] =>
            "Notifications written for people, by what they are about";
        TICKETS = Gauge "duly_tickets" in "tickets" by [] =>
            "Tickets in memory";
        TICKETS_BY_STATUS = Gauge "duly_tickets_by_status" in "tickets" by ["status_class", "category"] =>
            "Tickets in memory that are not set aside, by status class (unknown before one was told) and category";
        CLOCKS = Gauge "duly_clocks" in "clocks" by ["objective", "state"] =>
            "Clocks of promises: running, paused, overdue (running on past the deadline) or paused_overdue";
        CLOCKS_DUE = Gauge "duly_clocks_due" in "clocks" by ["objective", "within"] =>
            "Clocks of promises that run and fall due within 15m, 1h (those of 15m among them), 4h or 1d, to the minute";
        REMEDIES_OVERDUE = Gauge "duly_remedies_overdue" in "clocks" by ["remedy"] =>
            "Remedies and tasks past their deadline that are not fulfilled";
        TICKETS_QUARANTINED = Gauge "duly_tickets_quarantined" in "tickets" by [] =>
            "Tickets in memory that Duly failed on and has set aside: upgrade, then redrive their dead letters";
        TICKETS_RETIRED = Gauge "duly_tickets_retired" in "tickets" by [] =>
            "Closed tickets that have left memory, each for a small marker";
        CASES = Gauge "duly_cases" in "cases" by ["state"] =>
            "Liability cases that are not over: open (nothing is claimed), claimed (to be assessed) or assessed (to be paid)";
        INVESTIGATIONS = Gauge "duly_investigations_open" in "investigations" by [] =>
            "Investigations of feedback that are open";
        TURNS = Counter "duly_turns_total" in "turns" by [] =>
            "Turns committed: each is one transaction";
        TURNS_FAILED = Counter "duly_turns_failed_total" in "turns" by [] =>
            "Turns that could not be stored; they are repeated";
        COMMIT_DURATION = Histogram "duly_commit_duration_seconds" in "seconds" by [] =>
            "How long the transaction of a turn took";
        WATERMARK = Gauge "duly_watermark_timestamp_seconds" in "seconds since 1970" by [] =>
            "Up to when silence has been judged";
        WATERMARK_LAG = Gauge "duly_watermark_lag_seconds" in "seconds" by [] =>
            "How far the watermark is behind the clock";
        AT_END = Gauge "duly_at_end" in "0 or 1" by [] =>
            "Whether all that was given has been read, so that the watermark follows the clock";
        TIMER_OVERDUE = Gauge "duly_timer_overdue_seconds" in "seconds" by [] =>
            "How long the oldest timer that is due has been waiting; 0 where none is due";
        SOURCE_MESSAGES = Counter "duly_source_messages_total" in "messages" by ["source", "outcome"] =>
            "Messages of a source by what became of them: mapped, ignored by its mapping, or kept as dead letters, by the first reason";
        SOURCE_EVENTS = Counter "duly_source_events_total" in "events" by ["source"] =>
            "Ticket events that came of a source's messages";
        SOURCE_LAST = Gauge "duly_source_last_message_timestamp_seconds" in "seconds since 1970" by ["source"] =>
            "When the last message of a source came to this instance";
        HOOK_REFUSED = Counter "duly_hook_refused_total" in "requests" by ["source", "reason"] =>
            "Requests to the hook of a source that were refused, and not kept";
        FEED_LINES = Counter "duly_feed_lines_total" in "lines" by ["feed"] =>
            "Lines read from a feed and stored";
        FEED_BYTES = Counter "duly_feed_bytes_total" in "bytes" by ["feed"] =>
            "Bytes read from a feed and stored, after decompression";
        FEED_FAILED = Gauge "duly_feed_failed" in "0 or 1" by ["feed"] =>
            "Whether a feed is not read any further because of an error";
        CALENDAR_HORIZON = Gauge "duly_calendar_horizon_days" in "days" by ["policy", "calendar"] =>
            "For how long the holidays of a calendar are still known; deadlines beyond are provisional";
        EMERGENCIES = Gauge "duly_emergencies" in "emergencies" by ["kind"] =>
            "Emergencies in force";
        SINK_RECORDS = Counter "duly_sink_records_total" in "records" by ["sink", "outcome"] =>
            "Records that a sink is done with: delivered, undeliverable (refused, or not taken for too long), no_address, or outdated (a reminder whose deadline passed before it was sent)";
        SINK_RETRIES = Counter "duly_sink_retries_total" in "attempts" by ["sink"] =>
            "Attempts to deliver that have to be repeated";
        SINK_WAITING = Gauge "duly_sink_waiting" in "records" by ["sink"] =>
            "Records that a sink has read and not delivered yet";
        SINK_OLDEST = Gauge "duly_sink_oldest_waiting_seconds" in "seconds" by ["sink"] =>
            "For how long a sink has been trying to deliver the oldest of them; 0 where there is none";
        HTTP_REQUESTS = Counter "duly_http_requests_total" in "requests" by ["route", "code"] =>
            "Requests answered, by route and status code";
    }
    ON_KAFKA {
        LANE_STATE = Gauge "duly_lane_state" in "0 or 1" by ["lane", "state"] =>
            "What each lane of the instance does: 1 at its state, live, frozen, restoring or refused";
        LANE_LAG = Gauge "duly_lane_lag_records" in "records" by ["lane"] =>
            "How many offsets the log was ahead of the lane when it was last asked how far it reaches";
        LANE_WATERMARK = Gauge "duly_lane_watermark_timestamp_seconds" in "seconds since 1970" by ["lane"] =>
            "Up to when silence has been judged in the lane";
        SOURCE_REACHED = Gauge "duly_source_reached_timestamp_seconds" in "seconds since 1970" by ["source"] =>
            "Up to when a source has told all that it knows, which holds judgement back; of parts and lanes the earliest counts";
        TIMER_LATENESS = Histogram "duly_timer_lateness_seconds" in "seconds" by [] =>
            "How late breaches, reminders and escalations were noticed, from when they were due";
        BATCH_RECORDS = Histogram "duly_batch_records" in "records" by [] =>
            "How many records a worker took at once";
        STEP_DURATION = Histogram "duly_step_duration_seconds" in "seconds" by [] =>
            "How long a lane took to make a turn, without its transaction";
        RESTORE_DURATION = Histogram "duly_restore_duration_seconds" in "seconds" by [] =>
            "How long it took to read a lane back";
        RESTORE_BYTES = Counter "duly_restore_bytes_total" in "bytes" by [] =>
            "Bytes read to restore lanes";
        RESTORES_FAILED = Counter "duly_restores_failed_total" in "lanes" by [] =>
            "Lanes that could not be restored, and stand still";
        SNAPSHOT_DURATION = Histogram "duly_snapshot_duration_seconds" in "seconds" by [] =>
            "How long it took until a snapshot of a lane counted, the lane at work meanwhile";
        SNAPSHOT_BYTES = Counter "duly_snapshot_bytes_total" in "bytes" by [] =>
            "Bytes of snapshots written";
        SNAPSHOTS_FAILED = Counter "duly_snapshots_failed_total" in "snapshots" by [] =>
            "Snapshots that could not be written or not be used; a lane is then read from the changelog alone";
        TRANSACTIONS_FAILED = Counter "duly_transactions_failed_total" in "transactions" by ["outcome"] =>
            "Transactions that were aborted, or whose end was doubtful; what they had is repeated, or read back";
        FENCED = Counter "duly_fenced_total" in "transactions" by [] =>
            "Transactions refused because the group or a later producer had gone on without their writer";
        STUCK = Counter "duly_stuck_readers_total" in "readers" by [] =>
            "Readers that got nothing for half a minute although there was more, and were set up anew";
        PRODUCER_RETRIES = Counter "duly_producer_retries_total" in "attempts" by [] =>
            "Failed attempts to become the only writer of a name";
        REBALANCES = Counter "duly_rebalances_total" in "decisions" by ["what"] =>
            "Decisions of the group: lanes given, taken after all was settled, or lost before";
        CONTROL_EVENTS = Gauge "duly_control_events" in "events" by [] =>
            "Control events in force or ever in force, as far as they were read";
        CONTROLS_REFUSED = Counter "duly_control_events_refused_total" in "events" by [] =>
            "Control events that could not be used, and were skipped";
    }
}
