//! Starting, stopping, saving, and what is kept.

use compass_mock::{Mock, Outcome};

use crate::support::{Site, component, deployment, events, metric, metrics};

#[tokio::test]
async fn a_mock_goes_on_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let site = Site::start(Mock::builder().state(&file)).await;
    for number in [1, 2] {
        site.send(events(&deployment("ci", "deploy", number))).await;
    }
    site.send(metrics(&metric())).await;
    let before = site.own("GET", "/__mock/events", "").await.json();
    site.mock.stop().await.unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(!text.contains("s3cret") && !text.contains("YWRhOnMzY3JldA"), "no credentials: {text}");

    let site = Site::start(Mock::builder().state(&file)).await;
    assert_eq!(site.own("GET", "/__mock/events", "").await.json(), before);
    let mut event = deployment("ci", "deploy", 2);
    event.as_object_mut().unwrap().shift_remove("componentId");
    assert_eq!(site.send(events(&event)).await.status, 202, "the event source of {} is known", component());
    let received = site.mock.received();
    assert_eq!((received.ignored().len(), received.metrics().len(), received.ignored()[0].id), (1, 1, 4));
    let saved = site.own("POST", "/__mock/save", "").await;
    assert_eq!(saved.status, 200);
    assert!(std::fs::read_to_string(&file).unwrap().contains("\"ignored\""));
}

#[tokio::test]
async fn a_state_that_cannot_be_read_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    std::fs::write(&file, "{\"version\": 1, \"mine\": true}").unwrap();
    let error = Mock::builder().state(&file).start().await.unwrap_err();
    assert_eq!(error.path(), Some(&*file));
    assert!(error.to_string().contains("unknown field `mine`"), "{error}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "{\"version\": 1, \"mine\": true}");
    // What cannot be written is said as well.
    let nowhere = folder.path().join("no/such/folder.json");
    let site = Site::start(Mock::builder().state(&nowhere)).await;
    assert_eq!(site.own("POST", "/__mock/save", "").await.status, 500);
    assert!(site.mock.stop().await.is_err());
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let mock = Mock::start().await.unwrap();
    let port = mock.origin().rsplit_once(':').unwrap().1.parse().unwrap();
    let error = Mock::builder().port(port).start().await.unwrap_err();
    assert!(error.is_port_taken());
    let expected = format!("cannot listen on 127.0.0.1:{port}: choose another port, or 0 for any that is free");
    assert_eq!(error.to_string(), expected);
    // And free again once the mock has stopped.
    mock.stop().await.unwrap();
    assert!(Mock::builder().port(port).start().await.unwrap().base_url().ends_with("/gateway/api"));
}

#[tokio::test]
async fn only_the_latest_are_kept() {
    let site = Site::start(Mock::builder().keep(3).rate_limit(false)).await;
    for number in 0..20 {
        site.send(events(&deployment("ci", &number.to_string(), 1))).await;
        site.send(events(&deployment("ci", &number.to_string(), 1))).await;
        site.send(metrics(&metric())).await;
    }
    let received = site.mock.received();
    let saved: Vec<_> = received.saved().iter().map(|event| event.entity.clone().unwrap()).collect();
    assert_eq!(saved, ["17", "18", "19"].map(str::to_owned));
    assert!(received.ignored().iter().all(|event| event.outcome == Outcome::Ignored));
    assert_eq!(received.ignored().len(), 3);
    assert_eq!((received.metrics().len(), received.requests().len()), (3, 3));
}

/// Errors go through `Debug` and `Display` of everything public; the token is in none.
#[tokio::test]
async fn tokens_never_show() {
    let builder = Mock::builder().credentials("ada", "s3cret");
    assert!(!format!("{builder:?}").contains("s3cret"));
    let site = Site::start(builder).await;
    site.send(events(&deployment("ci", "deploy", 1))).await;
    let shown = format!("{:?} {:?} {:?}", site.mock, site.mock.received(), site.mock.faults());
    assert!(!shown.contains("s3cret") && !shown.contains("YWRhOnMzY3JldA"), "{shown}");
}
