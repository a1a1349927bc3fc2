//! gRPC-Web as a browser speaks it: one POST over HTTP/1.1, with frames in the body.

use prost::bytes::{BufMut as _, Bytes};

/// A frame with a message: a flag, a length, the message.
pub fn frame(message: &impl prost::Message) -> Vec<u8> {
    let mut frame = vec![0];
    frame.put_u32(u32::try_from(message.encoded_len()).expect("small"));
    frame.extend(message.encode_to_vec());
    frame
}

/// The message and the trailers of an answer.
pub fn unframe(body: &Bytes) -> (Option<Vec<u8>>, String) {
    let (mut message, mut trailers) = (None, String::new());
    let mut rest = &body[..];
    while let [flag, a, b, c, d, tail @ ..] = rest {
        let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
        let (frame, after) = tail.split_at(length);
        if flag & 0x80 == 0 {
            message = Some(frame.to_vec());
        } else {
            trailers = String::from_utf8_lossy(frame).into_owned();
        }
        rest = after;
    }
    (message, trailers)
}
