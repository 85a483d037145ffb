//! How the page looks, measured in the browser.

use serde_json::json;

use super::{
    browser::{Browser, Look, WIDE},
    entries::{deployment, entry, one_of_each},
    page::LIVE,
    stage::Stage,
};

const PHONE: Look = Look { width: 360, scheme: "light" };

pub(super) fn icons(browser: &mut Browser) -> Stage {
    let stage = Stage::open(one_of_each());
    browser.open(&stage.url(), WIDE);
    browser.wait_for("document.querySelectorAll('.card').length === 11");
    let icons = "[...document.querySelectorAll('.icon svg')].map((icon) => [icon.getAttribute('aria-label'), \
                 icon.querySelector('path').getBBox().width > 4 && icon.getAttribute('role') === 'img'])";
    let icons = browser.eval(icons);
    let mut names: Vec<_> =
        icons.as_array().expect("a list").iter().map(|icon| icon[0].as_str().unwrap_or("")).collect();
    names.sort_unstable();
    names.dedup();
    let all = "Alert, Build, Custom event, Deployment, Flag, Incident, Lifecycle, Pull request, Push, Vulnerability";
    assert_eq!(names.join(", "), all);
    assert!(icons.as_array().is_some_and(|icons| icons.iter().all(|icon| icon[1] == true)), "{icons}");
    let drawings = "new Set([...document.querySelectorAll('.icon path')].map((path) => path.getAttribute('d'))).size";
    assert_eq!(browser.eval(drawings), 10, "each kind has its own");
    stage
}

pub(super) fn no_sideways_scrolling(browser: &mut Browser) -> Stage {
    let long = "x".repeat(400);
    let mut event = deployment(&long, 1, &long);
    event["description"] = format!("d{long}").into();
    event["deploymentProperties"]["pipeline"]["displayName"] = json!(long);
    event["deploymentProperties"]["environment"]["displayName"] = json!(long);
    let mut widest = Vec::new();
    for outcome in ["superseded", "saved", "ignored"] {
        let mut entry = entry("deployment", outcome, Some("d"), &event);
        for field in ["componentId", "componentName", "user", "eventSource", "reason", "cloudId"] {
            entry[field] = json!(long);
        }
        widest.push(entry);
    }
    let wide = "innerWidth === 360 ? [document.documentElement, ...document.querySelectorAll('pre, dialog')]\
                .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.outerHTML.slice(0, 80)) : innerWidth";
    let stage = Stage::open(widest.into_iter().chain(one_of_each()).collect());
    browser.open(&stage.url(), PHONE);
    browser.wait_for("document.querySelectorAll('.card').length === 13");
    browser.eval("document.querySelectorAll('summary').forEach((summary) => summary.click())");
    browser.wait_for("document.querySelectorAll('.card pre').length === 13");
    assert_eq!(browser.eval(wide), json!([]));
    browser.eval("document.querySelector('#reset').click()");
    assert_eq!(browser.eval(wide), json!([]));
    let empty = Stage::open(Vec::new());
    browser.open(&empty.url(), PHONE);
    browser.wait_for("document.querySelector('#sample-curl').textContent.includes('c10d')");
    assert_eq!(browser.eval(wide), json!([]));
    empty
}

pub(super) fn contrast(browser: &mut Browser) -> Stage {
    // The ratio of WCAG 2.2 between each text and the ground that it stands on; the lowest comes first.
    const RATIOS: &str = "(() => {
        const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
        const luminance = (colour) => parts(colour).slice(0, 3).map((part) => part / 255)
            .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
            .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
        const ground = (element) => {
            const colour = element ? getComputedStyle(element).backgroundColor : 'rgb(255, 255, 255)';
            return (parts(colour)[3] ?? 1) === 1 ? colour : ground(element.parentElement);
        };
        const texts = [...document.querySelectorAll('body *')].filter((element) => element.checkVisibility()
            && (element.tagName === 'svg' || [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())));
        return texts.map((element) => {
            const [dim, bright] = [getComputedStyle(element).color, ground(element)].map(luminance).sort((a, b) => a - b);
            return [(bright + 0.05) / (dim + 0.05), element.outerHTML.slice(0, 120)];
        }).sort(([one], [other]) => one - other);
    })()";
    let full = Stage::open(one_of_each());
    let empty = Stage::open(Vec::new());
    for scheme in ["light", "dark"] {
        for (stage, ready) in [
            (&full, "document.querySelectorAll('.card').length === 11"),
            (&empty, "!document.querySelector('#empty').hidden"),
        ] {
            browser.open(&stage.url(), Look { scheme, ..WIDE });
            browser.wait_for(LIVE);
            browser.wait_for(ready);
            browser.eval("document.querySelectorAll('summary').forEach((summary) => summary.click())");
            browser.eval("document.querySelector('#reset').click()");
            let ratios = browser.eval(RATIOS);
            let lowest = &ratios[0];
            println!("  {scheme}: {lowest}");
            assert!(lowest[0].as_f64().is_some_and(|ratio| ratio >= 4.5), "{scheme}: {lowest}");
        }
        let ground = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).every((part) => part < 40)";
        assert_eq!(browser.eval(ground), scheme == "dark");
    }
    empty
}
