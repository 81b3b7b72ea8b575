//! [`S3`]: our own client of the stack's S3 server, over TLS that is verified with the stack's CA alone,
//! through a port-forward.

use std::{net::IpAddr, time::Duration};

use aws_sdk_s3::{
    Client as AwsClient,
    config::{
        BehaviorVersion, Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation,
        retry::RetryConfig, timeout::TimeoutConfig,
    },
    error::DisplayErrorContext,
    primitives::ByteStream,
};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::dns::{DnsFuture, ResolveDns};
use kube::Client;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::forward::{ForwardError, PortForward};
use crate::stack::S3Access;

/// Why the S3 server did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum S3Error {
    /// It cannot be reached.
    #[error("the S3 server cannot be reached")]
    Forward(#[from] ForwardError),
    /// The CA of the stack cannot be used.
    #[error("the CA of the S3 server cannot be used: {0}")]
    Tls(String),
    /// It refused, or its answer could not be read.
    #[error("{what}: {message}")]
    Answer {
        /// What was asked.
        what: String,
        /// What it answered.
        message: String,
    },
}

/// An object of a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its key.
    pub key: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// A client of the stack's S3 server.
#[derive(Debug)]
pub struct S3 {
    client: AwsClient,
    forward: PortForward,
}

/// Resolves every name to the loopback address, where the port-forward listens; TLS still verifies the name.
#[derive(Debug, Clone, Copy)]
struct Loopback;

impl ResolveDns for Loopback {
    fn resolve_dns<'a>(&'a self, _name: &'a str) -> DnsFuture<'a> {
        DnsFuture::ready(Ok(vec![IpAddr::from([127, 0, 0, 1])]))
    }
}

impl S3 {
    /// Connects to the S3 server that `access` describes.
    ///
    /// # Errors
    ///
    /// When its service has no ready pod or its CA is no certificate.
    pub async fn connect(client: &Client, access: &S3Access) -> Result<Self, S3Error> {
        let forward = PortForward::open(client, &access.namespace, &access.service, access.port).await?;
        let trust = TrustStore::empty().with_pem_certificate(access.ca_pem.as_bytes());
        let tls = TlsContext::builder()
            .with_trust_store(trust)
            .build()
            .map_err(|error| S3Error::Tls(error.to_string()))?;
        let http = Builder::new()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .tls_context(tls)
            .build_with_resolver(Loopback);
        let credentials = Credentials::new(&access.access_key, &access.secret_key, None, None, "stack");
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .endpoint_url(format!(
                "https://{}.{}.svc:{}",
                access.service,
                access.namespace,
                forward.address.port()
            ))
            .credentials_provider(credentials)
            .http_client(http)
            .force_path_style(true)
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .retry_config(RetryConfig::standard().with_max_attempts(3))
            .timeout_config(
                TimeoutConfig::builder()
                    .operation_timeout(Duration::from_mins(1))
                    .build(),
            )
            .build();
        Ok(Self {
            client: AwsClient::from_conf(config),
            forward,
        })
    }

    /// The names of all buckets, sorted.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub async fn buckets(&self) -> Result<Vec<String>, S3Error> {
        let answer = self
            .client
            .list_buckets()
            .send()
            .await
            .map_err(|error| answer("list buckets", &error))?;
        let mut names: Vec<String> = answer
            .buckets()
            .iter()
            .filter_map(|bucket| bucket.name().map(str::to_owned))
            .collect();
        names.sort();
        Ok(names)
    }

    /// Every object whose key begins with `prefix`, sorted by key.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub async fn list(&self, bucket: &str, prefix: &str) -> Result<Vec<Object>, S3Error> {
        let mut objects = Vec::new();
        let mut pages = self
            .client
            .list_objects_v2()
            .bucket(bucket)
            .prefix(prefix)
            .into_paginator()
            .send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| answer(&format!("list `{bucket}/{prefix}`"), &error))?;
            objects.extend(page.contents().iter().map(|object| {
                Object {
                    key: object.key().unwrap_or_default().to_owned(),
                    bytes: object
                        .size()
                        .and_then(|size| u64::try_from(size).ok())
                        .unwrap_or_default(),
                }
            }));
        }
        objects.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(objects)
    }

    /// The content of an object.
    ///
    /// # Errors
    ///
    /// When there is none, or the server refuses.
    pub async fn get(&self, bucket: &str, key: &str) -> Result<Vec<u8>, S3Error> {
        let what = format!("get `{bucket}/{key}`");
        let object = self
            .client
            .get_object()
            .bucket(bucket)
            .key(key)
            .send()
            .await
            .map_err(|error| answer(&what, &error))?;
        let bytes = object.body.collect().await.map_err(|error| answer(&what, &error))?;
        Ok(bytes.to_vec())
    }

    /// Stores an object.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub async fn put(&self, bucket: &str, key: &str, content: Vec<u8>) -> Result<(), S3Error> {
        let put = self
            .client
            .put_object()
            .bucket(bucket)
            .key(key)
            .body(ByteStream::from(content));
        put.send()
            .await
            .map_err(|error| answer(&format!("put `{bucket}/{key}`"), &error))?;
        Ok(())
    }

    /// Deletes an object; one that does not exist is no error.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub async fn delete(&self, bucket: &str, key: &str) -> Result<(), S3Error> {
        let deleted = self.client.delete_object().bucket(bucket).key(key).send().await;
        deleted.map_err(|error| answer(&format!("delete `{bucket}/{key}`"), &error))?;
        Ok(())
    }

    /// What the server's port answers to a request in plain HTTP: the answer's first line, or `None` where it
    /// closed the connection without an answer.
    ///
    /// # Errors
    ///
    /// When the port cannot be reached at all, which is not a refusal.
    pub async fn plain_http(&self, bucket: &str) -> Result<Option<String>, S3Error> {
        let fault = |error: std::io::Error| S3Error::Answer {
            what: "plain HTTP".to_owned(),
            message: error.to_string(),
        };
        let stream = TcpStream::connect(self.forward.address).await.map_err(fault)?;
        let request = format!("GET /{bucket}?list-type=2 HTTP/1.1\r\nHost: s3\r\nConnection: close\r\n\r\n");
        let mut stream = stream.take(4096);
        stream.get_mut().write_all(request.as_bytes()).await.map_err(fault)?;
        let mut bytes = Vec::new();
        let read = stream.read_to_end(&mut bytes);
        match tokio::time::timeout(Duration::from_secs(10), read).await {
            Ok(_read_or_reset) => Ok(first_line(&bytes)),
            Err(_elapsed) => Err(S3Error::Answer {
                what: "plain HTTP".to_owned(),
                message: "no answer within 10 s".to_owned(),
            }),
        }
    }
}

/// The first line of an HTTP answer; `None` where the bytes are none, such as a TLS alert or nothing.
fn first_line(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    text.starts_with("HTTP/")
        .then(|| text.lines().next().unwrap_or_default().to_owned())
}

fn answer<E: std::error::Error>(what: &str, error: &E) -> S3Error {
    S3Error::Answer {
        what: what.to_owned(),
        message: DisplayErrorContext(error).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tls_alert_is_no_http_answer() {
        assert_eq!(first_line(&[0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46]), None);
        assert_eq!(first_line(b""), None);
        assert_eq!(
            first_line(b"HTTP/1.0 400 Bad Request\r\n\r\nx").as_deref(),
            Some("HTTP/1.0 400 Bad Request")
        );
    }
}
