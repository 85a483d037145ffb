//! The mock over real HTTP.

mod admin;
mod documented;
mod events;
mod faults;
mod files;
mod metrics;
mod refusals;
mod support;
mod upkeep;
