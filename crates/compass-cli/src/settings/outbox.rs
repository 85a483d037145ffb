//! Where the outbox is, and how much it takes.

use std::path::{Path, PathBuf};

use compass_outbox::store::{Bounds, SqliteOptions};
use serde_json::Value;

use super::access::Held;
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
    /// The outbox's file, whether there is one or not: an absolute path, so that it is the same one in whatever folder it is
    /// opened or told.
    pub(crate) fn outbox(&self, problems: &mut Vec<Problem>) -> Option<PathBuf> {
        let variable = |name: &str| std::env::var(name);
        self.outbox_in(&World { variable: &variable, folder: std::env::current_dir().ok() }, problems)
    }

    fn outbox_in(&self, world: &World<'_>, problems: &mut Vec<Problem>) -> Option<PathBuf> {
        if let Some(text) = self.text(Key::Outbox) {
            let named = self.named(text, world);
            let unusable = |message: String| problems.push(Problem::unusable(self.place(Key::Outbox), message));
            return named.map_err(unusable).ok();
        }
        let place = world.state().map(|folder| folder.join(NAME));
        if place.is_none() {
            let variable = if cfg!(windows) { "LOCALAPPDATA" } else { "HOME" };
            let what = format!("the outbox's file: there is no {variable} either, below which it is otherwise");
            problems.push(Problem::missing(Key::Outbox.ways(), &what));
        }
        place
    }

    /// The file that the setting names. Relative to what depends on where it stands: an option is meant where it is given,
    /// and a file's value where the file is; a variable goes along into other folders, and would name another outbox in each.
    fn named(&self, text: &str, world: &World<'_>) -> Result<PathBuf, String> {
        if text.starts_with("~/") || text == "~" {
            return Err(format!("{text:?} is not known here: only a shell replaces `~`; give an absolute path"));
        }
        let path = match self.source(Key::Outbox) {
            Some(Source::UserFile(file, _) | Source::File(file, _)) => file.parent().unwrap_or(file).join(text),
            Some(Source::Variable(_)) if Path::new(text).is_relative() => {
                return Err(format!(
                    "{text:?} is relative, so that it would be another outbox in each folder: give an absolute path, or \
                     --outbox, which is relative to the current folder"
                ));
            }
            Some(Source::Variable(_) | Source::Flag(_) | Source::Stdin(_)) | None => PathBuf::from(text),
        };
        let path = world.folder.as_deref().map_or_else(|| path.clone(), |folder| folder.join(&path));
        if path.is_relative() {
            return Err(format!("{text:?} is relative, and there is no current folder: give an absolute path"));
        }
        std::path::absolute(&path).map_err(|error| format!("{text:?}: {error}"))
    }

    /// How the outbox is opened.
    pub(crate) fn outbox_options(&self, problems: &mut Vec<Problem>) -> SqliteOptions {
        let mut bound = |key: Key, bound: &mut u64| match self.number(key) {
            None => {}
            Some(Ok(number)) => *bound = number,
            Some(Err(wrong)) => problems.push(Problem::unusable(self.place(key), wrong)),
        };
        let mut bounds = Bounds::default();
        bound(Key::OutboxMaxMessages, &mut bounds.messages);
        bound(Key::OutboxMaxBytes, &mut bounds.bytes);
        SqliteOptions::default().bounds(bounds)
    }

    /// The number that a setting is, if it is set.
    pub(super) fn number(&self, key: Key) -> Option<Result<u64, String>> {
        match &self.found.get(&key)?.value {
            Held::Plain(value) => Some(whole_number(value)),
            // A secret is no number.
            Held::Hidden(_) => None,
        }
    }
}

/// A number, which a file may have as such or as text, and a variable as text alone: digits and nothing else, as the schema
/// of configuration files has it.
pub(super) fn whole_number(value: &Value) -> Result<u64, String> {
    let digits = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit());
    let number = value.as_u64().or_else(|| value.as_str().filter(digits)?.parse().ok());
    number.ok_or_else(|| format!("must be a whole number, 0 or more, in digits alone; is {value}"))
}

#[cfg(test)]
mod tests {
    use std::env::VarError;

    use super::*;
    use crate::settings::{ConfigArgs, Given};

