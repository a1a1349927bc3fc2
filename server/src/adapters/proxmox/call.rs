//! One call of the cluster's interface as `pveproxy` wants it: parameters of GET and DELETE in the query, JSON otherwise.

use http::header::{CONTENT_TYPE, HOST};
use http::{Method, Request};
use http_body_util::Full;
use hyper::body::Bytes;
use reqwest::Url;
use serde_json::{Map, Value};

use super::errors::{ApiError, ApiResult, Cause};
use super::loose;

/// What is asked: the path below `/api2/json` and the parameters.
#[derive(Clone, Debug)]
pub(super) struct Call<'a> {
    method: Method,
    path: Vec<&'a str>,
    parameters: Map<String, Value>,
}

impl<'a> Call<'a> {
    pub(super) fn get(path: &[&'a str]) -> Self {
        Self::new(Method::GET, path)
    }

    pub(super) fn post(path: &[&'a str]) -> Self {
        Self::new(Method::POST, path)
    }

    pub(super) fn put(path: &[&'a str]) -> Self {
        Self::new(Method::PUT, path)
    }

    pub(super) fn delete(path: &[&'a str]) -> Self {
        Self::new(Method::DELETE, path)
    }

    fn new(method: Method, path: &[&'a str]) -> Self {
        Self {
            method,
            path: path.to_vec(),
            parameters: Map::new(),
        }
    }

    pub(super) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.parameters.insert(key.to_owned(), value.into());
        self
    }

    pub(super) fn with_all(mut self, parameters: Map<String, Value>) -> Self {
        self.parameters.extend(parameters);
        self
    }

    /// Whether it changes nothing, and so may be asked again.
    pub(super) fn is_question(&self) -> bool {
        self.method == Method::GET
    }

    fn has_body(&self) -> bool {
        self.method == Method::POST || self.method == Method::PUT
    }

    /// The request to the endpoint at `base`, but for what all requests have in common.
    pub(super) fn request(&self, base: &Url) -> ApiResult<Request<Full<Bytes>>> {
        let url = self.url(base)?;
        let mut target = url.path().to_owned();
        if let Some(query) = url.query() {
            target.push('?');
            target.push_str(query);
        }
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(target)
            .header(HOST, authority(&url));
        let body = if self.has_body() {
            request = request.header(CONTENT_TYPE, "application/json");
            Bytes::from(Value::Object(self.parameters.clone()).to_string())
        } else {
            Bytes::new()
        };
        request.body(Full::new(body)).map_err(|_| unspeakable())
    }

    fn url(&self, base: &Url) -> ApiResult<Url> {
        let mut url = base.clone();
        // An empty or dotted part would change which call is made.
        if self
            .path
            .iter()
            .any(|part| part.is_empty() || matches!(*part, "." | ".."))
        {
            return Err(unspeakable());
        }
        url.path_segments_mut()
            .map_err(|()| unspeakable())?
            .clear()
            .extend(["api2", "json"])
            .extend(&self.path);
        if !self.has_body() && !self.parameters.is_empty() {
            let query = self
                .parameters
                .iter()
                .filter_map(|(key, value)| Some((key, loose::text(value)?)));
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }
}

fn unspeakable() -> ApiError {
    ApiError::new(Cause::InvalidParameter, "a name cannot be part of an address")
}

fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_go_where_the_method_wants_them() {
        let base = Url::parse("https://pve1:8006").unwrap();
        let delete = Call::delete(&["nodes", "n", "lxc", "200"])
            .with("purge", 1)
            .with("force", "1");
        assert_eq!(
            delete.url(&base).unwrap().as_str(),
            "https://pve1:8006/api2/json/nodes/n/lxc/200?force=1&purge=1"
        );
        let post = Call::post(&["nodes", "n", "lxc"]).with("vmid", 200);
        assert_eq!(post.url(&base).unwrap().query(), None);
    }

    #[test]
    fn a_name_cannot_lead_to_another_call() {
        let base = Url::parse("https://pve1:8006").unwrap();
        for part in ["", ".", ".."] {
            assert!(Call::get(&["nodes", part, "lxc"]).url(&base).is_err(), "{part:?}");
        }
        let url = Call::get(&["nodes", "a/../b?x#y", "lxc"]).url(&base).unwrap();
        assert_eq!(url.path(), "/api2/json/nodes/a%2F..%2Fb%3Fx%23y/lxc");
    }

    #[test]
    fn a_request_names_the_host_and_has_a_body_only_where_one_is_taken() {
        let base = Url::parse("https://[2001:db8::1]:8006").unwrap();
        let get = Call::get(&["nodes"]).with("type", "vm").request(&base).unwrap();
        assert_eq!(get.uri(), "/api2/json/nodes?type=vm");
        assert_eq!(get.headers()[HOST], "[2001:db8::1]:8006");
        assert!(!get.headers().contains_key(CONTENT_TYPE));
        let post = Call::post(&["nodes"]).request(&base).unwrap();
        assert_eq!(post.headers()[CONTENT_TYPE], "application/json");
    }
}
