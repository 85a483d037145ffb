//! Files of components: API specifications, lock files, attachments.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use compass_api::Operation;
use compass_api::types::Attachment;

use super::ComponentId;
use crate::client::Compass;
use crate::error::{Error, ErrorKind};
use crate::event::WebUrl;
use crate::transport::Call;
use crate::upload::{Takes, Upload};

/// The API specification of a component: [`Compass::api_specs`].
#[derive(Clone, Copy, Debug)]
pub struct ApiSpecs<'c> {
    pub(crate) compass: &'c Compass,
    pub(crate) component: ComponentId,
}

impl ApiSpecs<'_> {
    /// Uploads the component's API specification: OpenAPI in JSON or YAML. It takes the place of the one before.
    ///
    /// ```no_run
    /// # async fn example(compass: compass_sdk::Compass, component: compass_sdk::ari::ComponentAri)
    /// #     -> Result<(), compass_sdk::Error> {
    /// use compass_sdk::Upload;
    ///
    /// compass.api_specs(&component).upload(Upload::path("openapi.yaml")).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// What is wrong with the file, what Compass answered, or why no answer came: see [`Error`].
    pub async fn upload(&self, file: Upload) -> Result<(), Error> {
        let operation = Operation::UploadApiSpec;
        file.check(operation, Takes::ApiSpec).await?;
        let (file, component) = (&file, &self.component.0);
        let call = Call::of(operation).replayable(file.is_replayable());
        let upload = |client: compass_api::Client| async move {
            let part = file.part().await.map_err(compass_api::Error::InvalidRequest)?;
            client.upload_api_spec(component, part).await
        };
        self.compass.0.call_for_status(call, upload).await
    }

    /// Deletes the component's API specification. If an attempt may have deleted it without its answer arriving, a later
    /// "not found" is a success.
    ///
    /// # Errors
    /// What Compass answered, or why no answer came: see [`Error`].
    pub async fn delete(&self) -> Result<(), Error> {
        let component = &self.component.0;
        let delete = |client: compass_api::Client| async move { client.delete_api_spec(component).await };
        gone(self.compass.0.call_for_status(Call::of(Operation::DeleteApiSpec), delete).await)
    }
}

/// Package dependencies of a component, from lock files: [`Compass::lock_files`].
#[derive(Clone, Copy, Debug)]
pub struct LockFiles<'c> {
    pub(crate) compass: &'c Compass,
    pub(crate) component: ComponentId,
}

impl LockFiles<'_> {
    /// Records the component's dependencies from npm's `package-lock.json` of less than 2 MB.
    ///
    /// `source_id` tells the component's lock files apart: the file's path in the repository, say. `url` is where the file
    /// can be seen; if it ends in the host's line anchor (`#L` on GitHub), Compass can link to single lines.
    ///
    /// ```no_run
    /// # async fn example(compass: compass_sdk::Compass, component: compass_sdk::ari::ComponentAri)
    /// #     -> Result<(), Box<dyn std::error::Error>> {
    /// use compass_sdk::Upload;
    ///
    /// let url = "https://github.com/acme/shop/blob/main/package-lock.json#L".parse()?;
    /// let file = Upload::path("package-lock.json");
    /// compass.lock_files(&component).upload("package-lock.json", &url, file).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// What is wrong with the file, what Compass answered, or why no answer came: see [`Error`].
    pub async fn upload(&self, source_id: &str, url: &WebUrl, file: Upload) -> Result<(), Error> {
        let operation = Operation::UploadLockFile;
        file.check(operation, Takes::LockFile).await?;
        let (file, component) = (&file, &*self.component.to_string());
        let call = Call::of(operation).replayable(file.is_replayable());
        let upload = |client: compass_api::Client| async move {
            let part = file.part().await.map_err(compass_api::Error::InvalidRequest)?;
            client.upload_lock_file(url.as_str(), component, source_id, part).await
        };
        self.compass.0.call_for_status(call, upload).await
    }

    /// Deletes all dependencies that came from one lock file. `source_id` is what it was uploaded with: the Base64 that
    /// the API wants it in, with the alphabet for URLs because it stands in a path, is done here. "Not found" after an
    /// attempt that may have deleted it is a success.
    ///
    /// # Errors
    /// What Compass answered, or why no answer came: see [`Error`].
    pub async fn delete(&self, source_id: &str) -> Result<(), Error> {
        let (component, source) = (&*self.component.to_string(), &*URL_SAFE.encode(source_id));
        let delete = |client: compass_api::Client| async move { client.delete_lock_file(component, source).await };
        gone(self.compass.0.call_for_status(Call::of(Operation::DeleteLockFile), delete).await)
    }
}

