//! The state as a file, so that a mock goes on where it stopped.
//!
//! Raw requests are not in it: they have API tokens in their headers.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{SourceKey, State, weight};
use crate::ari::{Ari, Resource, deserialize};
use crate::error::Error;
use crate::received::{ReceivedEvent, ReceivedFile, ReceivedMetric, ReceivedWebhook};

/// Changes with what older versions cannot read.
const VERSION: u64 = 1;

#[derive(Deserialize)]
struct Versioned {
    version: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Saved {
    version: u64,
    last_id: u64,
    events: Vec<ReceivedEvent>,
    event_sources: Vec<Attached>,
    metrics: Vec<ReceivedMetric>,
    files: Vec<File>,
    webhooks: Vec<ReceivedWebhook>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Attached {
    #[serde(serialize_with = "serialize_ari", deserialize_with = "deserialize_component")]
    component_id: Ari,
    event_source: SourceKey,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    about: ReceivedFile,
    #[serde(serialize_with = "serialize_bytes", deserialize_with = "deserialize_bytes")]
    content: bytes::Bytes,
}

fn serialize_ari<S: Serializer>(ari: &Ari, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(ari)
}

fn deserialize_component<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Ari, D::Error> {
    deserialize(deserializer, Resource::Component)
}

fn serialize_bytes<S: Serializer>(bytes: &bytes::Bytes, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&BASE64_STANDARD.encode(bytes))
}

fn deserialize_bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bytes::Bytes, D::Error> {
    let text = String::deserialize(deserializer)?;
    let bytes = BASE64_STANDARD.decode(text);
    bytes.map(Into::into).map_err(|error| de::Error::custom(format!("the content of a file is no Base64: {error}")))
}

impl State {
    fn saved(&self) -> Saved {
        let files = self.files().into_iter().map(|file| File { content: file.content.clone(), about: (*file).clone() });
        let attached = self.sources.made().cloned();
        Saved {
            version: VERSION,
            last_id: self.last_id,
            events: self.events().into_iter().map(|event| (*event).clone()).collect(),
            event_sources: attached
                .map(|(component_id, event_source)| Attached { component_id, event_source })
                .collect(),
            metrics: self.metrics().into_iter().map(|metric| (*metric).clone()).collect(),
            files: files.collect(),
            webhooks: self.webhooks().into_iter().map(|call| (*call).clone()).collect(),
        }
    }

    /// Takes what was saved into a state that has nothing yet; what is more than it keeps is forgotten.
    fn restore(&mut self, saved: Saved) -> Result<(), String> {
        let highest = [
            saved.events.iter().map(|event| event.id).max(),
            saved.metrics.iter().map(|metric| metric.id).max(),
            saved.files.iter().map(|file| file.about.id).max(),
            saved.webhooks.iter().map(|call| call.id).max(),
        ];
        let highest = highest.into_iter().flatten().max().unwrap_or_default();
        if highest > saved.last_id {
            return Err(format!("lastId is {}, but there is an entry with the id {highest}", saved.last_id));
        }
        self.last_id = saved.last_id;
        for event in saved.events {
            let weight = weight(&event.event);
            self.events.restore(event, weight);
        }
        for Attached { component_id, event_source } in saved.event_sources {
            // More than a component takes can only be where the components file now lists others.
            let _ = self.sources.attach(&component_id, &event_source);
        }
        for metric in saved.metrics {
            // The texts whose length is the client's to choose.
            let texts = [&metric.annotation, &metric.title, &metric.url];
            let weight = texts.into_iter().flatten().map(String::len).sum();
            drop(self.metrics.insert(metric.id, weight, metric.into()));
        }
        for File { about, content } in saved.files {
            drop(self.files.store(ReceivedFile { length: content.len(), content, ..about }));
        }
        for call in saved.webhooks {
            drop(self.webhooks.insert(call.id, weight(&call.payload), call.into()));
        }
        Ok(())
    }

