//! Entitlements.

use compass_api::Operation;
use compass_api::types::{EntitlementRequestDto, EntitlementResponseDto};

use crate::client::Compass;
use crate::error::Error;
use crate::transport::Call;

/// What the site is entitled to: [`Compass::entitlements`].
#[derive(Clone, Copy, Debug)]
pub struct Entitlements<'c>(pub(crate) &'c Compass);

impl Entitlements<'_> {
    /// Evaluates entitlements by their names.
    ///
    /// ```no_run
    /// # async fn example(compass: compass_sdk::Compass) -> Result<(), compass_sdk::Error> {
    /// for (name, result) in compass.entitlements().evaluate(["an-entitlement"]).await?.entitlements {
    ///     println!("{name}: {result:?}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// What Compass answered, or why no answer came: see [`Error`].
    pub async fn evaluate<N: Into<String>>(
        &self,
        names: impl IntoIterator<Item = N>,
    ) -> Result<EntitlementResponseDto, Error> {
        let body = &EntitlementRequestDto { entitlements: names.into_iter().map(Into::into).collect() };
        let call = Call::of(Operation::EvaluateEntitlements);
        self.0.0.call(call, |client| async move { client.evaluate_entitlements(body).await }).await
    }
}
