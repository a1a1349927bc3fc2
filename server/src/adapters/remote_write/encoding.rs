//! The message of remote-write 1.0: one time series for each metric of each subject, in a snappy block.

use prost::Message;

use crate::domain::codes::Code as _;
use crate::domain::metric::Metric;
use crate::domain::sample::{Sample, Subject};

#[derive(Clone, PartialEq, Message)]
struct WriteRequest {
    #[prost(message, repeated, tag = "1")]
    timeseries: Vec<TimeSeries>,
}

#[derive(Clone, PartialEq, Message)]
struct TimeSeries {
    /// Sorted by name.
    #[prost(message, repeated, tag = "1")]
    labels: Vec<Label>,
    #[prost(message, repeated, tag = "2")]
    samples: Vec<Point>,
}

#[derive(Clone, PartialEq, Message)]
struct Label {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    value: String,
}

#[derive(Clone, PartialEq, Message)]
struct Point {
    #[prost(double, tag = "1")]
    value: f64,
    /// Milliseconds since 1970.
    #[prost(int64, tag = "2")]
    timestamp: i64,
}

/// The body of one request. What is not known has no series.
pub(super) fn body(samples: &[Sample]) -> Result<Vec<u8>, snap::Error> {
    let timeseries = samples.iter().flat_map(series).collect();
    let message = WriteRequest { timeseries }.encode_to_vec();
    snap::raw::Encoder::new().compress_vec(&message)
}

fn series(sample: &Sample) -> impl Iterator<Item = TimeSeries> + '_ {
    Metric::ALL.iter().filter_map(|metric| {
        let value = sample.values.get(*metric)?;
        Some(TimeSeries {
            labels: labels(sample.subject, *metric),
            samples: vec![Point {
                value: metric.in_units(value),
                timestamp: sample.time.as_micros().div_euclid(1000),
            }],
        })
    })
}

fn labels(subject: Subject, metric: Metric) -> Vec<Label> {
    let label = |name: &str, value: String| Label {
        name: name.to_owned(),
        value,
    };
    match subject {
        Subject::Server(id) => vec![
            label("__name__", format!("hostler_server_{}", metric.code())),
            label("server_id", id.to_string()),
        ],
        Subject::Node(id) => vec![
            label("__name__", format!("hostler_node_{}", metric.code())),
            label("node_id", id.to_string()),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::ServerId;
    use crate::domain::sample::Values;
    use crate::domain::time::Timestamp;

    #[test]
    fn what_is_known_is_a_series_with_its_labels_in_order() {
        let id = ServerId::generate();
        let sample = Sample {
            subject: Subject::Server(id),
            time: Timestamp::from_micros(1_800_000_000_123_999),
            values: Values::NONE
                .with(Metric::CpuRatio, 2_500)
                .with(Metric::MemoryBytes, 1 << 30),
        };
        let body = body(&[sample]).unwrap();
        let bytes = snap::raw::Decoder::new().decompress_vec(&body).unwrap();
        let written = WriteRequest::decode(bytes.as_slice()).unwrap().timeseries;
        assert_eq!(written.len(), 2);
        let names: Vec<_> = written[0]
            .labels
            .iter()
            .map(|label| label.name.as_str())
            .collect();
        assert_eq!(names, ["__name__", "server_id"]);
        assert_eq!(written[0].labels[0].value, "hostler_server_cpu_ratio");
        assert_eq!(written[0].labels[1].value, id.to_string());
        let point = &written[0].samples[0];
        assert_eq!((point.value, point.timestamp), (0.25, 1_800_000_000_123));
        assert_eq!(written[1].labels[0].value, "hostler_server_memory_bytes");
    }
}
