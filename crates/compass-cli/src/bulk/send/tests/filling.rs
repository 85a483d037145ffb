//! Records that go into the outbox, and an interrupt meanwhile.

use std::time::Duration;

use compass_outbox::Coalesce;

use super::sending::{World, flag, lines, target};
use super::*;
use crate::interrupts::Interrupt;
use crate::outbox::Queue;
use crate::output::Format;
use crate::program::Globals;
use crate::settings::{ConfigArgs, Given, Key, Settings};

#[test]
fn whoever_interrupts_filling_wants_nothing_sent() {
    let world = World::new();
    let records = 300;
    world.write("events.jsonl", &lines((0..records).map(|number| flag(&format!("f{number}"), 1))));
    let account = "email = \"ada@example.com\"\napi_token = \"token\"\n";
    world.write("own.toml", &format!("{account}base_url = \"{}\"\n", world.mock.base_url()));
    let config = ConfigArgs { config: Some(world.path("own.toml")), no_config: false };
    let place = world.path("outbox.db").to_str().unwrap().to_owned();
    let (settings, failures) = Settings::salvage(&config, &Given::default().flag(Key::Outbox, Some(&place)));
    assert!(failures.is_empty(), "{failures:?}");
    let globals = Globals { output: Format::Text, quiet: false, verbose: false, config };
    let mut problems = Vec::new();
    let queue = Queue::ready("event send", &settings, &globals, &mut problems).unwrap();
    let filling = Filling::new(&queue, Coalesce::Default, Duration::from_mins(1));
    let input = Input::open(&world.path("events.jsonl")).unwrap();
    let hint = Hint::new(None, input.path(), false);
    let mut reader = Records::read(input.read().unwrap(), hint).unwrap();
    let (before, target, outbox) = (Before::default(), target(), filling.open().unwrap());
    let (result, told) = World::on_stage(&mut Vec::new(), |stage| {
        let run = RefCell::new(Run::new(stage, "events.jsonl".to_owned(), false, records));
        let pump = Pump { records: &mut reader, run: &run, subject: Subject::Event, before: &before, repeats: true };
        // It comes while the first ones are queued, and no other one does.
        let interrupts = stream::iter([Interrupt]).chain(stream::pending());
        block_on(fill(pump, &filling, &outbox, Some(&target), &run, interrupts))??;
        let run = run.into_inner();
        assert_eq!(
            (run.tally.count(Outcome::Queued), run.tally.left(), run.stop()),
            (256, 44, Some(Stop::Interrupted))
        );
        Ok(run.exit())
    });
    assert_eq!((result.unwrap(), world.requests()), (Exit::NotDelivered, 0), "{told}");
    assert_eq!(told, "interrupted: no more are queued; what is queued stays queued\n");
}
