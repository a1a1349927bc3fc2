//! Generates the echo service that benchmarks are compared with.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=load/proto/echo.proto");
    let files = protox::compile(["echo.proto"], ["load/proto"])?;
    tonic_prost_build::configure().compile_fds(files)?;
    Ok(())
}
