//! Builds the web client into the server: a table of the files that `make web` left in `web-client/dist`.
//!
//! Without such files the table is empty, and the build needs no Node. In release builds each file also lies
//! there compressed, so that the server never compresses anything while it serves.

use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

const BROTLI_QUALITY: u32 = 11;
const BROTLI_WINDOW: u32 = 22;

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let dist = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../web-client/dist");
    // Cargo builds anew each time while a path that it is to watch is missing.
    fs::create_dir_all(&dist)?;
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={}", dist.display());

    let compress = env::var("PROFILE")? == "release";
    let mut files = Vec::new();
    collect(&dist, &mut files)?;
    files.sort();
    let mut table = String::from("&[\n");
    for (index, file) in files.iter().enumerate() {
        let plain = fs::read(file)?;
        let variant = |ending: &str, bytes: Vec<u8>| -> Result<String, Box<dyn Error>> {
            // What hardly gets smaller, such as pictures, is not worth a second copy.
            if bytes.len() >= plain.len() - plain.len() / 20 {
                return Ok("None".to_owned());
            }
            let path = out.join(format!("web-{index}.{ending}"));
            fs::write(&path, bytes)?;
            Ok(format!("Some(include_bytes!({:?}))", text(&path)?))
        };
        let (brotli, gzip) = if compress {
            (variant("br", brotli(&plain)?)?, variant("gz", gzip(&plain)?)?)
        } else {
            ("None".to_owned(), "None".to_owned())
        };
        let (path, file) = (text(file.strip_prefix(&dist)?)?, text(file)?);
        writeln!(
            table,
            "Embedded {{ path: {path:?}, plain: include_bytes!({file:?}), brotli: {brotli}, gzip: {gzip} }},"
        )?;
    }
    table.push(']');
    fs::write(out.join("web_client.rs"), table)?;
    Ok(())
}

fn text(path: &Path) -> Result<&str, Box<dyn Error>> {
    Ok(path.to_str().ok_or("a file name that is no text")?)
}

/// Every file to serve; notes of the build tool (hidden) and maps of the sources are none.
fn collect(directory: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let hidden = path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if hidden || path.extension().is_some_and(|extension| extension == "map") {
            continue;
        }
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn brotli(plain: &[u8]) -> Result<Vec<u8>, std::io::Error> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, BROTLI_QUALITY, BROTLI_WINDOW);
    writer.write_all(plain)?;
    writer.flush()?;
    Ok(writer.into_inner())
}

fn gzip(plain: &[u8]) -> Result<Vec<u8>, std::io::Error> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(plain)?;
    writer.finish()
}
