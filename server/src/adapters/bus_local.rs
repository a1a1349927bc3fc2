//! bus_local
