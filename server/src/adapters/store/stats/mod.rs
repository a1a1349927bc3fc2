//! Figures over time: frames while they are new, chunks of compressed columns afterwards. What lies where, and
//! why, is in `docs/adr/0009-figures-in-frames-and-chunks.md`.

mod apart;
mod bin_blob;
mod blob;
mod bytes;
mod chunk_rows;
mod column;
mod compact;
mod day_rows;
mod frame_rows;
mod latest;
mod look_blob;
mod numbers;
mod place;
mod prune;
mod read;
mod retention;
mod roll_up;
mod stats_store;
mod step;
mod write;

pub(super) use numbers::KnownNumbers;
