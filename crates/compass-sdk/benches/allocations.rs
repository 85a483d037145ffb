//! What the client adds to a request in allocations: those of an event's request, against the same request by hand.
//!
//! `cargo bench -p compass-sdk --bench allocations` prints how many each makes, and of how many bytes, in the mean of
//! many. The server's are not counted: it has a thread of its own.

use allocation_counter::{AllocationInfo, measure};

mod loopback;

const RUNS: u32 = 1_000;

fn main() {
    let server = loopback::serve();
    let (compass, http, url) = (loopback::compass(server), loopback::http(), loopback::url(server));
    let (target, event) = (loopback::target(), loopback::event(0));
    let runtime = loopback::runtime();
    let by_hand = || {
        runtime.block_on(async {
            for _ in 0..RUNS {
                loopback::send_by_hand(&http, &url, &target, &event).await;
            }
        });
    };
    let client = || {
        runtime.block_on(async {
            for _ in 0..RUNS {
                compass.events().send(&target, &event).await.expect("the event is taken");
            }
        });
    };
    // Connections and buffers are there before anything is counted.
    by_hand();
    client();
    println!("an event");
    print("by hand", &measure(by_hand));
    print("client", &measure(client));
    print(
        "body",
        &measure(|| {
            for _ in 0..RUNS {
                serde_json::to_vec(&event.to_request(&target)).expect("JSON");
            }
        }),
    );
}

fn print(name: &str, info: &AllocationInfo) {
    let each = u64::from(RUNS);
    println!("  {name:8} {:>4} allocations  {:>6} bytes", info.count_total / each, info.bytes_total / each);
}
