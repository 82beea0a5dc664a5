//! What is deployed: the image, Compose, the Helm chart and the unit of systemd are taken by those who have to take them, and say
//! nothing of the program that is not so.

#[path = "deploy/alive.rs"]
mod alive;
#[path = "deploy/chart.rs"]
mod chart;
#[path = "deploy/compose.rs"]
mod compose;
#[path = "deploy/image.rs"]
mod image;
#[path = "deploy/package.rs"]
mod package;
#[path = "deploy/shipped.rs"]
mod shipped;
#[path = "deploy/unit.rs"]
mod unit;