/// Files that a Forge app attached to a component: [`Compass::attachments`].
#[derive(Clone, Copy, Debug)]
pub struct Attachments<'c> {
    pub(crate) compass: &'c Compass,
    pub(crate) component: ComponentId,
    pub(crate) forge_app: &'c str,
}

impl Attachments<'_> {
    /// What is known of an attachment: its name, where it is, when it changed.
    ///
    /// # Errors
    /// What Compass answered, or why no answer came: see [`Error`].
    pub async fn get(&self, key: &str) -> Result<Attachment, Error> {
        let (component, app) = (&self.component.0, self.forge_app);
        let get = |client: compass_api::Client| async move { client.get_attachment(component, app, key).await };
        self.compass.0.call(Call::of(Operation::GetAttachment), get).await
    }

    /// Attaches a file: JSON, YAML or XML.
    ///
    /// ```no_run
    /// # async fn example(compass: compass_sdk::Compass, component: compass_sdk::ari::ComponentAri)
    /// #     -> Result<(), compass_sdk::Error> {
    /// use compass_sdk::Upload;
    ///
    /// let attachments = compass.attachments(&component, "a-forge-app");
    /// let attached = attachments.upload("report", Upload::bytes("report.json", "{}")).await?;
    /// println!("{} is at {}", attached.name, attached.url);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// What is wrong with the file, what Compass answered, or why no answer came: see [`Error`].
    pub async fn upload(&self, key: &str, file: Upload) -> Result<Attachment, Error> {
        let operation = Operation::UploadAttachment;
        file.check(operation, Takes::Attachment).await?;
        let (file, component, app) = (&file, &self.component.0, self.forge_app);
        let call = Call::of(operation).replayable(file.is_replayable());
        let upload = |client: compass_api::Client| async move {
            let part = file.part().await.map_err(compass_api::Error::InvalidRequest)?;
            client.upload_attachment(component, app, key, part).await
        };
        self.compass.0.call(call, upload).await
    }

    /// Deletes an attachment. "Not found" after an attempt that may have deleted it is a success.
    ///
    /// # Errors
    /// What Compass answered, or why no answer came: see [`Error`].
    pub async fn delete(&self, key: &str) -> Result<(), Error> {
        let (component, app) = (&self.component.0, self.forge_app);
        let delete = |client: compass_api::Client| async move { client.delete_attachment(component, app, key).await };
        gone(self.compass.0.call(Call::of(Operation::DeleteAttachment), delete).await)
    }
}

/// What a deletion ended with. If an attempt whose answer was lost may have deleted it, it is no longer there for the next:
/// then a 404 is a success, unless it is of a component that does not exist or of a page that the API never wrote.
fn gone(deleted: Result<(), Error>) -> Result<(), Error> {
    let is_done = |error: &Error| {
        let is_of_component = error.api_errors().iter().any(|error| error.kind == "COMPONENT_NOT_FOUND");
        error.kind() == ErrorKind::NotFound && error.may_have_been_sent() && !is_of_component
    };
    match deleted {
        Err(error) if is_done(&error) => Ok(()),
        other => other,
    }
}
