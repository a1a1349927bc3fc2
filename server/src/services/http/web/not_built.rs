//! What the root answers in a server without the web client.

/// The page; `plaintext` is what grpcurl needs to be told about the connection.
pub(super) fn page(tls: bool) -> String {
    let plaintext = if tls { "" } else { "-plaintext " };
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "<!doctype html>\n\
         <html lang=\"en\">\n\
         <meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>Hostler</title>\n\
         <h1>Hostler {version}</h1>\n\
         <p>The web client is not built into this server. In a checkout of the sources, <code>make web</code> builds\n\
         it, and the next build of the server takes it in.\n\
         <p>This port speaks gRPC and gRPC-Web. To see what it offers, put its address for HOST:PORT:\n\
         <pre>grpcurl {plaintext}HOST:PORT list\n\
         grpcurl {plaintext}HOST:PORT describe hostler.v1.Servers</pre>\n"
    )
}
