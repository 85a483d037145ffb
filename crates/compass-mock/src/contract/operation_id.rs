//! The operations by name: the one list that is written by hand.

use std::fmt;

/// The operations of the contract.
///
/// Whoever decides what the mock does with a request matches on this without a wildcard, so that a new operation
/// breaks the build until someone has decided. A test holds the list against the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OperationId {
    /// `PUT /compass/v1/package_dependencies/lock_file`
    UploadLockFile,
    /// `DELETE /compass/v1/package_dependencies/lock_file/{componentId}/{sourceId}`
    DeleteLockFile,
    /// `GET /compass/v1/component/{componentId}/app/{forgeAppId}/attachment/{key}`
    GetAttachment,
    /// `PUT /compass/v1/component/{componentId}/app/{forgeAppId}/attachment/{key}`
    UploadAttachment,
    /// `DELETE /compass/v1/component/{componentId}/app/{forgeAppId}/attachment/{key}`
    DeleteAttachment,
    /// `PUT /compass/v1/component/{componentId}/api_specs`
    UploadApiSpec,
    /// `DELETE /compass/v1/component/{componentId}/api_specs`
    DeleteApiSpec,
    /// `POST /compass/v1/webhooks/{webhookId}`
    HandleWebhookInvocation,
    /// `POST /compass/v1/metrics`
    InsertMetricValue,
    /// `POST /compass/v1/events`
    CreateCompassEvent,
    /// `POST /compass/v1/entitlements`
    EvaluateEntitlements,
}

impl OperationId {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::UploadLockFile,
        Self::DeleteLockFile,
        Self::GetAttachment,
        Self::UploadAttachment,
        Self::DeleteAttachment,
        Self::UploadApiSpec,
        Self::DeleteApiSpec,
        Self::HandleWebhookInvocation,
        Self::InsertMetricValue,
        Self::CreateCompassEvent,
        Self::EvaluateEntitlements,
    ];

    /// The contract's `operationId`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UploadLockFile => "uploadLockFile",
            Self::DeleteLockFile => "deleteLockFile",
            Self::GetAttachment => "getAttachment",
            Self::UploadAttachment => "uploadAttachment",
            Self::DeleteAttachment => "deleteAttachment",
            Self::UploadApiSpec => "uploadAPISpec",
            Self::DeleteApiSpec => "deleteAPISpec",
            Self::HandleWebhookInvocation => "handleWebhookInvocation",
            Self::InsertMetricValue => "insertMetricValue",
            Self::CreateCompassEvent => "createCompassEvent",
            Self::EvaluateEntitlements => "evaluateEntitlements",
        }
    }

    /// The operation that the contract calls so.
    #[must_use]
    pub fn of(operation_id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.as_str() == operation_id)
    }
}

impl fmt::Display for OperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
