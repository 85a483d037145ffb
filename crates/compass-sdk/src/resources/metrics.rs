//! Values of metrics.

use compass_api::Operation;
use compass_api::types::{InsertMetricResponseDto, InsertMetricValueBody};

use crate::client::Compass;
use crate::error::Error;
use crate::metric::Metric;
use crate::transport::Call;

/// Values of metrics: [`Compass::metrics`].
#[derive(Clone, Copy, Debug)]
pub struct Metrics<'c> {
    compass: &'c Compass,
    repeat_allowed: bool,
}

impl<'c> Metrics<'c> {
    pub(crate) fn new(compass: &'c Compass) -> Self {
        Self { compass, repeat_allowed: false }
    }

    /// Lets a value be sent again when it may have arrived already. There is no delete (NOTES: "Metrics"): a value that
    /// arrives twice stays twice.
    #[must_use]
    pub fn allow_repeats(self) -> Self {
        Self { repeat_allowed: true, ..self }
    }

    /// Records a value, and returns what Compass has recorded.
    ///
    /// It is sent again only where Compass has certainly not recorded it, such as after a 429, unless
    /// [repeats are allowed](Self::allow_repeats).
    ///
    /// ```no_run
    /// # async fn example(compass: compass_sdk::Compass, source: compass_sdk::ari::MetricSourceAri)
    /// #     -> Result<(), Box<dyn std::error::Error>> {
    /// let coverage = compass_sdk::Metric::builder().target(source).value(87.5).build()?;
    /// let stored = compass.metrics().insert(&coverage).await?;
    /// println!("{} at {}", stored.value, stored.timestamp);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// What Compass answered, or why no answer came: see [`Error`].
    pub async fn insert(&self, metric: &Metric) -> Result<InsertMetricResponseDto, Error> {
        let body = &InsertMetricValueBody::from(metric);
        let call = Call::of(Operation::InsertMetricValue).repeat_allowed(self.repeat_allowed);
        self.compass.0.call(call, |client| async move { client.insert_metric_value(body).await }).await
    }
}
