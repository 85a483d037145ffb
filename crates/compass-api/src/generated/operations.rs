// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! The operations, one method each.

use ::progenitor_client::{
    ByteStream, ClientHooks, ClientInfo, Error, OperationInfo, RequestBuilderExt,
    ResponseValue,
};

use super::client::Client;
use super::support::path_segment;
use super::types;

impl Client {
    /// Get a Forge app's attachment
    ///
    /// Returns a file that a Forge app attached to a component. Attachments must be enabled for the app by the vendor.
    ///
    /// Sends a `GET` request to `/compass/v1/component/{componentId}/app/{forgeAppId}/attachment/{key}`
    pub async fn get_attachment<'a>(
        &'a self,
        component_id: &'a ::uuid::Uuid,
        forge_app_id: &'a str,
        key: &'a str,
    ) -> Result<ResponseValue<types::Attachment>, Error<types::ErrorResponseDto>> {
        let component_id = path_segment("component_id", &component_id.to_string())
            .map_err(Error::InvalidRequest)?;
        let forge_app_id = path_segment("forge_app_id", &forge_app_id.to_string())
            .map_err(Error::InvalidRequest)?;
        let key = path_segment("key", &key.to_string()).map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/compass/v1/component/{}/app/{}/attachment/{}", self.baseurl,
            component_id, forge_app_id, key,
        );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "get_attachment",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            403u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            404u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }

    /// Delete a Forge app's attachment
    ///
    /// Deletes a file that a Forge app attached to a component. Attachments must be enabled for the app by the vendor.
    ///
    /// Sends a `DELETE` request to `/compass/v1/component/{componentId}/app/{forgeAppId}/attachment/{key}`
    pub async fn delete_attachment<'a>(
        &'a self,
        component_id: &'a ::uuid::Uuid,
        forge_app_id: &'a str,
        key: &'a str,
    ) -> Result<ResponseValue<()>, Error<types::ErrorResponseDto>> {
        let component_id = path_segment("component_id", &component_id.to_string())
            .map_err(Error::InvalidRequest)?;
        let forge_app_id = path_segment("forge_app_id", &forge_app_id.to_string())
            .map_err(Error::InvalidRequest)?;
        let key = path_segment("key", &key.to_string()).map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/compass/v1/component/{}/app/{}/attachment/{}", self.baseurl,
            component_id, forge_app_id, key,
        );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .delete(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "delete_attachment",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => Ok(ResponseValue::empty(response)),
            400u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            403u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            404u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }

    /// Delete a component's API spec
    ///
    /// Deletes the API specification of a component.
    ///
    /// Sends a `DELETE` request to `/compass/v1/component/{componentId}/api_specs`
    pub async fn delete_api_spec<'a>(
        &'a self,
        component_id: &'a ::uuid::Uuid,
    ) -> Result<ResponseValue<::std::string::String>, Error<::std::string::String>> {
        let component_id = path_segment("component_id", &component_id.to_string())
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/compass/v1/component/{}/api_specs", self.baseurl, component_id,
        );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .delete(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .build()?;
        let info = OperationInfo {
            operation_id: "delete_api_spec",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            403u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            404u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }

    /// Invoke an incoming webhook
    ///
    /// Hands a third party's webhook payload to Compass, which turns it into events.
    ///
    /// Sends a `POST` request to `/compass/v1/webhooks/{webhookId}`
    pub async fn handle_webhook_invocation<'a>(
        &'a self,
        webhook_id: &'a str,
        body: &'a ::serde_json::Value,
    ) -> Result<ResponseValue<()>, Error<types::ErrorResponseDto>> {
        let webhook_id = path_segment("webhook_id", &webhook_id.to_string())
            .map_err(Error::InvalidRequest)?;
        let url = format!("{}/compass/v1/webhooks/{}", self.baseurl, webhook_id,);
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .build()?;
        let info = OperationInfo {
            operation_id: "handle_webhook_invocation",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            202u16 => Ok(ResponseValue::empty(response)),
            400u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            401u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            404u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            405u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }

    /// Send metric value
    ///
    /// Sends one value to a component's metric source. At most 100 requests per user and minute are allowed.
    ///
    /// Sends a `POST` request to `/compass/v1/metrics`
    pub async fn insert_metric_value<'a>(
        &'a self,
        body: &'a types::InsertMetricValueBody,
    ) -> Result<
        ResponseValue<types::InsertMetricResponseDto>,
        Error<types::ErrorResponseDto>,
    > {
        let url = format!("{}/compass/v1/metrics", self.baseurl,);
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .build()?;
        let info = OperationInfo {
            operation_id: "insert_metric_value",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            403u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            404u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }

    /// Send event
    ///
    /// Sends one event to an event source. At most 100 requests per user and minute are allowed.
    ///
    /// Sends a `POST` request to `/compass/v1/events`
    pub async fn create_compass_event<'a>(
        &'a self,
        body: &'a types::CreateStreamlinedEventRequest,
    ) -> Result<ResponseValue<()>, Error<types::ErrorResponseDto>> {
        let url = format!("{}/compass/v1/events", self.baseurl,);
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .build()?;
        let info = OperationInfo {
            operation_id: "create_compass_event",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            202u16 => Ok(ResponseValue::empty(response)),
            400u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            404u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }

    /// Evaluate entitlements
    ///
    /// Evaluates entitlements for the calling user and site.
    ///
    /// Sends a `POST` request to `/compass/v1/entitlements`
    pub async fn evaluate_entitlements<'a>(
        &'a self,
        body: &'a types::EntitlementRequestDto,
    ) -> Result<
        ResponseValue<types::EntitlementResponseDto>,
        Error<types::ErrorResponseDto>,
    > {
        let url = format!("{}/compass/v1/entitlements", self.baseurl,);
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .build()?;
        let info = OperationInfo {
            operation_id: "evaluate_entitlements",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            401u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }

    /// Delete a lock file's dependencies
    ///
    /// Deletes all package dependencies that came from one source. sourceId must be Base64 encoded.
    ///
    /// Sends a `DELETE` request to `/compass/v1/package_dependencies/lock_file/{componentId}/{sourceId}`
    pub async fn delete_lock_file<'a>(
        &'a self,
        component_id: &'a str,
        source_id: &'a str,
    ) -> Result<ResponseValue<ByteStream>, Error<ByteStream>> {
        let component_id = path_segment("component_id", &component_id.to_string())
            .map_err(Error::InvalidRequest)?;
        let source_id = path_segment("source_id", &source_id.to_string())
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/compass/v1/package_dependencies/lock_file/{}/{}", self.baseurl,
            component_id, source_id,
        );
        #[allow(unused_mut)]
        let mut request = self.client.delete(url).build()?;
        let info = OperationInfo {
            operation_id: "delete_lock_file",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => Ok(ResponseValue::stream(response)),
            400u16 => Err(Error::ErrorResponse(ResponseValue::stream(response))),
            403u16 => Err(Error::ErrorResponse(ResponseValue::stream(response))),
            404u16 => Err(Error::ErrorResponse(ResponseValue::stream(response))),
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
