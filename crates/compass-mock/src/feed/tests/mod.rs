//! The page and its stream: what they answer, and what a real browser makes of it.

mod browser;
mod entries;
mod looks;
mod page;
mod routes;
mod stage;
