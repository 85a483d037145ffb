//! What of a client can stand in a file: everything but secrets.

use std::num::NonZeroU32;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::delivery::limiter::Limits;
use crate::delivery::retry::RetryPolicy;

/// How a client behaves, for configuration files: [`CompassBuilder::config`](crate::CompassBuilder::config) takes it.
/// Every value is a valid one. Who calls and where to is no part of it: that comes from the environment.
///
/// ```
/// let config: compass_sdk::Config = serde_json::from_str(r#"{"attempt_timeout_ms": 5000, "retry": {"max_attempts": 2}}"#)?;
/// assert_eq!(config.attempt_timeout().as_secs(), 5);
/// assert_eq!(config.operation_timeout().as_secs(), 120);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The time from sending a request to the end of its response, in milliseconds: 30000 unless told otherwise.
    #[schemars(range(max = u32::MAX))]
    pub attempt_timeout_ms: NonZeroU32,
    /// The time for all attempts of an operation and the waits between them, in milliseconds: 120000 unless told
    /// otherwise. Waits for the limiter do not count.
    #[schemars(range(max = u32::MAX))]
    pub operation_timeout_ms: NonZeroU32,
    /// The longest that an operation waits for permits of the limiter, on top of that, in milliseconds: 300000 unless told
    /// otherwise, in which some 480 requests get theirs. Whoever has more to send at once sends fewer at a time.
    #[schemars(range(max = u32::MAX))]
    pub permit_timeout_ms: NonZeroU32,
    /// How many requests are sent at most.
    pub limits: Limits,
    /// How often requests are sent again.
    pub retry: RetryPolicy,
}

impl Config {
    /// The time from sending a request to the end of its response.
    #[must_use]
    pub fn attempt_timeout(&self) -> Duration {
        Duration::from_millis(self.attempt_timeout_ms.get().into())
    }

    /// The time for all attempts of an operation and the waits between them.
    #[must_use]
    pub fn operation_timeout(&self) -> Duration {
        Duration::from_millis(self.operation_timeout_ms.get().into())
    }

    /// The longest that an operation waits for permits of the limiter.
    #[must_use]
    pub fn permit_timeout(&self) -> Duration {
        Duration::from_millis(self.permit_timeout_ms.get().into())
    }
}

impl Default for Config {
    fn default() -> Self {
        let milliseconds = const {
            [NonZeroU32::new(30_000).unwrap(), NonZeroU32::new(120_000).unwrap(), NonZeroU32::new(300_000).unwrap()]
        };
        let [attempt_timeout_ms, operation_timeout_ms, permit_timeout_ms] = milliseconds;
        let (limits, retry) = (Limits::default(), RetryPolicy::default());
        Self { attempt_timeout_ms, operation_timeout_ms, permit_timeout_ms, limits, retry }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json, to_value};

    use super::*;

    #[test]
    fn what_is_left_out_has_its_default_and_what_is_unknown_is_refused() {
        assert_eq!(from_value::<Config>(json!({})).unwrap(), Config::default());
        let written = to_value(Config::default()).unwrap();
        assert_eq!(from_value::<Config>(written).unwrap(), Config::default());
        assert!(from_value::<Config>(json!({"token": "secret"})).is_err());
        assert!(from_value::<Config>(json!({"attempt_timeout_ms": 0})).is_err());
    }

    #[test]
    fn the_schema_has_every_key_with_its_default() {
        let schema = schemars::schema_for!(Config);
        assert_eq!(schema.pointer("/properties/operation_timeout_ms/default"), Some(&json!(120_000)));
        assert_eq!(schema.pointer("/additionalProperties"), Some(&json!(false)));
    }
}
