//! The rate of `send_all`, and the memory that it takes.
//!
//! `cargo bench -p compass-sdk --bench send_all` sends events with keys of their own to this machine, with the client
//! and with a loop by hand that has as many requests under way, and prints the median time of an event and of the ratio
//! of the rates. The two run in short turns, right after each other, because a machine that others share changes its
//! pace from second to second. Then it prints the peak memory of processes that send few events and many. The limiter
//! is off.

use std::env;
use std::process::Command;
use std::time::Instant;

use compass_sdk::bulk::{CONCURRENCY, Sending};
use futures_util::{StreamExt, stream};

mod loopback;

/// Together 100,000 events each way.
const PAIRS: usize = 100;
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
    let timed = |send: &dyn Fn(usize)| {
        let start = Instant::now();
        send(FEW);
        start.elapsed().as_secs_f64()
    };
    let mut pairs: Vec<[f64; 2]> = (0..PAIRS)
        .map(|pair| {
            if pair % 2 == 0 {
                let first = timed(&by_hand);
                [first, timed(&client)]
            } else {
                let first = timed(&client);
                [timed(&by_hand), first]
            }
        })
        .collect();
    let median = |pairs: &mut Vec<[f64; 2]>, of: fn(&[f64; 2]) -> f64| {
        pairs.sort_by(|a, b| of(a).total_cmp(&of(b)));
        of(&pairs[pairs.len() / 2])
    };
    let microseconds = 1e6 / f64::from(u32::try_from(FEW).expect("few"));
    println!("{CONCURRENCY} at a time, {PAIRS} pairs of {FEW} events each, one right after the other");
    println!("  by hand  median {:>6.1} us an event", median(&mut pairs, |[by_hand, _]| *by_hand) * microseconds);
    println!("  send_all median {:>6.1} us an event", median(&mut pairs, |[_, client]| *client) * microseconds);
    println!(
        "  rate     {:.3} of that by hand, median of the pairs (goal: at least 0.9)",
        median(&mut pairs, |[by_hand, client]| by_hand / client)
    );

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
