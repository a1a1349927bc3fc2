//! The gRPC edge and the plain HTTP routes.
