//! `compass spec`, `compass lockfile` and `compass attachment`: files of components.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use compass_api::{Operation, Part, types::Attachment};
use compass_sdk::ari::ComponentAri;
use compass_sdk::event::WebUrl;
use compass_sdk::operations::ComponentId;
use compass_sdk::{Compass, Upload};
use serde_json::json;
use uuid::Uuid;

use crate::failure::{Failure, Problem};
use crate::output::{Report, in_one_line};
use crate::program::Globals;
use crate::request::{Captor, Request, check};
use crate::send::{ComponentArgs, Ready, SendArgs, receipt};
use crate::settings::{Key, Settings};

/// The API specification of a component
#[derive(Debug, Subcommand)]
pub(crate) enum SpecCommand {
    /// Upload an OpenAPI document, which replaces the one before
    Upload {
        /// The document: .json, .yaml or .yml
        file: Option<PathBuf>,
        #[command(flatten)]
        of: Of,
    },
    /// Delete the component's API specification
    Delete {
        #[command(flatten)]
        of: Of,
    },
}

/// Package dependencies of a component, from lock files
#[derive(Debug, Subcommand)]
pub(crate) enum LockfileCommand {
    /// Record the dependencies in npm's package-lock.json of less than 2 MB
    Upload {
        /// The lock file
        file: Option<PathBuf>,
        /// What tells the component's lock files apart, such as the file's path in the repository
        #[arg(long, value_name = "ID")]
        source_id: Option<String>,
        /// Where the file can be seen
        #[arg(long)]
        url: Option<String>,
        #[command(flatten)]
        of: Of,
    },
    /// Delete all dependencies that came from one lock file
    Delete {
        /// What the lock file was uploaded with
        #[arg(long, value_name = "ID")]
        source_id: Option<String>,
        #[command(flatten)]
        of: Of,
    },
}

/// Files that a Forge app attached to a component
#[derive(Debug, Subcommand)]
pub(crate) enum AttachmentCommand {
    /// Show what is known of an attachment
    Get {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        of: Of,
    },
    /// Attach a file: .json, .yaml, .yml or .xml
    Upload {
        /// The file
        file: Option<PathBuf>,
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        of: Of,
    },
    /// Delete an attachment
    Delete {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        of: Of,
    },
}

/// Which attachment.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// The Forge app's ID
    #[arg(long, value_name = "ID")]
    app: Option<String>,
    /// The attachment's key
    #[arg(long)]
    key: Option<String>,
}

/// What all of them have.
#[derive(Debug, Args)]
pub(crate) struct Of {
    #[command(flatten)]
    component: ComponentArgs,
    #[command(flatten)]
    send: SendArgs,
}

/// Collects what is missing, so that it is told at once.
struct Needs {
    what: &'static str,
    problems: Vec<Problem>,
    settings: Settings,
}

impl Of {
    fn needs(&self, what: &'static str, globals: &Globals) -> Result<Needs, Failure> {
        let settings = Settings::load(&globals.config, &self.component.on(self.send.given()?))?;
        Ok(Needs { what, problems: Vec::new(), settings })
    }
}

impl Needs {
    fn given<T: Clone + Default>(&mut self, name: &str, what: &str, value: Option<&T>) -> T {
        value.cloned().unwrap_or_else(|| {
            self.problems.push(Problem::missing(name, what));
            T::default()
        })
    }

    fn which(&mut self, which: &Which) -> (String, String) {
        let app = self.given("--app", "the Forge app's ID", which.app.as_ref());
        (app, self.given("--key", "the attachment's key", which.key.as_ref()))
    }

