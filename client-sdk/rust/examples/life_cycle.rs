//! A server's whole life: sign in, create, wait, stop, delete.
//!
//! ```sh
//! HOSTLER_EMAIL=me@hostler.example HOSTLER_PASSWORD_FILE=password \
//!     cargo run -p hostler-client --example life_cycle -- https://hostler.example:8600 [ca.pem]
//! ```

use std::error::Error;
use std::io::{Write as _, stderr};
use std::{env, fs};

use futures_util::TryStreamExt as _;
use hostler_client::{Client, WaitError, v1};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let mut builder = Client::builder(arguments.next().ok_or("name the server's URL")?);
    if let Some(path) = arguments.next() {
        builder = builder.ca_pem(fs::read(path)?);
    }
    let client = builder.connect().await?;
    let me = client
        .auth()
        .sign_in(v1::SignInRequest {
            email: env::var("HOSTLER_EMAIL")?,
            password: fs::read_to_string(env::var("HOSTLER_PASSWORD_FILE")?)?
                .trim_end()
                .to_owned(),
            device_name: "life_cycle".to_owned(),
        })
        .await?;
    say(&format!("signed in as {}", me.email));

    let outcome = live(&client).await;
    client.auth().sign_out().await?;
    outcome
}

async fn live(client: &Client) -> Result<(), Box<dyn Error>> {
    let tariff = client
        .catalog()
        .list_all_tariffs(v1::ListTariffsRequest::default())
        .try_next()
        .await?;
    let system = client
        .catalog()
        .list_all_operating_systems(v1::ListOperatingSystemsRequest::default())
        .try_next()
        .await?;
    let created = client
        .servers()
        .create(v1::CreateServerRequest {
            name: "life-cycle".to_owned(),
            tariff_id: tariff.ok_or("there is nothing to buy")?.id,
            operating_system_id: system.ok_or("there is nothing to install")?.id,
            ..Default::default()
        })
        .await?;
    let server_id = created.server.id;
    wait(client, &created.operation.id).await?;

    let request = v1::StopServerRequest {
        server_id: server_id.clone(),
        force_after_timeout: true,
        ..Default::default()
    };
    wait(client, &client.servers().stop(request).await?.operation.id).await?;

    let request = v1::DeleteServerRequest {
        server_id,
        ..Default::default()
    };
    wait(client, &client.servers().delete(request).await?.operation.id).await?;
    Ok(())
}

async fn wait(client: &Client, operation_id: &str) -> Result<(), WaitError> {
    let operation = client
        .operations()
        .wait(operation_id, |operation| {
            let progress = operation.progress.clone().unwrap_or_default();
            say(&format!(
                "{} {}/{} {}",
                operation.kind, progress.step, progress.step_count, progress.text
            ));
        })
        .await?;
    say(&format!("{} is done", operation.kind));
    Ok(())
}

fn say(line: &str) {
    // Nobody to tell is no reason to stop.
    writeln!(stderr(), "{line}").ok();
}
