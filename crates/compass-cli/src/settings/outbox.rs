//! Where the outbox is, and how much it takes.

use std::path::PathBuf;
use std::str::FromStr;

use compass_outbox::store::{Bounds, SqliteOptions};

use super::{Key, Settings, Source, World};
use crate::failure::Problem;

/// The outbox's place below that of the program's state.
const NAME: &str = "compass/outbox.db";

/// The option that names the outbox's file.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Configuration")]
pub(crate) struct OutboxArgs {
    #[arg(long, help = Key::Outbox.help(), value_name = "FILE")]
    pub(super) outbox: Option<String>,
}

impl World<'_> {
    /// Where programs keep what has to last and is nobody's configuration: the XDG base directory specification's place, and
    /// those of Windows and macOS.
    fn state(&self) -> Option<PathBuf> {
        if cfg!(windows) {
            return self.path("LOCALAPPDATA");
        }
        let below = if cfg!(target_os = "macos") { "Library/Application Support" } else { ".local/state" };
        self.path("XDG_STATE_HOME").or_else(|| self.path("HOME").map(|home| home.join(below)))
    }
}

impl Settings {
    /// The outbox's file, whether there is one or not.
    pub(crate) fn outbox(&self, problems: &mut Vec<Problem>) -> Option<PathBuf> {
        let variable = |name: &str| std::env::var(name);
        self.outbox_in(&World { variable: &variable, folder: None }, problems)
    }

    fn outbox_in(&self, world: &World<'_>, problems: &mut Vec<Problem>) -> Option<PathBuf> {
        if let Some(text) = self.text(Key::Outbox) {
            let path = PathBuf::from(text);
            // Of a file that is the same everywhere, it would be another outbox in each folder.
            if matches!(self.source(Key::Outbox), Some(Source::UserFile(..) | Source::File(..))) && !path.is_absolute()
            {
                let message = format!("{text:?} is relative: in a configuration file it must be an absolute path");
                problems.push(Problem::unusable(self.place(Key::Outbox), message));
                return None;
            }
            return Some(path);
        }
        let place = world.state().map(|folder| folder.join(NAME));
        if place.is_none() {
            let variable = if cfg!(windows) { "LOCALAPPDATA" } else { "HOME" };
            let what = format!("the outbox's file: there is no {variable} either, below which it is otherwise");
            problems.push(Problem::missing(Key::Outbox.ways(), &what));
        }
        place
    }

    /// How the outbox is opened.
    pub(crate) fn outbox_options(&self, problems: &mut Vec<Problem>) -> SqliteOptions {
        let Bounds { messages, bytes } = Bounds::default();
        let messages = self.number(Key::OutboxMaxMessages, messages, problems);
        let bytes = self.number(Key::OutboxMaxBytes, bytes, problems);
        SqliteOptions::default().bounds(Bounds { messages, bytes })
    }

    fn number(&self, key: Key, default: u64, problems: &mut Vec<Problem>) -> u64 {
        let Some(text) = self.text(key) else { return default };
        u64::from_str(text).unwrap_or_else(|_| {
            problems.push(Problem::unusable(self.place(key), format!("{text:?} is no whole number")));
            default
        })
    }
}

#[cfg(test)]
mod tests {
    use std::env::VarError;

    use super::*;
    use crate::settings::Given;

    fn place(variables: &[(&str, &str)], settings: &Settings) -> Result<PathBuf, String> {
        let variable = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned()).ok_or(VarError::NotPresent)
        };
        let mut problems = Vec::new();
        let found = settings.outbox_in(&World { variable: &variable, folder: None }, &mut problems);
        found.ok_or_else(|| problems.iter().map(|problem| format!("{}: {}", problem.place, problem.message)).collect())
    }

    #[cfg(all(unix, not(target_os = "macos")))]
    #[test]
    fn it_is_where_the_system_keeps_state_unless_it_is_named() {
        let none = Settings::default();
        let both = [("XDG_STATE_HOME", "/state"), ("HOME", "/home/ada")];
        assert_eq!(place(&both, &none).unwrap(), PathBuf::from("/state/compass/outbox.db"));
        assert_eq!(place(&both[1..], &none).unwrap(), PathBuf::from("/home/ada/.local/state/compass/outbox.db"));
        // The specification has relative ones ignored.
        let relative = [("XDG_STATE_HOME", "state"), ("HOME", "/home/ada")];
        assert_eq!(place(&relative, &none).unwrap(), PathBuf::from("/home/ada/.local/state/compass/outbox.db"));
        let missing = place(&[], &none).unwrap_err();
        assert!(missing.contains("--outbox, COMPASS_OUTBOX") && missing.contains("HOME"), "{missing}");
        let args = OutboxArgs { outbox: Some("here.db".to_owned()) };
        let (named, failures) = Settings::salvage(
            &super::super::ConfigArgs { no_config: true, ..Default::default() },
            &Given::default().outbox(&args),
        );
        assert!(failures.is_empty());
        assert_eq!(place(&both, &named).unwrap(), PathBuf::from("here.db"));
    }

    #[cfg(all(unix, not(target_os = "macos")))]
    #[test]
    fn a_home_that_is_not_utf_8_has_an_outbox_too() {
        use std::ffi::OsString;
        use std::os::unix::ffi::OsStringExt as _;

        let home = OsString::from_vec(b"/home/ad\xff".to_vec());
        let variable = |name: &str| match name {
            "HOME" => Err(VarError::NotUnicode(home.clone())),
            _ => Err(VarError::NotPresent),
        };
        let mut problems = Vec::new();
        let found = Settings::default().outbox_in(&World { variable: &variable, folder: None }, &mut problems);
        assert_eq!(found, Some(PathBuf::from(&home).join(".local/state/compass/outbox.db")));
        assert!(problems.is_empty(), "{problems:?}");
    }
}