    /// What is needed to send it, if nothing is missing: the operations on files take a component's bare UUID as well.
    fn ready(&mut self, of: &Of, globals: &Globals) -> Result<(ComponentId, Ready<'_>), Failure> {
        let mut problems = std::mem::take(&mut self.problems);
        let bare =
            self.settings.text(Key::Component).and_then(|text| Uuid::try_parse(text).ok()).map(ComponentId::from);
        let component = bare.or_else(|| {
            let ari = self.settings.needed::<ComponentAri>(Key::Component, &mut problems);
            ari.as_ref().map(ComponentId::from)
        });
        let ready = of.send.ready(&self.settings, globals, &mut problems);
        match (component, ready, Failure::of(self.what, problems)) {
            (Some(component), Some(ready), None) => Ok((component, ready)),
            (_, _, Some(failure)) => Err(failure.hint(format!("compass {} --help", self.what))),
            (_, _, None) => Err(Failure::usage(self.what)),
        }
    }
}

/// Uploads a file or shows how: what `show` makes is the request without it.
fn upload<T>(
    of: &Of,
    ready: &Ready<'_>,
    file: &Path,
    show: impl FnOnce(&Captor, Part) -> Result<Request, Failure>,
    send: &impl AsyncFn(&Compass, Upload) -> Result<T, compass_sdk::Error>,
    report: impl FnOnce(T) -> Report,
) -> Result<Report, Failure> {
    let content = Upload::path(file);
    let name = content.file_name().to_owned();
    if of.send.is_preview() {
        check(async |compass| send(compass, content.clone()).await)?;
    }
    ready.carry_out(
        |captor| Ok(show(captor, Part::bytes(Vec::new()).file_name(name.clone()))?.with_file(file, &name)),
        async |compass| send(compass, content.clone()).await,
        report,
    )
}

fn done(operation: Operation, what: &str) -> Report {
    receipt(format!("accepted: {what}"), operation, json!({}))
}

fn uuid(component: ComponentId) -> Uuid {
    Uuid::try_parse(&component.to_string()).unwrap_or_default()
}

pub(crate) fn spec(command: &SpecCommand, globals: &Globals) -> Result<Report, Failure> {
    match command {
        SpecCommand::Upload { file, of } => {
            let mut needs = of.needs("spec upload", globals)?;
            let file = needs.given("FILE", "the OpenAPI document", file.as_ref());
            let (component, ready) = needs.ready(of, globals)?;
            upload(
                of,
                &ready,
                &file,
                |captor, part| {
                    let component = &uuid(component);
                    captor.capture(|client| async move { client.upload_api_spec(component, part).await })
                },
                &async |compass, file| compass.api_specs(component).upload(file).await,
                |()| done(Operation::UploadApiSpec, "the API specification"),
            )
        }
        SpecCommand::Delete { of } => {
            let mut needs = of.needs("spec delete", globals)?;
            let (component, ready) = needs.ready(of, globals)?;
            ready.carry_out(
                |captor| {
                    let component = &uuid(component);
                    captor.capture(|client| async move { client.delete_api_spec(component).await })
                },
                async |compass| compass.api_specs(component).delete().await,
                |()| done(Operation::DeleteApiSpec, "the API specification is deleted"),
            )
        }
    }
}

pub(crate) fn lockfile(command: &LockfileCommand, globals: &Globals) -> Result<Report, Failure> {
    match command {
        LockfileCommand::Upload { file, source_id, url, of } => {
            let mut needs = of.needs("lockfile upload", globals)?;
            let file = needs.given("FILE", "npm's package-lock.json", file.as_ref());
            let source = needs.given("--source-id", "the file's path in the repository, say", source_id.as_ref());
            let url = needs.given("--url", "where the file can be seen", url.as_ref());
            let url = WebUrl::parse(url);
            if let (Err(error), Some(_)) = (&url, command.url()) {
                needs.problems.push(Problem::unusable("--url", error.to_string()));
            }
            let (component, ready) = needs.ready(of, globals)?;
            let url = url.map_err(|error| Failure::usage(error.to_string()))?;
            upload(
                of,
                &ready,
                &file,
                |captor, part| {
                    let (url, component, source) = (url.as_str(), &*component.to_string(), &*source);
                    captor.capture(|client| async move { client.upload_lock_file(url, component, source, part).await })
                },
                &async |compass, file| compass.lock_files(component).upload(&source, &url, file).await,
                |()| done(Operation::UploadLockFile, "the lock file"),
            )
        }
        LockfileCommand::Delete { source_id, of } => {
            let mut needs = of.needs("lockfile delete", globals)?;
            let source = needs.given("--source-id", "what the lock file was uploaded with", source_id.as_ref());
            let (component, ready) = needs.ready(of, globals)?;
            ready.carry_out(
                |captor| {
                    // As the SDK does it (NOTES: "Files").
                    let (component, source) = (&*component.to_string(), &*base64url(&source));
                    captor.capture(|client| async move { client.delete_lock_file(component, source).await })
                },
                async |compass| compass.lock_files(component).delete(&source).await,
                |()| done(Operation::DeleteLockFile, "the lock file's dependencies are deleted"),
            )
        }
    }
}

