//! The page in a real browser. One browser serves all the checks: to start one takes longer than most of them.

use std::{
    io::{self, Write as _},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{
    browser::{self, Browser, WIDE},
    entries::{deployment, entry, one_of_each, simple},
    looks::{contrast, icons, no_sideways_scrolling},
    stage::Stage,
};

pub(super) const LIVE: &str = "document.querySelector('#connection').dataset.state === 'live'";
type Check = fn(&mut Browser) -> Stage;

/// The checks, each with a name to fail by. The server that the page then shows goes on until the console was read.
const CHECKS: [(&str, Check); 12] = [
    ("an event that arrives is shown without a reload", arrival_without_reload),
    ("superseded updates are folded under the latest", superseded_are_folded),
    ("ignored updates are marked, with the reason, and can be hidden", ignored_are_marked),
    ("components and kinds can be filtered, and the choice survives a reload", filters),
    ("each kind has an icon with a name", icons),
    ("what an event says cannot become markup or a script", nothing_becomes_markup),
    ("nothing scrolls sideways at 360 px", no_sideways_scrolling),
    ("all text has contrast, by day and by night", contrast),
    ("an update leaves folds and focus as they are", folds_and_focus_stay),
    ("reset empties the page, which then says how to send", reset),
    ("a restarted mock is found again, with all that it has", reconnection),
    ("ten thousand entries and a flood are shown in time", ten_thousand),
];

#[test]
fn page_in_a_browser() {
    let Some(program) = browser::find() else {
        // Past the capture of the test harness: who reads the log shall see it.
        let _ = writeln!(
            io::stderr(),
            "skipped: feed::tests::page::page_in_a_browser: no Chromium found (apt-get install chromium)"
        );
        return;
    };
    let mut browser = Browser::start(&program);
    for (name, check) in CHECKS {
        println!("{name}");
        let _shown = check(&mut browser);
        assert_eq!(browser.complaints(), [""; 0], "{name}");
        let foreign = "performance.getEntriesByType('resource').map(({name}) => name)\
                       .filter((name) => new URL(name).origin !== location.origin)";
        assert_eq!(browser.eval(foreign), json!([]), "{name}");
    }
}

fn text(browser: &mut Browser, selector: &str) -> String {
    let found = browser.eval(&format!("document.querySelector({selector:?})?.innerText ?? 'nothing there'"));
    found.as_str().expect("a text").to_owned()
}

fn arrival_without_reload(browser: &mut Browser) -> Stage {
    let stage = Stage::open(vec![simple("first")]);
    browser.open(&stage.url(), WIDE);
    browser.wait_for(LIVE);
    browser.wait_for("document.querySelectorAll('.card').length === 1");
    browser.eval("window.stillTheSame = true");
    stage.receive(simple("second"));
    browser.wait_for("document.querySelector('.card h2')?.textContent === 'second'");
    assert_eq!(
        browser.eval("[...document.querySelectorAll('.card h2')].map((h) => h.innerText)"),
        json!(["second", "first"])
    );
    assert_eq!(browser.eval("window.stillTheSame"), true);
    let card = text(browser, ".card");
    for said in
        ["Deployment", "SUCCESSFUL", "eu-1 (production)", "Deploy", "#1", "shop", "github:acme/shop", "ada@example.com"]
    {
        assert!(card.contains(said), "{said}: {card}");
    }
    let link = browser.eval("(({href, target, rel}) => [href, target, rel])(document.querySelector('.card h2 a'))");
    assert_eq!(link, json!(["https://ci.example.com/1", "_blank", "noopener noreferrer"]));
    let time = browser.eval("(({dateTime, title}) => [dateTime, title])(document.querySelector('.card time'))");
    assert_eq!(time[0], "2026-11-24T10:20:30.123Z");
    assert!(time[1].as_str().is_some_and(|title| title.contains("2026-11-24T10:20:30.123Z")), "{time}");
    browser.wait_for("document.querySelector('#arrivals').textContent === '1 event arrived'");
    stage
}

fn superseded_are_folded(browser: &mut Browser) -> Stage {
    let update = |number, outcome, state| entry("deployment", outcome, Some("d"), &deployment("shop 2", number, state));
    let stage = Stage::open(vec![update(1, "superseded", "PENDING"), update(2, "saved", "IN_PROGRESS")]);
    browser.open(&stage.url(), WIDE);
    browser.wait_for("document.querySelector('summary')?.textContent === '1 earlier update'");
    stage.receive(simple("another"));
    stage.receive(update(3, "saved", "SUCCESSFUL"));
    browser.wait_for("document.querySelector('.earlier summary')?.textContent === '2 earlier updates'");
    assert_eq!(browser.eval("document.querySelectorAll('.card').length"), 2);
    assert_eq!(text(browser, ".card .pill"), "SUCCESSFUL", "the latest stands for all, and comes first");
    assert_eq!(browser.eval("document.querySelectorAll('.earlier li').length"), 0, "made when it is opened");
    browser.eval("document.querySelector('.earlier summary').click()");
    browser.wait_for("document.querySelectorAll('.earlier li').length === 2");
    let states = "[...document.querySelectorAll('.earlier .pill, .earlier .number')].map((one) => one.innerText)";
    assert_eq!(browser.eval(states), json!(["IN PROGRESS", "#2", "PENDING", "#1"]));
    let counts = "[...document.querySelectorAll('.counts dd')].map((one) => one.innerText)";
    assert_eq!(browser.eval(counts), json!(["2", "2", "0"]));
    stage
}

fn ignored_are_marked(browser: &mut Browser) -> Stage {
    let saved = entry("deployment", "saved", Some("d"), &deployment("shop 2", 5, "SUCCESSFUL"));
    let stage = Stage::open(vec![saved]);
    browser.open(&stage.url(), WIDE);
    browser.wait_for(LIVE);
    let mut late = entry("deployment", "ignored", Some("d"), &deployment("shop 2", 4, "FAILED"));
    late["reason"] = "sequence number 4 is not above 5".into();
    stage.receive(late);
    browser.wait_for("document.querySelector('.card.ignored')");
    let card = text(browser, ".ignored");
    assert!(card.contains("IGNORED") && card.contains("drops it: sequence number 4 is not above 5"), "{card}");
    assert_eq!(text(browser, ".card:not(.ignored) .pill"), "SUCCESSFUL", "the saved one is still the latest");
    assert_eq!(text(browser, "#count-ignored"), "1");
    browser.eval("document.querySelector('#with-ignored').click()");
    browser.wait_for("!document.querySelector('.card.ignored') && document.querySelector('.card')");
    stage
}

fn filters(browser: &mut Browser) -> Stage {
    let mut unnamed = simple("unnamed");
    unnamed["componentName"] = Value::Null;
    unnamed["componentId"] = "ari:cloud:compass:c:component/w/c0ffee00-1234-4000-8000-000000000002".into();
    let mut attached = simple("attached");
    attached["componentName"] = Value::Null;
    attached["componentId"] = Value::Null;
    let stage = Stage::open(one_of_each().into_iter().chain([unnamed, attached]).collect());
    browser.open(&stage.url(), WIDE);
    browser.wait_for(LIVE);
    browser.wait_for("document.querySelectorAll('.card').length === 13");
    let options = browser.eval("[...document.querySelector('#by-component').options].map((option) => option.text)");
    assert_eq!(options, json!(["All components", "…/c0ffee00-1234 (1)", "shop (11)", "via github:acme/shop (1)"]));
    let shown = "[...document.querySelectorAll('.card h2')].map((h) => h.innerText)";
    browser.eval("[...document.querySelectorAll('.owner')].find((owner) => owner.innerText === 'shop').click()");
    browser.wait_for("document.querySelectorAll('.card').length === 11");
    let choose = |id: &str, value: &str| {
        format!(
            "(({{dispatchEvent}}, select) => {{ select.value = '{value}'; \
                 select.dispatchEvent(new Event('change', {{bubbles: true}})); }})({{}}, document.querySelector('{id}'))"
        )
    };
    browser.eval(&choose("#by-kind", "incident"));
    browser.wait_for("document.querySelectorAll('.card').length === 1");
    assert_eq!(browser.eval(shown), json!(["incident"]));
    let address = browser.eval("location.href");
    browser.open(address.as_str().expect("an address"), WIDE);
    browser.wait_for(LIVE);
    browser.wait_for("document.querySelectorAll('.card').length === 1");
    assert_eq!(browser.eval(shown), json!(["incident"]));
    browser.eval("document.querySelector('#by-component').selectedIndex = 1");
    browser.eval(&choose("#by-kind", "flag"));
    browser.wait_for("!document.querySelector('#no-match').hidden || document.querySelectorAll('.card').length === 1");
    browser.eval("document.querySelector('#show-all').click()");
    browser.wait_for("document.querySelectorAll('.card').length === 13");
    stage
}

fn nothing_becomes_markup(browser: &mut Browser) -> Stage {
    const NAME: &str = "</li><img src=x onerror='window.hacked = 1'><script>window.hacked = 2</script>";
    const ADDRESSES: [&str; 5] = [
        "javascript:window.hacked=3",
        " \u{1}JavaScript:window.hacked=4",
        "data:text/html,<script>window.hacked=5</script>",
        "//foreign.example",
        "file:///etc/passwd",
    ];
    let hostile = |address: &str, number: u32, outcome: &str| {
        let mut event = deployment(NAME, number, NAME);
        event["url"] = address.into();
        event["description"] = format!("{NAME} as well").into();
        for field in ["url", "displayName"] {
            event["deploymentProperties"]["pipeline"][field] = if field == "url" { address } else { NAME }.into();
        }
        event["deploymentProperties"]["environment"] = json!({"category": NAME, "displayName": NAME});
        let mut entry = entry("deployment", outcome, Some(&format!("{NAME}{address}")), &event);
        for field in ["componentId", "componentName", "user", "eventSource", "reason", "cloudId"] {
            entry[field] = NAME.into();
        }
        entry
    };
    let mut odd = entry("__proto__", "saved", None, &json!({"displayName": 7, "url": {}, "description": ["<b>"]}));
    odd["receivedAt"] = NAME.into();
    let all = ADDRESSES.iter().flat_map(|address| {
        [(1, "superseded"), (2, "saved"), (2, "ignored")].map(|(number, outcome)| hostile(address, number, outcome))
    });
    let stage = Stage::open(all.chain([odd]).collect());
    browser.open(&stage.url(), WIDE);
    browser.wait_for("document.querySelectorAll('.card').length === 11");
    browser.eval("document.querySelectorAll('summary').forEach((summary) => summary.click())");
    browser.wait_for("document.querySelectorAll('.earlier li').length === 5");
    assert_eq!(browser.eval("document.querySelectorAll('main img, main script, main iframe, main b').length"), 0);
    assert_eq!(browser.eval("document.querySelectorAll('main a').length"), 0, "none of the addresses is of the web");
    assert_eq!(browser.eval("window.hacked ?? null"), Value::Null);
    assert_eq!(text(browser, ".card:nth-child(1) h2"), "7");
    assert_eq!(browser.eval("[...document.querySelectorAll('.card h2')].at(-1).textContent"), NAME);
    stage
}

fn folds_and_focus_stay(browser: &mut Browser) -> Stage {
    let update = |number| entry("deployment", "saved", Some("d"), &deployment("shop 2", number, "IN_PROGRESS"));
    let stage = Stage::open(vec![update(1), update(2), simple("other")]);
    browser.open(&stage.url(), WIDE);
    browser.wait_for("document.querySelector('.earlier summary')");
    browser.eval("document.querySelector('.earlier summary').focus(); document.activeElement.click()");
    browser.wait_for("document.querySelectorAll('.earlier li').length === 1");
    stage.receive(update(3));
    browser.wait_for(
        "document.querySelectorAll('.card:first-child .earlier li, li:first-child .earlier li').length === 2",
    );
    assert_eq!(browser.eval("document.activeElement.textContent"), "2 earlier updates");
    assert_eq!(
        browser.eval("document.querySelector('#feed li').contains(document.activeElement)"),
        true,
        "moved to the top"
    );
    stage
}

fn reset(browser: &mut Browser) -> Stage {
    let stage = Stage::open(vec![simple("first")]);
    browser.open(&stage.url(), WIDE);
    browser.wait_for("document.querySelector('.card')");
    browser.eval("document.querySelector('#reset').click()");
    assert_eq!(browser.eval("document.querySelector('dialog').open"), true);
    browser.eval("document.querySelector('dialog button[value=keep]').click()");
    assert_eq!(browser.eval("document.querySelectorAll('.card').length"), 1, "second thoughts are heard");
    browser.eval("document.querySelector('#reset').click()");
    browser.eval("document.querySelector('#forget').click()");
    browser.wait_for("!document.querySelector('.card') && document.querySelector('#sample-curl').textContent");
    let sample = text(browser, "#empty");
    let base = format!("{}gateway/api", stage.url());
    for said in [&*base, "$COMPASS_API_TOKEN", "compass event deployment", "/compass/v1/events", "c10d"] {
        assert!(sample.contains(said), "{said}: {sample}");
    }
    stage.receive(simple("after"));
    browser.wait_for(
        "document.querySelector('.card h2')?.textContent === 'after' && document.querySelector('#empty').hidden",
    );
    stage
}

fn reconnection(browser: &mut Browser) -> Stage {
    let stage = Stage::open(vec![simple("before"), simple("before, too")]);
    browser.open(&stage.url(), WIDE);
    browser.wait_for(LIVE);
    browser.wait_for("document.querySelectorAll('.card').length === 2");
    let address = stage.address();
    drop(stage);
    browser.wait_for("document.querySelector('#connection').dataset.state === 'reconnecting'");
    assert_eq!(text(browser, "#connection"), "Reconnecting");
    browser.forgive("/__mock/stream");
    let again = Stage::open_at(address, vec![simple("after")]);
    browser.wait_for(LIVE);
    browser.wait_for("document.querySelector('.card h2')?.textContent === 'after'");
    assert_eq!(browser.eval("document.querySelectorAll('.card').length"), 1);
    browser.forgive("/__mock/stream");
    again
}

fn ten_thousand(browser: &mut Browser) -> Stage {
    let stage = Stage::open((0..10_000).map(|number| simple(&format!("shop {number}"))).collect());
    let start = Instant::now();
    browser.open(&stage.url(), WIDE);
    browser.wait_for(LIVE);
    browser.wait_for("document.querySelectorAll('.card').length === 200");
    let took = start.elapsed();
    println!("  10,000 entries: {took:?}");
    assert!(took < Duration::from_secs(15), "{took:?}");
    assert_eq!(text(browser, "#more-text"), "200 of 10,000");
    browser.eval("document.querySelector('#more').click()");
    browser.wait_for("document.querySelectorAll('.card').length === 400");
    // More than the stream holds for a page: this one has to fetch everything once more.
    let start = Instant::now();
    for number in 0..500 {
        stage.receive(simple(&format!("flood {number}")));
    }
    browser.wait_for("document.querySelector('.card h2').textContent === 'flood 499'");
    browser.wait_for("document.querySelector('#count-saved').textContent === '10,500'");
    println!("  500 more at once: {:?}", start.elapsed());
    stage
}
