//! Who may read what, and over which protocol.

use cucumber::{gherkin::Step, then, when};
use k8s_openapi::api::{
    authentication::v1::TokenRequest,
    core::v1::{Secret, ServiceAccount},
};
use kube::{Api, Client, api::PostParams};
use shall_cluster::velero::NAMESPACE;

use crate::{StepError, World, world::PlainAnswer};

/// The secret with Velero's S3 credentials.
pub(super) const CREDENTIALS: &str = "cloud-credentials";

#[when("an S3 request is sent over plain HTTP")]
async fn request_over_plain_http(world: &mut World) -> Result<(), StepError> {
    let s3 = world.s3().await?;
    // The same port must serve TLS, or a dead server would pass for one that refuses.
    s3.buckets()
        .await
        .map_err(StepError::errored("ask the S3 server over TLS"))?;
    let answer = s3
        .plain_http(&world.run.s3.bucket)
        .await
        .map_err(StepError::errored("send plain HTTP"))?;
    world.seen.plain_http = Some(PlainAnswer(answer));
    Ok(())
}

#[then("the S3 service refuses it")]
fn s3_refuses_plain_http(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let PlainAnswer(answer) = world.seen.plain_http.clone().ok_or(StepError::Missing {
        what: "request over plain HTTP",
    })?;
    let refused = answer.as_deref().is_none_or(|line| line.contains(" 400 "));
    let observed = answer.unwrap_or_else(|| "no HTTP answer: the connection was closed".to_owned());
    let expected = "no HTTP answer, or 400 Bad Request, while TLS is served on the same port";
    world
        .at(step)
        .check("answer to plain HTTP", expected, observed, refused, 1)
}

#[when("a service account of the scenario's namespace asks for the S3 credentials of Velero")]
async fn account_asks_for_the_credentials(world: &mut World) -> Result<(), StepError> {
    let namespace = world.namespace().await?;
    let client = world.run.clients.strict.clone();
    let secrets: Api<Secret> = Api::namespaced(client.clone(), NAMESPACE);
    // The administrator must find it, or a secret that does not exist would pass for one that is protected.
    secrets
        .get(CREDENTIALS)
        .await
        .map_err(StepError::errored("read the credentials as administrator"))?;
    let accounts: Api<ServiceAccount> = Api::namespaced(client.clone(), &namespace);
    let token = accounts
        .create_token_request("default", &PostParams::default(), &TokenRequest::default())
        .await;
    let token = token
        .map_err(StepError::errored("ask for a token"))?
        .status
        .ok_or(StepError::Missing { what: "token" })?
        .token;
    world.seen.secret_answer = Some(ask_with_token(&client, &token).await?);
    Ok(())
}

/// Code and message of the answer to a read of the credentials with this token.
async fn ask_with_token(client: &Client, token: &str) -> Result<(u16, String), StepError> {
    let path = format!("/api/v1/namespaces/{NAMESPACE}/secrets/{CREDENTIALS}");
    let review = serde_json::json!({
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenReview",
        "spec": { "token": token },
    });
    let reviews: Api<k8s_openapi::api::authentication::v1::TokenReview> = Api::all(client.clone());
    let review = serde_json::from_value(review).map_err(StepError::errored("token review"))?;
    let user = reviews
        .create(&PostParams::default(), &review)
        .await
        .map_err(StepError::errored("review the token"))?;
    let user = user
        .status
        .and_then(|status| status.user)
        .and_then(|user| user.username)
        .unwrap_or_default();
    let request = http::Request::get(&path)
        .header("Impersonate-User", &user)
        .body(Vec::new());
    let request = request.map_err(StepError::errored("request"))?;
    match client.request_text(request).await {
        Ok(_secret) => Ok((200, format!("given to {user}"))),
        Err(kube::Error::Api(status)) => Ok((status.code, status.message.clone())),
        Err(error) => Err(StepError::errored("ask for the credentials")(error)),
    }
}

#[then("the API server refuses it as forbidden")]
fn api_server_refuses(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let (code, message) = world
        .seen
        .secret_answer
        .clone()
        .ok_or(StepError::Missing { what: "request" })?;
    let recorder = world.at(step);
    recorder.note(&message);
    recorder.check(
        "answer of the API server",
        "403, naming the service account",
        format!("{code} {message}"),
        code == 403 && message.contains("system:serviceaccount:"),
        1,
    )
}
