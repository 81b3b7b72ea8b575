//! Upstream's images: whether their registry answers, and pulling them ([`pull`]).

use std::{path::Path, time::Duration};

use super::error::ImageError;
use crate::engine::Engine;

/// A registry that has not answered by then is none.
const PROBE_WITHIN: Duration = Duration::from_secs(5);

/// Docker's registry: it holds more of the images than any other.
const REGISTRY: &str = "https://registry-1.docker.io/v2/";

/// Whether images can be pulled here: the registry greets with 200 or asks for a login; a proxy that refuses does neither.
pub(crate) async fn registry_answers() -> bool {
    probe(REGISTRY).await
}

async fn probe(url: &str) -> bool {
    // A provider that is installed already is as good.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let Ok(client) = reqwest::Client::builder().timeout(PROBE_WITHIN).build() else {
        return false;
    };
    match client.get(url).send().await {
        Ok(answer) => matches!(answer.status().as_u16(), 200 | 401),
        Err(_unreachable) => false,
    }
}

/// Pulls `upstream`, gives it the recipe's name where that differs, and saves it.
pub(crate) async fn pull(
    engine: &Engine,
    image: &str,
    upstream: &str,
    reference: &str,
    archive: &Path,
) -> Result<(), ImageError> {
    let pulled = engine
        .command(["pull", upstream])
        .deadline(Duration::from_mins(15))
        .run()
        .await;
    pulled.map_err(ImageError::step(image, format!("pull {upstream}")))?;
    if upstream != reference {
        engine
            .command(["tag", upstream, reference])
            .run()
            .await
            .map_err(ImageError::step(image, "image tag"))?;
    }
    super::pack::save(engine, image, &[reference.to_owned()], archive).await
}

#[cfg(test)]
mod tests {
    use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

    use super::*;

    async fn answers_with(status: u16) -> bool {
        let server = MockServer::start().await;
        Mock::given(any())
            .respond_with(ResponseTemplate::new(status))
            .mount(&server)
            .await;
        probe(&server.uri()).await
    }

    #[tokio::test]
    async fn a_registry_greets_or_asks_for_a_login() {
        assert!(answers_with(200).await);
        assert!(answers_with(401).await);
        assert!(!answers_with(403).await, "a proxy that refuses is no registry");
        assert!(!answers_with(502).await);
    }

    #[tokio::test]
    async fn nothing_listening_is_no_registry() {
        assert!(!probe("http://127.0.0.1:1/").await);
    }
}
