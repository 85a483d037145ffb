// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! The operations that send a form with files, one method each.

use ::reqwest::multipart::{Form, Part};
use ::progenitor_client::{
    ByteStream, ClientHooks, ClientInfo, Error, OperationInfo, RequestBuilderExt,
    ResponseValue,
};

use super::client::Client;
use super::support::path_segment;
use super::types;

impl Client {
    /// Upload a lock file
    ///
    /// Records a component's package dependencies from its lock file. Only package-lock.json files smaller than 2 MB are accepted. baseSourceUrl is the URL of the lock file, ideally ending in the host's line anchor ('#lines-' on Bitbucket, '#L' on GitHub) so that Compass can link to single lines. sourceId identifies the lock file uniquely; its path with '/' replaced by '_' serves well.
    ///
    /// Sends a `PUT` request to `/compass/v1/package_dependencies/lock_file`
    ///
    /// Sends a `multipart/form-data` body (RFC 7578):
    ///
    /// - `file`: the form's field `file`, a file with its name and media type, streamed
    pub async fn upload_lock_file<'a>(
        &'a self,
        base_source_url: &'a str,
        component_id: &'a str,
        source_id: &'a str,
        file: Part,
    ) -> Result<ResponseValue<ByteStream>, Error<ByteStream>> {
        let form = Form::new();
        let form = form.part("file", file);
        let url = format!("{}/compass/v1/package_dependencies/lock_file", self.baseurl,);
        #[allow(unused_mut)]
        let mut request = self
            .client
            .put(url)
            .query(
                &progenitor_client::QueryParam::new("baseSourceUrl", &base_source_url),
            )
            .query(&progenitor_client::QueryParam::new("componentId", &component_id))
            .query(&progenitor_client::QueryParam::new("sourceId", &source_id))
            .multipart(form)
            .build()?;
        let info = OperationInfo {
            operation_id: "upload_lock_file",
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
            422u16 => Err(Error::ErrorResponse(ResponseValue::stream(response))),
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }

    /// Upload a Forge app's attachment
    ///
    /// Attaches a file to a component on behalf of a Forge app. The body is the file. JSON, YAML and XML are accepted. Attachments must be enabled for the app by the vendor.
    ///
    /// Sends a `PUT` request to `/compass/v1/component/{componentId}/app/{forgeAppId}/attachment/{key}`
    ///
    /// Sends a `multipart/form-data` body (RFC 7578):
    ///
    /// - `file`: the form's field `file`, a file with its name and media type, streamed
    pub async fn upload_attachment<'a>(
        &'a self,
        component_id: &'a ::uuid::Uuid,
        forge_app_id: &'a str,
        key: &'a str,
        file: Part,
    ) -> Result<ResponseValue<types::Attachment>, Error<types::ErrorResponseDto>> {
        let form = Form::new();
        let form = form.part("file", file);
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
            .put(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .multipart(form)
            .build()?;
        let info = OperationInfo {
            operation_id: "upload_attachment",
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
            422u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }

    /// Upload a component's API spec
    ///
    /// Stores the API specification of a component. The body is the file; JSON and YAML are accepted.
    ///
    /// Sends a `PUT` request to `/compass/v1/component/{componentId}/api_specs`
    ///
    /// Sends a `multipart/form-data` body (RFC 7578):
    ///
    /// - `file`: the form's field `file`, a file with its name and media type, streamed
    pub async fn upload_api_spec<'a>(
        &'a self,
        component_id: &'a ::uuid::Uuid,
        file: Part,
    ) -> Result<ResponseValue<::std::string::String>, Error<::std::string::String>> {
        let form = Form::new();
        let form = form.part("file", file);
        let component_id = path_segment("component_id", &component_id.to_string())
            .map_err(Error::InvalidRequest)?;
        let url = format!(
            "{}/compass/v1/component/{}/api_specs", self.baseurl, component_id,
        );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .put(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .multipart(form)
            .build()?;
        let info = OperationInfo {
            operation_id: "upload_api_spec",
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
            422u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
