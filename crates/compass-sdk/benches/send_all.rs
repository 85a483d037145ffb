//! The rate of `send_all`, and the memory that it takes.
//!
//! `cargo bench -p compass-sdk --bench send_all` sends events with keys of their own to this machine, with the client
//! and with a loop by hand that has as many requests under way, in turns, and prints the median and the fastest of the
//! runs and the ratio of the rates. Then it prints the peak memory of processes that send few events and many. The
//! limiter is off.

use std::env;
use std::process::Command;
use std::time::{Duration, Instant};

use compass_sdk::bulk::{CONCURRENCY, Sending};
use futures_util::{StreamExt, stream};

mod loopback;

const RUNS: usize = 11;
const EVENTS: usize = 10_000;
const FEW: usize = 1_000;
const MANY: usize = 100_000;
/// The argument that asks for one run of so many events, to measure its memory.
const ONCE: &str = "--once";

fn main() {
    let server = loopback::serve();
    let (compass, http, url) = (loopback::compass(server), loopback::http(), loopback::url(server));
    let target = loopback::target();
    let runtime = loopback::runtime();
    let client = |events: usize| {
        let input = stream::iter(0..events).map(|number| Sending::new(target.clone(), loopback::event(number)));
        let ended = compass.events().send_all(input).filter(|sent| std::future::ready(sent.result.is_ok())).count();
        assert_eq!(runtime.block_on(ended), events);
    };
    let by_hand = |events: usize| {
        let input = stream::iter(0..events).map(|number| {
            let (http, url, target) = (&http, &url, target.clone());
            async move { loopback::send_by_hand(http, url, &target, &loopback::event(number)).await }
        });
        assert_eq!(runtime.block_on(input.buffer_unordered(CONCURRENCY).count()), events);
    };
    if let Some(events) = env::args().skip_while(|argument| argument != ONCE).nth(1) {
        client(events.parse().expect("a number of events"));
        println!("{}", loopback::peak_kilobytes());
        return;
    }

    by_hand(FEW);
    client(FEW);
    let mut times: [Vec<Duration>; 2] = Default::default();
    for run in 0..RUNS {
        for which in [run % 2, 1 - run % 2] {
            let start = Instant::now();
            if which == 0 {
                by_hand(EVENTS);
            } else {
                client(EVENTS);
            }
            times[which].push(start.elapsed());
        }
    }
    println!("{EVENTS} events, {CONCURRENCY} at a time, {RUNS} times each");
    for (name, times) in ["by hand", "send_all"].iter().zip(&mut times) {
        times.sort();
        println!("  {name:8} median {:>8.1?}  fastest {:>8.1?}", times[RUNS / 2], times[0]);
    }
    let [by_hand, client] = times.each_ref().map(|times| times[RUNS / 2].as_secs_f64());
    println!("  rate     {:.3} of that by hand (goal: at least 0.9)", by_hand / client);

    let [few, many] = [FEW, MANY].map(|events| {
        let once =
            Command::new(env::current_exe().expect("the bench has a file")).args([ONCE, &events.to_string()]).output();
        let output = String::from_utf8(once.expect("the bench can be run").stdout).expect("a number");
        let kilobytes = output.trim().parse::<u32>().expect("a number");
        println!("  peak     {:>5.1} MB with {events} events", f64::from(kilobytes) / 1000.0);
        kilobytes
    });
    println!("  more     {:>5.1} MB (goal: at most 20)", (f64::from(many) - f64::from(few)) / 1000.0);
}