impl LockfileCommand {
    fn url(&self) -> Option<&String> {
        match self {
            Self::Upload { url, .. } => url.as_ref(),
            Self::Delete { .. } => None,
        }
    }
}

/// Base64 for URLs, padded (RFC 4648, section 5).
fn base64url(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE.encode(text)
}

pub(crate) fn attachment(command: &AttachmentCommand, globals: &Globals) -> Result<Report, Failure> {
    match command {
        AttachmentCommand::Get { which, of } => {
            let mut needs = of.needs("attachment get", globals)?;
            let (app, key) = needs.which(which);
            let (component, ready) = needs.ready(of, globals)?;
            ready.carry_out(
                |captor| {
                    let (component, app, key) = (&uuid(component), &*app, &*key);
                    captor.capture(|client| async move { client.get_attachment(component, app, key).await })
                },
                async |compass| compass.attachments(component, &app).get(&key).await,
                |attachment| Report::data(described(&attachment), &json!(attachment)),
            )
        }
        AttachmentCommand::Upload { file, which, of } => {
            let mut needs = of.needs("attachment upload", globals)?;
            let file = needs.given("FILE", "the file", file.as_ref());
            let (app, key) = needs.which(which);
            let (component, ready) = needs.ready(of, globals)?;
            upload(
                of,
                &ready,
                &file,
                |captor, part| {
                    let (component, app, key) = (&uuid(component), &*app, &*key);
                    captor.capture(|client| async move { client.upload_attachment(component, app, key, part).await })
                },
                &async |compass, file| compass.attachments(component, &app).upload(&key, file).await,
                |attachment| {
                    let text = format!("accepted: {}", described(&attachment));
                    receipt(text, Operation::UploadAttachment, json!({ "attachment": attachment }))
                },
            )
        }
        AttachmentCommand::Delete { which, of } => {
            let mut needs = of.needs("attachment delete", globals)?;
            let (app, key) = needs.which(which);
            let (component, ready) = needs.ready(of, globals)?;
            ready.carry_out(
                |captor| {
                    let (component, app, key) = (&uuid(component), &*app, &*key);
                    captor.capture(|client| async move { client.delete_attachment(component, app, key).await })
                },
                async |compass| compass.attachments(component, &app).delete(&key).await,
                |()| done(Operation::DeleteAttachment, "the attachment is deleted"),
            )
        }
    }
}

fn described(Attachment { last_modified_at, name, url }: &Attachment) -> String {
    in_one_line(&format!("{name}, changed at {}, {url}", last_modified_at.to_rfc3339())).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_calls_a_file_begins_no_line() {
        let (name, url) = ("a\n::error::pwned".to_owned(), "https://x.example/\u{1b}[2J".to_owned());
        let last_modified_at = "2026-09-01T12:00:00Z".parse().unwrap();
        let told = described(&Attachment { last_modified_at, name, url });
        assert_eq!(told, "a\\n::error::pwned, changed at 2026-09-01T12:00:00+00:00, https://x.example/\\u{1b}[2J");
    }
}
