//! How messages are put on the wire: protocol buffers, in buffers that suit streams of small messages.
//!
//! A server holds a buffer for each open stream, thousands of them, and most messages have less than 200 bytes. tonic's
//! own setting takes 8 KiB for each, and after a message asks the stream for another before it sends the first.

use std::marker::PhantomData;

use prost::Message;
use tonic::codec::{BufferSettings, Codec};
use tonic_prost::{ProstCodec, ProstDecoder, ProstEncoder};

/// Bytes of a buffer to begin with; it grows with its message.
const BUFFER: usize = 1024;
/// A message is sent as soon as there is one.
const ENOUGH_TO_SEND: usize = 1;

/// The codec of the generated clients and services.
#[derive(Debug, Clone)]
pub(crate) struct LeanCodec<T, U>(PhantomData<(T, U)>);

impl<T, U> Default for LeanCodec<T, U> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<T, U> Codec for LeanCodec<T, U>
where
    T: Message + Send + 'static,
    U: Message + Default + Send + 'static,
{
    type Encode = T;
    type Decode = U;
    type Encoder = ProstEncoder<T>;
    type Decoder = ProstDecoder<U>;

    fn encoder(&mut self) -> Self::Encoder {
        ProstCodec::<T, U>::raw_encoder(BufferSettings::new(BUFFER, ENOUGH_TO_SEND))
    }

    fn decoder(&mut self) -> Self::Decoder {
        ProstCodec::<T, U>::raw_decoder(BufferSettings::new(BUFFER, ENOUGH_TO_SEND))
    }
}
