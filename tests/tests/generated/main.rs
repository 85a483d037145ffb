//! What was generated says what the contract says: no more, no less, and the same every time.

mod counts;
mod history;
mod round_trip;
mod snapshots;
mod types;
mod way;
