//! Reads what remote-write sends, by other code than the server's.

use std::collections::BTreeMap;

use prost::Message;

use crate::hook_sink::Posted;

#[derive(Clone, PartialEq, Message)]
struct WriteRequest {
    #[prost(message, repeated, tag = "1")]
    timeseries: Vec<TimeSeries>,
}

#[derive(Clone, PartialEq, Message)]
struct TimeSeries {
    #[prost(message, repeated, tag = "1")]
    labels: Vec<Label>,
    #[prost(message, repeated, tag = "2")]
    samples: Vec<Sample>,
}

#[derive(Clone, PartialEq, Message)]
struct Label {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    value: String,
}

#[derive(Clone, PartialEq, Message)]
struct Sample {
    #[prost(double, tag = "1")]
    value: f64,
    #[prost(int64, tag = "2")]
    timestamp: i64,
}

/// One figure that was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// `__name__` among them.
    pub labels: BTreeMap<String, String>,
    pub value: f64,
    /// Milliseconds since 1970.
    pub time: i64,
}

/// The figures in one request, in order.
pub fn written(posted: &Posted) -> Vec<Written> {
    let bytes = snap::raw::Decoder::new()
        .decompress_vec(&posted.body)
        .expect("a block of snappy");
    let request = WriteRequest::decode(bytes.as_slice()).expect("a WriteRequest");
    let mut all = Vec::new();
    for series in request.timeseries {
        let labels = series.labels.into_iter().map(|label| (label.name, label.value));
        let labels: BTreeMap<String, String> = labels.collect();
        for sample in series.samples {
            all.push(Written {
                labels: labels.clone(),
                value: sample.value,
                time: sample.timestamp,
            });
        }
    }
    all
}
