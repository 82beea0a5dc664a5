//! The engine from outside, one binary: what a module's own tests can not see.

mod demo;
mod servicenow_audit;
