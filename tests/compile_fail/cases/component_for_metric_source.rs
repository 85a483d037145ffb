//! A component's ID does not fit where a metric source belongs.

use compass_sdk::Metric;
use compass_sdk::ari::ComponentAri;

fn measure(component: ComponentAri) {
    let _ = Metric::builder().target(component).value(1.0).build();
}

fn main() {}
