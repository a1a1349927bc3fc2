//! Does what the server asks of containers and images, as far as the machine's owner lets it.

use std::path::PathBuf;

use bollard::container::LogOutput;
use bollard::models::CreateImageInfo;
use bollard::query_parameters::{
    CreateImageOptionsBuilder, InspectContainerOptions, KillContainerOptions, LogsOptionsBuilder,
    RemoveContainerOptionsBuilder, RestartContainerOptionsBuilder, StartContainerOptions,
    StopContainerOptionsBuilder,
};
use futures_util::stream::StreamExt as _;
use hostler_proto::v1;
use prost::bytes::Bytes;
use tokio::sync::mpsc;
use tokio::time::Instant;
use v1::node_action::Action;

use super::engine::{Engine, EngineError};
use super::translate::id;

/// Of one piece.
const MOST_BYTES: usize = 32 * 1024;

/// A piece of what an action puts out.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) kind: v1::OutputKind,
    pub(crate) data: Bytes,
}

type Done = Result<(), String>;

/// What it ends with is for people.
pub(crate) async fn act(
    sockets: &[PathBuf],
    action: Action,
    deadline: Instant,
    output: mpsc::Sender<Output>,
) -> Done {
    let left = deadline.saturating_duration_since(Instant::now());
    let engine = Engine::open(sockets, left)
        .await
        .map_err(|error| error.to_string())?;
    match action {
        Action::Container(action) => change(&engine, &action).await,
        Action::Logs(wanted) => logs(&engine, &wanted, &output).await,
        Action::Inspection(wanted) => inspect(&engine, &wanted, &output).await,
        Action::Pull(wanted) => pull(&engine, &wanted, &output).await,
        Action::GuestPassword(_) => Err("this is not for an engine of containers".to_owned()),
    }
}

/// Of a whole id, and of nothing that could lead elsewhere.
fn whole(text: &str) -> Result<&str, String> {
    id(Some(text)).ok_or_else(|| "this is no id of a container".to_owned())
}

async fn change(engine: &Engine, action: &v1::ContainerAction) -> Done {
    let (docker, id) = (&engine.docker, whole(&action.container_id)?);
    let grace = action.grace.and_then(|grace| i32::try_from(grace.seconds).ok());
    let done = match action.verb() {
        v1::ContainerVerb::Unspecified => return Err("it was not said what to do".to_owned()),
        v1::ContainerVerb::Start => docker.start_container(id, None::<StartContainerOptions>).await,
        v1::ContainerVerb::Stop => {
            let options = grace.map(|grace| StopContainerOptionsBuilder::new().t(grace).build());
            docker.stop_container(id, options).await
        }
        v1::ContainerVerb::Restart => {
            let options = grace.map(|grace| RestartContainerOptionsBuilder::new().t(grace).build());
            docker.restart_container(id, options).await
        }
        v1::ContainerVerb::Pause => docker.pause_container(id).await,
        v1::ContainerVerb::Unpause => docker.unpause_container(id).await,
        v1::ContainerVerb::Kill => docker.kill_container(id, None::<KillContainerOptions>).await,
        v1::ContainerVerb::Remove => {
            let options = RemoveContainerOptionsBuilder::new().force(action.force).build();
            docker.remove_container(id, Some(options)).await
        }
    };
    done.map_err(plain)
}

async fn logs(engine: &Engine, wanted: &v1::ContainerLogs, output: &mpsc::Sender<Output>) -> Done {
    let options = LogsOptionsBuilder::new()
        .stdout(true)
        .stderr(true)
        .follow(wanted.follow)
        .timestamps(wanted.timestamps)
        .tail(&wanted.tail.max(1).to_string())
        .build();
    let mut lines = engine.docker.logs(whole(&wanted.container_id)?, Some(options));
    while let Some(line) = lines.next().await {
        let (kind, data) = match line.map_err(plain)? {
            LogOutput::StdErr { message } => (v1::OutputKind::Stderr, message),
            LogOutput::StdOut { message } | LogOutput::StdIn { message } | LogOutput::Console { message } => {
                (v1::OutputKind::Stdout, message)
            }
        };
        put(output, kind, data).await;
    }
    Ok(())
}

/// Values of environment variables are secrets as often as not.
async fn inspect(engine: &Engine, wanted: &v1::ContainerInspection, output: &mpsc::Sender<Output>) -> Done {
    let id = whole(&wanted.container_id)?;
    let found = engine
        .docker
        .inspect_container(id, None::<InspectContainerOptions>)
        .await;
    let mut found = found.map_err(plain)?;
    for variable in found
        .config
        .iter_mut()
        .filter_map(|config| config.env.as_mut())
        .flatten()
    {
        let name = variable.split('=').next().unwrap_or_default();
        *variable = format!("{name}=…");
    }
    let text = serde_json::to_vec(&found).map_err(|error| error.to_string())?;
    put(output, v1::OutputKind::Document, text.into()).await;
    Ok(())
}

async fn pull(engine: &Engine, wanted: &v1::ImagePull, output: &mpsc::Sender<Output>) -> Done {
    let options = CreateImageOptionsBuilder::new().from_image(&wanted.image).build();
    let mut steps = engine.docker.create_image(Some(options), None, None);
    let mut last = String::new();
    while let Some(step) = steps.next().await {
        let step = step.map_err(plain)?;
        if let Some(problem) = step
            .error_detail
            .as_ref()
            .and_then(|detail| detail.message.clone())
        {
            return Err(problem);
        }
        let line = progress(&step);
        // An engine says the same many times a second.
        if line != last {
            put(output, v1::OutputKind::Progress, Bytes::from(format!("{line}\n"))).await;
            last = line;
        }
    }
    Ok(())
}

/// Such as `3f4e: Downloading 12 of 30 MiB`.
fn progress(step: &CreateImageInfo) -> String {
    let status = step.status.as_deref().unwrap_or_default();
    let line = match step.id.as_deref() {
        Some(layer) => format!("{layer}: {status}"),
        None => status.to_owned(),
    };
    if let Some(detail) = &step.progress_detail
        && let (Some(current), Some(total)) = (detail.current, detail.total)
        && total > 0
    {
        return format!("{line} {} of {} MiB", current >> 20, total >> 20);
    }
    line
}

async fn put(output: &mpsc::Sender<Output>, kind: v1::OutputKind, mut data: Bytes) {
    while !data.is_empty() {
        let piece = data.split_to(data.len().min(MOST_BYTES));
        // Who does not want it any more has ended this, too.
        output.send(Output { kind, data: piece }).await.ok();
    }
}

fn plain(error: bollard::errors::Error) -> String {
    if let bollard::errors::Error::DockerResponseServerError { message, .. } = error {
        return message;
    }
    EngineError::from(error).to_string()
}
