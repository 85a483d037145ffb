//! The ways in (`action.yml`, `templates/`, `pipe.yml`, `Dockerfile`) and what `docs/ci` shows of them: each file is read as
//! its system reads it, each script is run by a shell with that system's variables, and the mock says what arrived.
//!
//! What is not run is what needs the network or a container engine: `cargo install` and `docker` are stand-ins, which check
//! how they are called and put the program of this build where the real ones would.
#![cfg(unix)]

mod bitbucket;
mod docker;
mod docs;
mod github;
mod gitlab;
mod other;
#[path = "../support/mod.rs"]
mod support;
mod world;
mod yaml;
