//! The mock, which knows the contract and nothing of our types, takes what the client sends.

use std::collections::HashMap;

use compass_api::{Client, Operation, types};
use compass_mock::Slot;
use serde_json::json;

use crate::{
    PREFIX, base,
    cases::{Arguments, FILE, call, json_body, metric_by_definition},
    documented, http, mock,
    outcome::Kind,
    secrets::Auth,
};

/// What the contract says of texts in words alone: components are UUIDs everywhere, and sources Base64 where their lock
/// files are deleted.
fn arguments() -> Arguments {
    let instead = [("componentId", Arguments::COMPONENT.to_string()), ("sourceId", "c291cmNl".to_owned())];
    Arguments { instead: instead.map(|(name, text)| (name.to_owned(), text)).into(), ..Arguments::default() }
}

#[tokio::test]
async fn each_operation_is_accepted_and_understood() {
    let server = mock().await;
    let client = Client::new(&base(&server, PREFIX), http(), Auth::new());
    // So that there is one to get.
    call(&client, Operation::UploadAttachment, &arguments()).await;
    for operation in Operation::ALL {
        let outcome = call(&client, operation, &arguments()).await;
        let documented = documented::of(operation).responses[0].status;
        assert_eq!((outcome.kind, outcome.status), (Kind::Ok, Some(documented)), "{operation}: {outcome}");
    }
    let by_definition: types::InsertMetricByMetricDefinitionRequestDto =
        serde_json::from_value(metric_by_definition()).unwrap();
    client.insert_metric_value(&by_definition.into()).await.unwrap();

    let received = server.received();
    let sent = |operation| json_body(operation).unwrap();
    let events: Vec<_> = received.events().iter().map(|event| json!({ event.kind.as_str(): event.event })).collect();
    assert_eq!(events, [sent(Operation::CreateCompassEvent)["event"].clone()]);
    let payloads: Vec<_> = received.webhooks().iter().map(|webhook| webhook.payload.clone()).collect();
    assert_eq!(payloads, [sent(Operation::HandleWebhookInvocation)]);
    let values: Vec<_> = received.metrics().iter().map(|metric| json!(metric.value)).collect();
    assert_eq!(values, [sent(Operation::InsertMetricValue)["value"].clone(), metric_by_definition()["value"].clone()]);
    let slots: HashMap<_, _> = received.files().iter().map(|file| (file.slot.clone(), file.content.clone())).collect();
    assert_eq!(slots.len(), 3, "a lock file, an API specification, an attachment: {slots:?}");
    for (slot, content) in slots {
        assert_eq!(content, FILE.2, "{slot:?}");
        let (Slot::LockFile { component_id, .. }
        | Slot::ApiSpec { component_id, .. }
        | Slot::Attachment { component_id, .. }) = slot
        else {
            panic!("{slot:?}")
        };
        assert_eq!(component_id, Arguments::COMPONENT.to_string());
    }
}
