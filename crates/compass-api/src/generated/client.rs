// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! The client: where requests go, and what goes with them.

use ::progenitor_client::{ClientHooks, ClientInfo};

#[derive(Clone, Debug)]
/// Client for Compass REST API
///
/// Version: 1
pub struct Client {
    pub(crate) baseurl: String,
    pub(crate) client: reqwest::Client,
    pub(crate) inner: crate::Inner,
}

impl ClientInfo<crate::Inner> for Client {
    fn api_version() -> &'static str {
        "1"
    }

    fn baseurl(&self) -> &str {
        self.baseurl.as_str()
    }

    fn client(&self) -> &reqwest::Client {
        &self.client
    }

    fn inner(&self) -> &crate::Inner {
        &self.inner
    }
}

const _: () = {
    #[allow(dead_code)]
    fn assert_client_hooks()
    where
        Client: ClientHooks<crate::Inner>,
    {}
};