    /// The state as text. Under the lock it takes as long as everything in it has to be copied; the rest is done after.
    pub(crate) fn snapshot(&self) -> impl FnOnce() -> serde_json::Result<String> + Send + use<> {
        let saved = self.saved();
        move || serde_json::to_string_pretty(&saved)
    }
}

/// Reads a file into a state that has nothing yet. A file that is not there is a fresh start.
pub(crate) fn read(path: &Path, state: &mut State) -> Result<(), Error> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Error::file(path, "cannot be read", error)),
    };
    let wrong = |error: serde_json::Error| {
        let message = format!("is no state of compass-mock: {error}. Move it away for a fresh start");
        Error::content(path, message)
    };
    // First the version alone: what another one looks like is not known.
    let Versioned { version } = serde_json::from_str(&text).map_err(wrong)?;
    if version != VERSION {
        let message = format!("is a state of version {version}, and this compass-mock reads {VERSION}");
        return Err(Error::content(path, message));
    }
    let saved = serde_json::from_str(&text).map_err(wrong)?;
    state.restore(saved).map_err(|message| Error::content(path, message))
}

/// Writes a state so that the file is always a whole one: the old or the new.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Error> {
    let new = beside(path);
    let written = fs::File::create(&new).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written.map_err(|error| Error::file(&new, "cannot be written", error))?;
    fs::rename(&new, path).map_err(|error| Error::file(path, "cannot be replaced", error))
}

/// In the same folder, because only there a rename is one step.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::EventKind;
    use crate::received::FileOutcome;
    use crate::state::samples::{component, event, file, metric, webhook};

    fn filled() -> State {
        let mut state = State::new(10);
        let source = SourceKey { id: "ci".to_owned(), kind: EventKind::Build };
        for number in [1, 2, 2] {
            let event = event(0, Some("a"), Some(number));
            drop(state.accept_event(event, Some(&component(1)), Some(&source), 1).unwrap());
        }
        drop(state.store_metric(metric(), 1));
        drop(state.store_webhook(webhook(), 1));
        drop(state.store_file(file(0, "a")));
        drop(state.store_file(file(0, "a")));
        state
    }

    fn text(state: &State) -> String {
        state.snapshot()().unwrap()
    }

    #[test]
    fn read_as_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        let state = filled();
        write(&path, &text(&state)).unwrap();
        // Once more, over the first.
        write(&path, &text(&state)).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

        let mut again = State::new(10);
        read(&path, &mut again).unwrap();
        assert_eq!(text(&again), text(&state));
        assert_eq!(again.stored_file(&file(0, "a").slot).unwrap().content, b"{}\xff"[..]);
        assert_eq!(again.files()[0].outcome, FileOutcome::Replaced);
        // The sequence numbers are still compared, the event sources still there, and IDs go on.
        let source = SourceKey { id: "ci".to_owned(), kind: EventKind::Build };
        drop(again.accept_event(event(0, Some("a"), Some(2)), None, Some(&source), 1).unwrap());
        assert_eq!(again.newest_events(crate::received::Outcome::Ignored)[0].id, 8);
    }

    #[test]
    fn fewer_are_kept_if_fewer_are_wanted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        write(&path, &text(&filled())).unwrap();
        let mut small = State::new(1);
        read(&path, &mut small).unwrap();
        assert_eq!((small.files().len(), small.events().len()), (1, 3));
    }

    #[test]
    fn a_missing_file_is_a_fresh_start() {
        let folder = tempfile::tempdir().unwrap();
        let mut state = State::new(1);
        read(&folder.path().join("state.json"), &mut state).unwrap();
        assert_eq!(state.last_id, 0);
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        let refused = |content: &str| {
            fs::write(&path, content).unwrap();
            let error = read(&path, &mut State::new(1)).unwrap_err();
            assert_eq!(fs::read_to_string(&path).unwrap(), content, "never overwritten");
            error.to_string().replace(&path.display().to_string(), "FILE")
        };
        insta::assert_snapshot!(
            ["", "[]", "{\"version\":2}", "{\"version\":1,\"lastId\":1,\"events\":[{\"id\":\"one\"}]}"]
                .map(refused)
                .join("\n")
        );
        let error = read(folder.path(), &mut State::new(1)).unwrap_err();
        assert!(error.to_string().ends_with(" cannot be read"), "{error}");
        assert!(refused(&text(&filled()).replace("\"lastId\": 7", "\"lastId\": 3")).contains("id 7"));
    }
}
