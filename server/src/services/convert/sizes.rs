//! Sizes of servers and tariffs: processor, memory, disk.

use super::reader::Reader;
use crate::domain::resources::{CPU_MILLICORES, DISK_BYTES, MEMORY_BYTES, Resources};

/// All three, required.
pub(super) fn resources(read: &mut Reader, cpu: i32, memory: i64, disk: i64) -> Option<Resources> {
    // What is negative becomes 0, which no size may be either.
    let resources = Resources {
        cpu_millicores: u32::try_from(cpu).unwrap_or(0),
        memory_bytes: u64::try_from(memory).unwrap_or(0),
        disk_bytes: u64::try_from(disk).unwrap_or(0),
    };
    read.check(|errors| resources.check(errors)).then_some(resources)
}

/// Some of the three; those that are not given stay as they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sizes {
    pub(super) cpu_millicores: Option<u32>,
    pub(super) memory_bytes: Option<u64>,
    pub(super) disk_bytes: Option<u64>,
}

pub(super) fn sizes(
    read: &mut Reader,
    cpu: Option<i32>,
    memory: Option<i64>,
    disk: Option<i64>,
) -> Option<Sizes> {
    let sizes = Sizes {
        cpu_millicores: cpu.map(|cpu| u32::try_from(cpu).unwrap_or(0)),
        memory_bytes: memory.map(|memory| u64::try_from(memory).unwrap_or(0)),
        disk_bytes: disk.map(|disk| u64::try_from(disk).unwrap_or(0)),
    };
    // In the places of those that are not given stand sizes that pass.
    let whole = Resources {
        cpu_millicores: sizes.cpu_millicores.unwrap_or(*CPU_MILLICORES.start()),
        memory_bytes: sizes.memory_bytes.unwrap_or(*MEMORY_BYTES.start()),
        disk_bytes: sizes.disk_bytes.unwrap_or(*DISK_BYTES.start()),
    };
    read.check(|errors| whole.check(errors)).then_some(sizes)
}
