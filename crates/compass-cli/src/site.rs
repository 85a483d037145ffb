//! `compass site` and `compass entitlements`: what a site says of itself.

use clap::Args;
use compass_api::types::EntitlementRequestDto;
use serde_json::json;

use crate::failure::{Failure, Problem};
use crate::output::Report;
use crate::program::Globals;
use crate::send::{Ready, SendArgs};
use crate::settings::{AddressArgs, Given, Key, Settings};

/// Options of `site`.
#[derive(Debug, Args)]
pub(crate) struct SiteArgs {
    #[command(flatten)]
    address: AddressArgs,
}

/// Options of `entitlements`.
#[derive(Debug, Args)]
pub(crate) struct EntitlementsArgs {
    /// The names of the entitlements
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    #[command(flatten)]
    send: SendArgs,
}

/// Asks the site, even if a cloud ID is set, so that it can be checked.
pub(crate) fn site(args: &SiteArgs, globals: &Globals) -> Result<Report, Failure> {
    let settings = Settings::load(&globals.config, &Given::default().address(&args.address))?.without(Key::CloudId);
    let mut problems = Vec::new();
    let address = settings.address(&mut problems);
    let Some(address) = address else {
        return Err(Failure::of("site", problems).unwrap_or_else(|| Failure::usage("site")));
    };
    let ready = Ready::anonymous(None, address, &settings, globals);
    ready.carry_out(
        |_| Err(Failure::usage("site has no request to show")),
        async |compass| compass.site().cloud_id().await,
        |cloud_id| Report::data(cloud_id.as_str(), &json!({ "cloud_id": cloud_id.as_str() })),
    )
}

pub(crate) fn entitlements(args: &EntitlementsArgs, globals: &Globals) -> Result<Report, Failure> {
    let settings = Settings::load(&globals.config, &args.send.given()?)?;
    let mut problems = Vec::new();
    if args.names.is_empty() {
        problems.push(Problem::missing("NAME", "at least one entitlement's name"));
    }
    let ready = args.send.ready(&settings, globals, &mut problems);
    if let Some(failure) = Failure::of("entitlements", problems) {
        return Err(failure);
    }
    let Some(ready) = ready else { return Err(Failure::usage("entitlements")) };
    let body = EntitlementRequestDto { entitlements: args.names.clone() };
    ready.carry_out(
        |captor| captor.capture(|client| async move { client.evaluate_entitlements(&body).await }),
        async |compass| compass.entitlements().evaluate(&args.names).await,
        |evaluated| {
            let json = json!(evaluated.entitlements);
            let text = serde_json::to_string_pretty(&json).unwrap_or_default();
            Report::data(text, &json)
        },
    )
}
