// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! The operations of the contract, by name.

/// An operation of the contract.
///
/// Match on it without a wildcard: then an operation that the contract gains is a compile error where a
/// decision about it is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// Upload a lock file: `PUT /compass/v1/package_dependencies/lock_file`
    UploadLockFile,
    /// Get a Forge app's attachment: `GET /compass/v1/component/{componentId}/app/{forgeAppId}/attachment/{key}`
    GetAttachment,
    /// Upload a Forge app's attachment: `PUT /compass/v1/component/{componentId}/app/{forgeAppId}/attachment/{key}`
    UploadAttachment,
    /// Delete a Forge app's attachment: `DELETE /compass/v1/component/{componentId}/app/{forgeAppId}/attachment/{key}`
    DeleteAttachment,
    /// Upload a component's API spec: `PUT /compass/v1/component/{componentId}/api_specs`
    UploadApiSpec,
    /// Delete a component's API spec: `DELETE /compass/v1/component/{componentId}/api_specs`
    DeleteApiSpec,
    /// Invoke an incoming webhook: `POST /compass/v1/webhooks/{webhookId}`
    HandleWebhookInvocation,
    /// Send metric value: `POST /compass/v1/metrics`
    InsertMetricValue,
    /// Send event: `POST /compass/v1/events`
    CreateCompassEvent,
    /// Evaluate entitlements: `POST /compass/v1/entitlements`
    EvaluateEntitlements,
    /// Delete a lock file's dependencies: `DELETE /compass/v1/package_dependencies/lock_file/{componentId}/{sourceId}`
    DeleteLockFile,
}

impl Operation {
    /// Every operation, in the contract's order.
    pub const ALL: [Self; 11usize] = [
        Self::UploadLockFile,
        Self::GetAttachment,
        Self::UploadAttachment,
        Self::DeleteAttachment,
        Self::UploadApiSpec,
        Self::DeleteApiSpec,
        Self::HandleWebhookInvocation,
        Self::InsertMetricValue,
        Self::CreateCompassEvent,
        Self::EvaluateEntitlements,
        Self::DeleteLockFile,
    ];
    /// The operation's `operationId`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::UploadLockFile => "uploadLockFile",
            Self::GetAttachment => "getAttachment",
            Self::UploadAttachment => "uploadAttachment",
            Self::DeleteAttachment => "deleteAttachment",
            Self::UploadApiSpec => "uploadAPISpec",
            Self::DeleteApiSpec => "deleteAPISpec",
            Self::HandleWebhookInvocation => "handleWebhookInvocation",
            Self::InsertMetricValue => "insertMetricValue",
            Self::CreateCompassEvent => "createCompassEvent",
            Self::EvaluateEntitlements => "evaluateEntitlements",
            Self::DeleteLockFile => "deleteLockFile",
        }
    }

    /// The HTTP method, in capitals.
    #[must_use]
    pub const fn method(self) -> &'static str {
        match self {
            Self::UploadLockFile => "PUT",
            Self::GetAttachment => "GET",
            Self::UploadAttachment => "PUT",
            Self::DeleteAttachment => "DELETE",
            Self::UploadApiSpec => "PUT",
            Self::DeleteApiSpec => "DELETE",
            Self::HandleWebhookInvocation => "POST",
            Self::InsertMetricValue => "POST",
            Self::CreateCompassEvent => "POST",
            Self::EvaluateEntitlements => "POST",
            Self::DeleteLockFile => "DELETE",
        }
    }

    /// The template of the path, behind the base URL.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::UploadLockFile => "/compass/v1/package_dependencies/lock_file",
            Self::GetAttachment => {
                "/compass/v1/component/{componentId}/app/{forgeAppId}/attachment/{key}"
            }
            Self::UploadAttachment => {
                "/compass/v1/component/{componentId}/app/{forgeAppId}/attachment/{key}"
            }
            Self::DeleteAttachment => {
                "/compass/v1/component/{componentId}/app/{forgeAppId}/attachment/{key}"
            }
            Self::UploadApiSpec => "/compass/v1/component/{componentId}/api_specs",
            Self::DeleteApiSpec => "/compass/v1/component/{componentId}/api_specs",
            Self::HandleWebhookInvocation => "/compass/v1/webhooks/{webhookId}",
            Self::InsertMetricValue => "/compass/v1/metrics",
            Self::CreateCompassEvent => "/compass/v1/events",
            Self::EvaluateEntitlements => "/compass/v1/entitlements",
            Self::DeleteLockFile => {
                "/compass/v1/package_dependencies/lock_file/{componentId}/{sourceId}"
            }
        }
    }

    /// The operation whose method on the client has this name.
    pub(crate) fn of_method(name: &str) -> Option<Self> {
        match name {
            "upload_lock_file" => Some(Self::UploadLockFile),
            "get_attachment" => Some(Self::GetAttachment),
            "upload_attachment" => Some(Self::UploadAttachment),
            "delete_attachment" => Some(Self::DeleteAttachment),
            "upload_api_spec" => Some(Self::UploadApiSpec),
            "delete_api_spec" => Some(Self::DeleteApiSpec),
            "handle_webhook_invocation" => Some(Self::HandleWebhookInvocation),
            "insert_metric_value" => Some(Self::InsertMetricValue),
            "create_compass_event" => Some(Self::CreateCompassEvent),
            "evaluate_entitlements" => Some(Self::EvaluateEntitlements),
            "delete_lock_file" => Some(Self::DeleteLockFile),
            _ => None,
        }
    }
}

impl ::std::fmt::Display for Operation {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.pad(self.id())
    }
}
