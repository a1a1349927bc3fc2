//! Page tokens: where the next page begins, bound to the list and the filters it belongs to.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::keys::Keys;
use super::mac::{mac, same_bytes};

const ID: usize = 16;
const TAG: usize = 16;
const LENGTH: usize = ID + TAG;

impl Keys {
    /// `list` names the rpc, the caller where it matters, and the filters: a token of one list does
    /// not open a page of another.
    pub fn page_token(&self, list: &str, after: Uuid) -> String {
        let mut bytes = [0; LENGTH];
        bytes[..ID].copy_from_slice(after.as_bytes());
        bytes[ID..].copy_from_slice(&self.page_tag(list, after));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Where the page begins; `None` when the token is not one of this list.
    pub fn read_page_token(&self, list: &str, token: &str) -> Option<Uuid> {
        let mut bytes = [0; LENGTH];
        let length = URL_SAFE_NO_PAD.decode_slice(token, &mut bytes).ok()?;
        let after = Uuid::from_slice(&bytes[..ID]).ok()?;
        (length == LENGTH && same_bytes(&self.page_tag(list, after), &bytes[ID..])).then_some(after)
    }

    fn page_tag(&self, list: &str, after: Uuid) -> [u8; TAG] {
        let tag = mac(&self.page, &[after.as_bytes(), list.as_bytes()]);
        let mut short = [0; TAG];
        short.copy_from_slice(&tag[..TAG]);
        short
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_token_opens_its_own_list_only() {
        let keys = Keys::derive(&[7; 32]);
        let after = Uuid::now_v7();
        let token = keys.page_token("Users.ListUsers role=operator", after);
        assert_eq!(
            keys.read_page_token("Users.ListUsers role=operator", &token),
            Some(after)
        );
        assert_eq!(keys.read_page_token("Users.ListUsers", &token), None);
        assert_eq!(keys.read_page_token("Users.ListUsers", "garbage"), None);
        assert_eq!(keys.read_page_token("Users.ListUsers", ""), None);
    }
}
