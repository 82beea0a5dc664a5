//! SLA events and notifications delivered, with real parts at the ends: HTTP receivers that fail, stall, break off and come
//! back, and a mail server; over the embedded store and on Kafka.

#[path = "delivery/announcements.rs"]
mod announcements;
#[path = "delivery/hostile.rs"]
mod hostile;
#[path = "delivery/kafka.rs"]
mod kafka;
#[path = "delivery/mail.rs"]
mod mail;
#[path = "delivery/recipes.rs"]
mod recipes;
#[path = "delivery/store.rs"]
mod store;
#[path = "delivery/support.rs"]
mod support;
#[path = "delivery/tls.rs"]
mod tls;
#[path = "delivery/trial.rs"]
mod trial;
