//! What was generated says what the contract says: no more, no less, and the same every time.

mod counts;
mod round_trip;
mod snapshots;
mod types;
