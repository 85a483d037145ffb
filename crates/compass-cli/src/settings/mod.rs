//! Settings: options over environment over `compass.toml` over the user's own configuration file.

mod access;
mod args;
mod file;
mod guard;
mod outbox;
#[cfg(test)]
mod page;
mod registry;
mod show;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::env::VarError;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use compass_sdk::Config;
use serde_json::{Map, Value};

use self::access::Held;
pub(crate) use self::access::{Address, Secret, without_user};
pub(crate) use self::args::{AccountArgs, AddressArgs, CloudIdArgs, ConfigArgs, Given, from_stdin_help};
pub(crate) use self::file::NAME;
pub(crate) use self::outbox::OutboxArgs;
use self::registry::Files;
pub(crate) use self::registry::{Key, Setting};
pub(crate) use self::show::{ShowArgs, show};
use crate::failure::{Failure, Problem};

/// Where a value comes from, the strongest last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    /// The user's own configuration file.
    UserFile(PathBuf, usize),
    /// A `compass.toml`, or the file that was named.
    File(PathBuf, usize),
    /// The environment.
    Variable(&'static str),
    /// Standard input.
    Stdin(&'static str),
    /// The command line.
    Flag(&'static str),
}

impl Source {
    /// The layer alone, for comparing.
    fn layer(&self) -> u8 {
        match self {
            Self::UserFile(..) => 0,
            Self::File(..) => 1,
            Self::Variable(_) => 2,
            Self::Stdin(_) | Self::Flag(_) => 3,
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UserFile(path, line) | Self::File(path, line) => write!(f, "{}:{line}", path.display()),
            Self::Variable(name) | Self::Stdin(name) | Self::Flag(name) => f.write_str(name),
        }
    }
}

/// A value and where it comes from.
#[derive(Clone, Debug)]
struct Found {
    value: Held,
    source: Source,
}

/// All settings of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    found: BTreeMap<Key, Found>,
}

/// What of the world settings are read from.
pub(crate) struct World<'a> {
    pub(crate) variable: &'a dyn Fn(&str) -> Result<String, VarError>,
    pub(crate) folder: Option<PathBuf>,
}

impl World<'_> {
    /// A variable; an empty one is as good as none.
    fn text(&self, name: &str) -> Result<Option<String>, Failure> {
        match (self.variable)(name) {
            Ok(text) => Ok(Some(text).filter(|text| !text.trim().is_empty())),
            Err(VarError::NotPresent) => Ok(None),
            Err(VarError::NotUnicode(_)) => Err(Failure::usage(format!("{name}: is not UTF-8"))),
        }
    }

    /// A variable that is a path, in whatever encoding; only an absolute one counts.
    fn path(&self, name: &str) -> Option<PathBuf> {
        let path = match (self.variable)(name) {
            Ok(text) => PathBuf::from(text),
            Err(VarError::NotUnicode(text)) => PathBuf::from(text),
            Err(VarError::NotPresent) => return None,
        };
        path.is_absolute().then_some(path)
    }

    /// The `compass.toml` of this folder, or of the closest one above.
    fn file(&self) -> Option<PathBuf> {
        self.folder
            .iter()
            .flat_map(|folder| folder.ancestors())
            .map(|folder| folder.join(NAME))
            .find(|path| path.is_file())
    }

    /// The user's own configuration file: the XDG base directory specification's place, and `%APPDATA%` on Windows.
    fn user_file(&self) -> Option<PathBuf> {
        let folder = if cfg!(windows) {
            self.path("APPDATA")
        } else {
            self.path("XDG_CONFIG_HOME").or_else(|| self.path("HOME").map(|home| home.join(".config")))
        };
        folder.map(|folder| folder.join("compass/config.toml")).filter(|path| path.is_file())
    }
}

impl Settings {
    /// The settings of this process.
    pub(crate) fn load(config: &ConfigArgs, given: &Given) -> Result<Self, Failure> {
        let variable = |name: &str| std::env::var(name);
        let world = World { variable: &variable, folder: std::env::current_dir().ok() };
        Self::read(&world, config, given)
    }

    /// What of the settings of this process can be read, and what is wrong with the rest: for whoever has to go on.
    pub(crate) fn salvage(config: &ConfigArgs, given: &Given) -> (Self, Vec<Failure>) {
        let variable = |name: &str| std::env::var(name);
        let world = World { variable: &variable, folder: std::env::current_dir().ok() };
        let mut failures = Vec::new();
        (Self::read_with(&world, config, given, &mut failures), failures)
    }

