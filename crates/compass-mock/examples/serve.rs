//! A mock on a port, for load generators: `cargo run --release -p compass-mock --example serve -- 8080`.

use std::error::Error;

use compass_mock::Mock;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = std::env::args().nth(1).map_or(Ok(0), |port| port.parse())?;
    let mock = Mock::builder().port(port).rate_limit(false).start().await?;
    println!("{}", mock.origin());
    std::future::pending().await
}
