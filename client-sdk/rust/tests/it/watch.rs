//! The live stream of servers.

use futures_util::{StreamExt as _, stream};
use hostler_client::{ServerEvent, v1};
use tonic::{Request, Status};
use v1::watch_servers_response::Event;

use crate::mock::{Answers, Count, Script};

fn named(name: &str) -> v1::Server {
    v1::Server {
        name: name.to_owned(),
        ..Default::default()
    }
}

fn part(names: &[&str], last: bool) -> v1::WatchServersResponse {
    let servers = names.iter().map(|name| named(name)).collect();
    v1::WatchServersResponse {
        event: Some(Event::Snapshot(v1::ServersSnapshot { servers, last })),
    }
}

fn said(event: Option<Result<ServerEvent, hostler_client::Error>>) -> String {
    match event {
        None => "end".to_owned(),
        Some(Err(error)) => format!("error {:?}", error.code()),
        Some(Ok(ServerEvent::All(servers))) => {
            let names: Vec<_> = servers.into_iter().map(|server| server.name).collect();
            format!("all {}", names.join(" "))
        }
        Some(Ok(ServerEvent::Changed(server))) => format!("changed {}", server.name),
        Some(Ok(ServerEvent::Removed(id))) => format!("removed {id}"),
        Some(Ok(ServerEvent::Reconnecting { error, .. })) => format!("reconnecting after {:?}", error.code()),
    }
}

#[tokio::test]
async fn a_broken_stream_is_opened_again_and_says_so() {
    let opened = Count::default();
    let mock = Script::default()
        .stream(
            "Servers/WatchServers",
            move |_: Request<v1::WatchServersRequest>| {
                let answers: Answers<v1::WatchServersResponse> = if opened.up() == 1 {
                    // The second snapshot is cut off: its first half must not show up in what follows.
                    let cut = [
                        Ok(part(&["a"], false)),
                        Ok(part(&["b"], true)),
                        Ok(part(&["half"], false)),
                        Err(Status::unavailable("stopping")),
                    ];
                    stream::iter(cut).boxed()
                } else {
                    let changed = v1::WatchServersResponse {
                        event: Some(Event::Changed(named("c"))),
                    };
                    let removed = v1::WatchServersResponse {
                        event: Some(Event::Removed(v1::ServerRemoved {
                            server_id: "b".to_owned(),
                        })),
                    };
                    let unknown = v1::WatchServersResponse { event: None };
                    stream::iter([Ok(part(&["a", "b"], true)), Ok(unknown), Ok(changed), Ok(removed)])
                        .chain(stream::pending())
                        .boxed()
                };
                Ok(answers)
            },
        )
        .start()
        .await;

    let mut events = mock.program().servers().watch(Vec::new());
    let mut heard = Vec::new();
    for _ in 0..5 {
        heard.push(said(events.next().await));
    }
    assert_eq!(
        heard,
        [
            "all a b",
            "reconnecting after Unavailable",
            "all a b",
            "changed c",
            "removed b"
        ]
    );
}

#[tokio::test]
async fn an_error_that_lasts_ends_the_stream() {
    let mock = Script::default()
        .stream("Servers/WatchServers", |_: Request<v1::WatchServersRequest>| {
            Err::<Answers<v1::WatchServersResponse>, _>(Status::permission_denied("no"))
        })
        .start()
        .await;
    let mut events = mock.program().servers().watch(Vec::new());
    assert_eq!(said(events.next().await), "error PermissionDenied");
    assert_eq!(said(events.next().await), "end");
}
