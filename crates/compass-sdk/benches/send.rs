//! What the client adds to the time of a request: an event over a kept-alive connection to this machine, against the
//! same request by hand.
//!
//! `cargo bench -p compass-sdk --bench send` prints the median and the fastest of each, and the ratio of the medians.
//! They take turns, so that noise meets both. The limiter is off.

use std::time::{Duration, Instant};

mod loopback;

const WARM_UP: usize = 2_000;
const RUNS: usize = 20_000;
const NAMES: [&str; 2] = ["by hand", "client"];

fn main() {
    let server = loopback::serve();
    let (compass, http, url) = (loopback::compass(server), loopback::http(), loopback::url(server));
    let (target, event) = (loopback::target(), loopback::event(0));
    let mut times: [Vec<Duration>; 2] = Default::default();
    loopback::runtime().block_on(async {
        for run in 0..WARM_UP + RUNS {
            // Each is first as often as second.
            for which in [run % 2, 1 - run % 2] {
                let start = Instant::now();
                match which {
                    0 => loopback::send_by_hand(&http, &url, &target, &event).await,
                    _ => compass.events().send(&target, &event).await.expect("the event is taken"),
                }
                if run >= WARM_UP {
                    times[which].push(start.elapsed());
                }
            }
        }
    });
    println!("an event, {RUNS} times each");
    for (name, times) in NAMES.iter().zip(&mut times) {
        times.sort();
        println!("  {name:8} median {:>8.1?}  fastest {:>8.1?}", times[RUNS / 2], times[0]);
    }
    let [by_hand, client] = times.each_ref().map(|times| times[RUNS / 2].as_secs_f64());
    println!("  ratio    {:.3} (goal: at most 1.05)", client / by_hand);
}