    /// The settings that `world` has.
    fn read(world: &World<'_>, config: &ConfigArgs, given: &Given) -> Result<Self, Failure> {
        let mut failures = Vec::new();
        let settings = Self::read_with(world, config, given, &mut failures);
        failures.into_iter().next().map_or(Ok(settings), Err)
    }

    /// The settings that `world` has, as far as they can be read.
    ///
    /// What is weaker than something that cannot be read does not count: it might be what that was to replace.
    fn read_with(world: &World<'_>, config: &ConfigArgs, given: &Given, failures: &mut Vec<Failure>) -> Self {
        let mut settings = Self::default();
        match (&config.config, config.no_config) {
            (_, true) => {}
            (Some(path), false) => settings.add_file(path, Source::File, failures),
            (None, false) => {
                if let Some(path) = world.user_file() {
                    settings.add_file(&path, Source::UserFile, failures);
                }
                if let Some(path) = world.file() {
                    settings.add_file(&path, Source::File, failures);
                }
            }
        }
        for key in Key::ALL {
            let Some(name) = key.setting().variable else { continue };
            match world.text(name) {
                Ok(Some(text)) => settings.add(key, Held::new(key, Value::String(text)), Source::Variable(name)),
                Ok(None) => {}
                Err(failure) => {
                    settings.found.remove(&key);
                    failures.push(failure);
                }
            }
        }
        for (key, source, value) in &given.0 {
            settings.add(*key, value.clone(), source.clone());
        }
        settings
    }

    fn add_file(&mut self, path: &Path, source: fn(PathBuf, usize) -> Source, failures: &mut Vec<Failure>) {
        let (entries, failure) = file::read(path);
        if let Some(failure) = failure {
            // What this file may not have at all, it did not replace.
            self.found.retain(|key, _| matches!(key.setting().files, Files::Own | Files::Private));
            failures.push(failure);
        }
        for (key, value, line) in entries {
            self.add(key, Held::new(key, value), source(path.to_owned(), line));
        }
    }

    /// Adds what is stronger than all before. A limit as a whole and its parts replace one another.
    fn add(&mut self, key: Key, value: Held, source: Source) {
        match key {
            Key::Limits => {
                for part in [Key::LimitsRequests, Key::LimitsPerSeconds, Key::LimitsBurst] {
                    self.found.remove(&part);
                }
            }
            Key::LimitsRequests | Key::LimitsPerSeconds | Key::LimitsBurst => {
                self.found.remove(&Key::Limits);
            }
            _ => {}
        }
        self.found.insert(key, Found { value, source });
    }

    /// The same without a setting.
    pub(crate) fn without(mut self, key: Key) -> Self {
        self.found.remove(&key);
        self
    }

    /// The value of a setting that is a text.
    pub(crate) fn text(&self, key: Key) -> Option<&str> {
        self.found.get(&key).and_then(|found| found.value.text()).map(str::trim)
    }

    /// Where the value comes from.
    fn source(&self, key: Key) -> Option<&Source> {
        self.found.get(&key).map(|found| &found.source)
    }

    /// Where the value comes from, for messages; the ways to give it if there is none.
    pub(crate) fn place(&self, key: Key) -> String {
        match self.found.get(&key) {
            Some(Found { source: source @ (Source::UserFile(..) | Source::File(..)), .. }) => {
                format!("{source}: {}", key.setting().key)
            }
            Some(found) => found.source.to_string(),
            None => key.ways(),
        }
    }

    /// The value read as what it has to be, if it is there.
    pub(crate) fn parsed<T: FromStr<Err: fmt::Display>>(&self, key: Key, problems: &mut Vec<Problem>) -> Option<T> {
        match self.text(key)?.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                problems.push(Problem::unusable(self.place(key), error.to_string()));
                None
            }
        }
    }

    /// The same for a value that has to be there.
    pub(crate) fn needed<T: FromStr<Err: fmt::Display>>(&self, key: Key, problems: &mut Vec<Problem>) -> Option<T> {
        if self.text(key).is_none() {
            problems.push(Problem::missing(key.ways(), key.setting().meaning));
        }
        self.parsed(key, problems)
    }

    /// How the SDK's client behaves.
    pub(crate) fn config(&self) -> Result<Config, Failure> {
        let mut client = Value::Object(Map::new());
        for (key, found) in self.found.iter().filter(|(key, _)| key.is_of_client()) {
            let mut place = &mut client;
            for table in key.setting().key.split('.').skip(1) {
                place = &mut place[table];
            }
            if let Held::Plain(value) = &found.value {
                *place = value.clone();
            }
        }
        // Each value was judged alone when its file was read.
        serde_json::from_value(client).map_err(|error| Failure::usage(format!("client: {error}")))
    }
}
