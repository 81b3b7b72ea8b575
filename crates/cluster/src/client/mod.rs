//! Ways into the cluster, all through its API server: [`Clients`], the [`ServiceProxy`], the [`PortForward`] and the
//! [`S3`] client on it.

mod clients;
mod clock;
mod forward;
mod s3;
mod service;

pub use clients::{ClientError, Clients};
pub use clock::{ClockError, clock_offset};
pub use forward::{ForwardError, PortForward};
pub use s3::{Object, S3, S3Error};
pub(crate) use service::with_query;
pub use service::{ProxyAnswer, ProxyError, ServiceProxy};
