//! From a gRPC request to a caller and a checked input. Every bad field of the request is in one answer.

use std::sync::Arc;

use http::Extensions;
use prost::Message;
use tonic::{Request, Status};
use uuid::Uuid;

use crate::domain::fields::FieldErrors;
use crate::domain::page::{Page, PageRequest};
use crate::engine::caller::{Caller, RequestId};
use crate::engine::error::Error;
use crate::engine::secrets::Keys;
use crate::services::call::Call;
use crate::services::convert::{Keyed, Paged, page_size, request_id};
use crate::services::refusal::Refusal;

/// A question: changes nothing.
pub(super) fn ask<M, T>(request: Request<M>) -> Result<(Caller, T), Status>
where
    T: TryFrom<M, Error = FieldErrors>,
{
    let (_, caller, message) = open(request)?;
    Ok((caller, T::try_from(message).map_err(Error::from)?))
}

/// Opens requests that need the keys of the installation: lists, and changes.
#[derive(Clone, Debug)]
pub(super) struct Inbound(Arc<Keys>);

/// One page that was asked for, and the query it belongs to.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) page: PageRequest,
    query: String,
    keys: Arc<Keys>,
}

impl Inbound {
    pub(super) fn new(keys: Arc<Keys>) -> Self {
        Self(keys)
    }

    /// A change that may be repeated under its request id.
    pub(super) fn change<M, T>(&self, request: Request<M>) -> Result<(Caller, T), Status>
    where
        M: Keyed + Message,
        T: TryFrom<M, Error = FieldErrors>,
    {
        let (call, mut caller, message) = open(request)?;
        let key = request_id(&message);
        // Only for those who ask for it: it takes a copy of the whole request.
        let fingerprint = (!message.request_id().is_empty()).then(|| {
            self.0
                .request_fingerprint(caller.action, &message.encode_to_vec())
        });
        let (key, input) = both(key, T::try_from(message)).map_err(Error::from)?;
        caller.request_id = key
            .zip(fingerprint)
            .map(|(id, fingerprint)| RequestId { id, fingerprint });
        if let Some(request_id) = caller.request_id {
            call.request_id(request_id);
        }
        Ok((caller, input))
    }

    /// A request for a page of a list.
    pub(super) fn list<M, T>(&self, request: Request<M>) -> Result<(Caller, T, Listing), Status>
    where
        M: Paged,
        T: TryFrom<M, Error = FieldErrors>,
    {
        let (_, caller, message) = open(request)?;
        let listing = self.listing(&caller, &message);
        let (listing, filter) = both(listing, T::try_from(message)).map_err(Error::from)?;
        Ok((caller, filter, listing))
    }

    fn listing(&self, caller: &Caller, message: &impl Paged) -> Result<Listing, FieldErrors> {
        let mut errors = FieldErrors::default();
        let size = page_size(message);
        if size.is_none() {
            errors.push("page_size", "must be from 0 to 200");
        }
        let query = query(caller, &message.query());
        let after = match message.page_token() {
            "" => None,
            token => {
                let after = self.0.read_page_token(&query, token);
                if after.is_none() {
                    errors.push(
                        "page_token",
                        "must be the next_page_token of the previous answer, with the same filters",
                    );
                }
                after
            }
        };
        let size = size.unwrap_or_default();
        errors.check().map(|()| Listing {
            page: PageRequest { size, after },
            query,
            keys: Arc::clone(&self.0),
        })
    }
}

impl Listing {
    /// The token of the page that follows; empty after the last one.
    pub(super) fn next<T>(&self, page: &Page<T>) -> String {
        page.next.map(|next| self.token(next)).unwrap_or_default()
    }

    /// The page's part of a list that is not kept in the store; its position is a number in an id's clothes.
    pub(super) fn part<T>(&self, all: Vec<T>) -> Page<T> {
        let start = self.page.after.map_or(0, |after| after.as_u128());
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        let end = start.saturating_add(self.page.size as usize);
        let more = end < all.len();
        Page {
            items: all
                .into_iter()
                .skip(start)
                .take(self.page.size as usize)
                .collect(),
            next: more.then(|| Uuid::from_u128(end as u128)),
        }
    }

    fn token(&self, next: Uuid) -> String {
        self.keys.page_token(&self.query, next)
    }
}

/// What a page token is sealed to: the rpc, the caller and the filters.
fn query(caller: &Caller, filters: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut query = caller.action.to_owned();
    if let Some(principal) = &caller.principal {
        query.push(' ');
        query.push_str(&principal.user_id.to_string());
    }
    query.push(' ');
    for byte in filters {
        // Writing to a string cannot fail.
        write!(query, "{byte:02x}").unwrap_or_default();
    }
    query
}

fn open<M>(request: Request<M>) -> Result<(Call, Caller, M), Status> {
    let (_, extensions, message) = request.into_parts();
    let call = call(&extensions)?;
    let caller = call.caller().ok_or(Refusal::Panicked)?;
    Ok((call, caller, message))
}

/// The call that a request belongs to. A request without one came around the layers.
fn call(extensions: &Extensions) -> Result<Call, Refusal> {
    extensions.get::<Call>().cloned().ok_or(Refusal::Panicked)
}

/// Both values, or what is wrong with either.
fn both<A, B>(a: Result<A, FieldErrors>, b: Result<B, FieldErrors>) -> Result<(A, B), FieldErrors> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (Err(mut a), Err(b)) => {
            a.0.extend(b.0);
            Err(a)
        }
        (Err(errors), Ok(_)) | (Ok(_), Err(errors)) => Err(errors),
    }
}