    fn place(variables: &[(&str, &str)], settings: &Settings) -> Result<PathBuf, String> {
        let variable = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned()).ok_or(VarError::NotPresent)
        };
        let mut problems = Vec::new();
        let world = World { variable: &variable, folder: Some(PathBuf::from("/work")) };
        let found = settings.outbox_in(&world, &mut problems);
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
        assert_eq!(
            place(&both, &named("/elsewhere/x.db", Source::Flag("--outbox"))).unwrap(),
            PathBuf::from("/elsewhere/x.db")
        );
    }

    /// Settings that name the outbox.
    fn named(text: &str, source: Source) -> Settings {
        let mut settings = Settings::default();
        settings.add(Key::Outbox, Held::new(Key::Outbox, Value::from(text)), source);
        settings
    }

    #[cfg(unix)]
    #[test]
    fn a_relative_one_is_relative_to_where_it_was_said() {
        let of_file = |path: &str| Source::UserFile(PathBuf::from(path), 1);
        for (text, source, expected) in [
            ("x.db", Source::Flag("--outbox"), "/work/x.db"),
            ("./a/x.db", Source::Flag("--outbox"), "/work/a/x.db"),
            ("x.db", of_file("/etc/compass/config.toml"), "/etc/compass/x.db"),
            ("x.db", of_file("own/config.toml"), "/work/own/x.db"),
            ("x.db", of_file("config.toml"), "/work/x.db"),
            ("/x.db", of_file("/etc/compass/config.toml"), "/x.db"),
            ("/x.db", Source::Variable("COMPASS_OUTBOX"), "/x.db"),
        ] {
            assert_eq!(place(&[], &named(text, source)).unwrap(), PathBuf::from(expected));
        }
        for (text, source, told) in [
            ("x.db", Source::Variable("COMPASS_OUTBOX"), "COMPASS_OUTBOX: \"x.db\" is relative"),
            ("~/x.db", Source::Variable("COMPASS_OUTBOX"), "COMPASS_OUTBOX: \"~/x.db\" is not known here"),
            ("~/x.db", of_file("/a.toml"), "/a.toml:1: outbox: \"~/x.db\" is not known here"),
        ] {
            let refused = place(&[], &named(text, source)).unwrap_err();
            assert!(refused.starts_with(told), "{refused}");
        }
    }

    #[test]
    fn numbers_are_numbers_or_the_same_as_text() {
        let folder = tempfile::tempdir().unwrap();
        let read = |value: &str| {
            let path = folder.path().join("own.toml");
            std::fs::write(&path, format!("\noutbox_max_messages = {value}\n")).unwrap();
            let config = ConfigArgs { config: Some(path), no_config: false };
            let variable = |_: &str| Err(VarError::NotPresent);
            let settings = Settings::read(&World { variable: &variable, folder: None }, &config, &Given::default());
            settings.map(|settings| settings.outbox_options(&mut Vec::new()).bounds.messages)
        };
        for value in ["1000", "\"1000\"", "\"0001000\"", "1_000", "0x3e8"] {
            assert_eq!(read(value).unwrap(), 1000, "{value}");
        }
        for (value, told) in [
            ("-1", "must be a whole number, 0 or more, in digits alone; is -1"),
            ("\"many\"", "must be a whole number, 0 or more, in digits alone; is \"many\""),
            ("\"\"", "must be a whole number, 0 or more, in digits alone; is \"\""),
            ("\" 1000 \"", "must be a whole number, 0 or more, in digits alone; is \" 1000 \""),
            ("\"+5\"", "must be a whole number, 0 or more, in digits alone; is \"+5\""),
            ("1.5", "must be a text or a whole number; is float"),
            ("true", "must be a text or a whole number; is boolean"),
        ] {
            let problems = read(value).unwrap_err().problems;
            let [problem] = &problems[..] else { panic!("{problems:?}") };
            assert!(problem.place.ends_with("own.toml:2"), "{}", problem.place);
            assert_eq!(problem.message, format!("outbox_max_messages: {told}"));
        }
    }

    #[test]
    fn the_schema_takes_the_numbers_that_are_read_and_no_others() {
        let schema = crate::schema::config();
        let schema = jsonschema::validator_for(&schema["properties"]["outbox_max_messages"]).unwrap();
        let texts =
            ["1000", "0", "007", "", " ", "1000 ", " 1000", "1000\n", "+5", "-1", "1_000", "0x3e8", "1.0", "1e3", "١"];
        for value in texts.map(Value::from).into_iter().chain([0, 1000, -1].map(Value::from)) {
            assert_eq!(whole_number(&value).is_ok(), schema.is_valid(&value), "{value}");
        }
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
