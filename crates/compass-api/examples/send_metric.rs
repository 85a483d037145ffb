//! Sends one value of a metric, and tells apart what can come back.

use compass_api::{Client, Error, NoHook, Url, types};
use reqwest::redirect::Policy;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Nothing listens there; with Compass it is https://<site>.atlassian.net/gateway/api.
    let base_url = Url::parse("http://127.0.0.1:9/gateway/api")?;
    let http = reqwest::Client::builder().redirect(Policy::none()).build()?;
    let client = Client::new(&base_url, http, NoHook);

    let value = types::InsertMetricByMetricSourceRequestDto {
        metric_source_id: "ari:cloud:compass:example:metric-source/1/2".to_owned(),
        value: 98.5,
        timestamp: None,
        annotation: None,
        title: None,
        url: None,
    };
    match client.insert_metric_value(&value.into()).await {
        Ok(stored) => println!("stored: {} at {}", stored.value, stored.timestamp),
        Err(Error::ErrorResponse(refused)) => println!("refused with {}: {:?}", refused.status(), refused.errors),
        Err(Error::UnexpectedResponse(other)) => println!("answered {}", other.status()),
        Err(error) => println!("no usable answer: {error:#}"),
    }
    Ok(())
}
