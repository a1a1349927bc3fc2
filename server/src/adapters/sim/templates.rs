//! The templates on offer, named as Proxmox VE's own list names them.

use crate::domain::guest::Template;
use crate::domain::resources::MIB;

pub(super) const STORAGE: &str = "local";

struct Offer {
    file: &'static str,
    mebibytes: u64,
    /// systemd 257 and later works only half without nesting, and the hypervisor says so.
    wants_nesting: bool,
}

const fn offer(file: &'static str, mebibytes: u64, wants_nesting: bool) -> Offer {
    Offer {
        file,
        mebibytes,
        wants_nesting,
    }
}

const OFFERS: &[Offer] = &[
    offer("almalinux-9-default_20240911_amd64.tar.xz", 99, false),
    offer("alpine-3.22-default_20250617_amd64.tar.xz", 3, false),
    offer("archlinux-base_20240911-1_amd64.tar.zst", 127, true),
    offer("centos-9-stream-default_20240828_amd64.tar.xz", 88, false),
    offer("debian-12-standard_12.12-1_amd64.tar.zst", 124, false),
    offer("debian-13-standard_13.1-2_amd64.tar.zst", 130, true),
    offer("devuan-5.0-standard_5.0_amd64.tar.gz", 99, false),
    offer("fedora-42-default_20250428_amd64.tar.xz", 74, true),
    offer("gentoo-current-openrc_20250508_amd64.tar.xz", 383, false),
    offer("opensuse-15.6-default_20240910_amd64.tar.xz", 48, false),
    offer("rockylinux-9-default_20240912_amd64.tar.xz", 103, false),
    offer("ubuntu-22.04-standard_22.04-1_amd64.tar.zst", 124, false),
    offer("ubuntu-24.04-standard_24.04-2_amd64.tar.zst", 142, false),
];

const NESTING_WARNING: &str = "Systemd 257 detected. You may need to enable nesting.";

fn volume_id(offer: &Offer) -> String {
    format!("{STORAGE}:vztmpl/{}", offer.file)
}

fn find(template: &str) -> Option<&'static Offer> {
    OFFERS
        .iter()
        .find(|offer| offer.file == template || volume_id(offer) == template)
}

pub(super) fn exists(template: &str) -> bool {
    find(template).is_some()
}

/// What the hypervisor warns of when a guest of this template is made or started.
pub(super) fn warning(template: &str, nesting: bool) -> Option<String> {
    let wants_nesting = find(template).is_some_and(|offer| offer.wants_nesting);
    (wants_nesting && !nesting).then(|| NESTING_WARNING.to_owned())
}

pub(super) fn on_node(node: &str) -> impl Iterator<Item = Template> {
    OFFERS.iter().map(move |offer| Template {
        node: node.to_owned(),
        storage: STORAGE.to_owned(),
        volume_id: volume_id(offer),
        name: offer.file.to_owned(),
        size_bytes: offer.mebibytes * MIB,
    })
}
