//! What the machine runs in, told in the words of `systemd-detect-virt`.

use super::roots::Roots;
use super::text::{self, Buffer};

/// Who names itself in the tables of the firmware.
const VENDORS: &[(&str, &str)] = &[
    ("KVM", "kvm"),
    ("OpenStack", "kvm"),
    ("Amazon EC2", "amazon"),
    ("Google Compute Engine", "google"),
    ("DigitalOcean", "kvm"),
    ("Hetzner", "kvm"),
    ("QEMU", "qemu"),
    ("VMware", "vmware"),
    ("innotek GmbH", "oracle"),
    ("VirtualBox", "oracle"),
    ("Xen", "xen"),
    ("Bochs", "bochs"),
    ("Parallels", "parallels"),
    ("BHYVE", "bhyve"),
    ("Hyper-V", "microsoft"),
    ("Apple Virtualization", "apple"),
];
const TABLES: &[&str] = &[
    "product_name",
    "sys_vendor",
    "board_vendor",
    "bios_vendor",
    "product_version",
];

/// Such as `kvm`, `lxc` or `docker`; `None` on bare metal, and where it is not known.
pub(crate) fn detect(roots: &Roots) -> Option<String> {
    container(roots).or_else(|| machine(roots).map(str::to_owned))
}

fn container(roots: &Roots) -> Option<String> {
    text::line(&roots.at("/run/systemd/container"))
        .or_else(|| from_environment(roots))
        .filter(|word| is_word(word))
        .or_else(|| from_marks(roots).map(str::to_owned))
}

/// The first process of a container is told so in its environment.
fn from_environment(roots: &Roots) -> Option<String> {
    let mut buffer = Buffer::default();
    let environment = buffer.read_bytes(&roots.proc.join("1/environ"))?;
    let value = environment
        .split(|byte| *byte == 0)
        .find_map(|variable| variable.strip_prefix(b"container="))?;
    std::str::from_utf8(value).ok().map(str::to_owned)
}

fn from_marks(roots: &Roots) -> Option<&'static str> {
    if roots.at("/run/.containerenv").exists() {
        return Some("podman");
    }
    if roots.at("/.dockerenv").exists() {
        return Some("docker");
    }
    let groups = text::line(&roots.proc.join("1/cgroup"))?;
    [
        ("/docker", "docker"),
        ("/kubepods", "docker"),
        ("/libpod", "podman"),
        ("/lxc", "lxc"),
    ]
    .iter()
    .find_map(|(mark, word)| groups.contains(mark).then_some(*word))
}

fn is_word(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

fn machine(roots: &Roots) -> Option<&'static str> {
    let firmware = from_firmware(roots);
    match firmware {
        // QEMU without KVM only emulates: the clock says whether there is KVM.
        Some("qemu") | None => from_clock(roots).or(firmware),
        known => known,
    }
    .or_else(|| from_processor(roots))
}

fn from_firmware(roots: &Roots) -> Option<&'static str> {
    let directory = roots.sys.join("class/dmi/id");
    let read = |table: &&str| text::line(&directory.join(table));
    let tables: Vec<String> = TABLES.iter().filter_map(read).collect();
    let named = VENDORS
        .iter()
        .find(|(mark, _)| tables.iter().any(|text| text.contains(mark)));
    match named {
        // Servers of these vendors exist, too: only what says so is a machine within a machine.
        Some((_, "amazon")) if tables.iter().any(|text| text.contains("metal")) => None,
        Some((_, word)) => Some(word),
        None => {
            let is = |text: &str| tables.iter().any(|table| table == text);
            (is("Microsoft Corporation") && is("Virtual Machine")).then_some("microsoft")
        }
    }
}

/// Guests are offered the clock of what they run in.
fn from_clock(roots: &Roots) -> Option<&'static str> {
    let sources = roots
        .sys
        .join("devices/system/clocksource/clocksource0/available_clocksource");
    let sources = text::line(&sources)?;
    [("kvm-clock", "kvm"), ("hyperv", "microsoft"), ("xen", "xen")]
        .iter()
        .find_map(|(mark, word)| sources.contains(mark).then_some(*word))
}

/// The processor tells a guest that it is one, though not of whom.
fn from_processor(roots: &Roots) -> Option<&'static str> {
    let mut buffer = Buffer::default();
    let text = buffer.read(&roots.proc.join("cpuinfo"))?;
    let flags = text.lines().find(|line| line.starts_with("flags"))?;
    flags
        .split_ascii_whitespace()
        .any(|flag| flag == "hypervisor")
        .then_some("vm-other")
}

#[cfg(test)]
mod tests {
    use super::*;

    type Files = [(&'static str, &'static str)];

    fn detected(files: &Files) -> Option<String> {
        let machine = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = machine.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        detect(&Roots::below(machine.path()))
    }

    const CLOCK: &str = "sys/devices/system/clocksource/clocksource0/available_clocksource";

    #[test]
    fn each_is_told_by_its_word() {
        let cases: &[(&Files, Option<&str>)] = &[
            (&[("run/systemd/container", "lxc\n")], Some("lxc")),
            (
                &[("proc/1/environ", "PATH=/bin\0container=systemd-nspawn\0TERM=x")],
                Some("systemd-nspawn"),
            ),
            (&[(".dockerenv", "")], Some("docker")),
            (&[("run/.containerenv", ""), (".dockerenv", "")], Some("podman")),
            (&[("proc/1/cgroup", "12:cpu:/docker/0123\n")], Some("docker")),
            (
                &[
                    ("sys/class/dmi/id/sys_vendor", "QEMU\n"),
                    (CLOCK, "kvm-clock tsc\n"),
                ],
                Some("kvm"),
            ),
            (
                &[("sys/class/dmi/id/sys_vendor", "QEMU\n"), (CLOCK, "tsc hpet\n")],
                Some("qemu"),
            ),
            (&[("sys/class/dmi/id/product_name", "KVM\n")], Some("kvm")),
            (
                &[("sys/class/dmi/id/product_name", "VMware Virtual Platform\n")],
                Some("vmware"),
            ),
            (
                &[
                    ("sys/class/dmi/id/sys_vendor", "Microsoft Corporation\n"),
                    ("sys/class/dmi/id/product_name", "Virtual Machine\n"),
                ],
                Some("microsoft"),
            ),
            (&[(CLOCK, "kvm-clock\n")], Some("kvm")),
            (
                &[("proc/cpuinfo", "model : x\nflags\t\t: fpu hypervisor vme\n")],
                Some("vm-other"),
            ),
            (
                &[
                    ("sys/class/dmi/id/sys_vendor", "Dell Inc.\n"),
                    ("proc/cpuinfo", "flags : fpu vme\n"),
                    (CLOCK, "tsc hpet acpi_pm\n"),
                ],
                None,
            ),
            (&[], None),
        ];
        for (files, wanted) in cases {
            assert_eq!(detected(files).as_deref(), *wanted, "{files:?}");
        }
    }

    #[test]
    fn what_is_no_word_is_not_told() {
        assert_eq!(detected(&[("run/systemd/container", "a b\nc")]), None);
    }
}
