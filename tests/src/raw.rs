//! Calls below the generated clients: any method, any bytes.

use prost::bytes::{Buf, BufMut, Bytes};
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::{Request, Response, Status, Streaming};

use crate::api::Api;

/// Hands bytes through as they are.
#[derive(Debug, Default)]
struct Plain;

impl Codec for Plain {
    type Encode = Vec<u8>;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Plain {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put_slice(&item);
        Ok(())
    }
}

impl Decoder for Plain {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}

impl Api {
    /// Calls `/package.Service/Method`; the first message of the answer. Streams are then dropped.
    pub async fn call_raw(&self, path: &str, message: Vec<u8>) -> Result<Bytes, Status> {
        let mut stream = self.open_raw(path, message).await?.into_inner();
        match stream.message().await? {
            Some(first) => Ok(first),
            None => Err(Status::data_loss("the answer has no message")),
        }
    }

    async fn open_raw(&self, path: &str, message: Vec<u8>) -> Result<Response<Streaming<Bytes>>, Status> {
        let mut client = tonic::client::Grpc::new(self.service()).max_encoding_message_size(usize::MAX);
        client
            .ready()
            .await
            .map_err(|error| Status::unknown(error.to_string()))?;
        let path = path.parse().map_err(|_| Status::unknown("not a path"))?;
        client.server_streaming(Request::new(message), path, Plain).await
    }
}
