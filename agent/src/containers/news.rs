//! What a session has not told of containers yet: all when it begins, then what has changed.

use std::collections::{HashSet, VecDeque};

use hostler_proto::v1;
use hostler_proto::v1::attach_request::Message;
use tokio::sync::watch;

use super::shelf::{Known, Shelf};

/// Of one message, so that it stays far below what the server takes.
const MOST_CONTAINERS: usize = 200;
const MOST_FIGURES: usize = 500;

/// Of one session.
#[derive(Debug)]
pub(crate) struct News {
    /// `None` where containers are nobody's business.
    source: Option<Source>,
}

#[derive(Debug)]
struct Source {
    shelf: Shelf,
    changes: watch::Receiver<u64>,
    /// Made and not yet taken.
    due: VecDeque<Message>,
    told: Option<Told>,
}

#[derive(Debug)]
struct Told {
    version: u64,
    ids: HashSet<String>,
    engine: Option<v1::ContainerEngine>,
    problem: String,
    look: u64,
}

impl News {
    pub(super) fn of(shelf: Option<&Shelf>) -> Self {
        Self {
            source: shelf.map(|shelf| Source {
                changes: shelf.changes(),
                shelf: shelf.clone(),
                due: VecDeque::new(),
                told: None,
            }),
        }
    }

    /// Waits until there is something to tell. May be dropped and called again.
    pub(crate) async fn next(&mut self) -> Message {
        let Some(source) = &mut self.source else {
            return std::future::pending().await;
        };
        loop {
            if let Some(message) = source.due.pop_front() {
                return message;
            }
            source.changes.mark_unchanged();
            source.look();
            if source.due.is_empty() && source.changes.changed().await.is_err() {
                // The watcher has ended, which it does with the agent.
                return std::future::pending().await;
            }
        }
    }
}

impl Source {
    fn look(&mut self) {
        let (told, due) = (&mut self.told, &mut self.due);
        self.shelf.read(|known, version| {
            tell_containers(known, told.as_ref(), due);
            if known.look != told.as_ref().map_or(0, |told| told.look) {
                tell_figures(known, due);
            }
            *told = Some(Told {
                version,
                ids: known.containers.keys().cloned().collect(),
                engine: known.engine.clone(),
                problem: known.problem.clone(),
                look: known.look,
            });
        });
    }
}

fn tell_containers(known: &Known, told: Option<&Told>, due: &mut VecDeque<Message>) {
    let changed: Vec<v1::Container> = known
        .containers
        .values()
        .filter(|placed| told.is_none_or(|told| placed.version > told.version))
        .map(|placed| placed.container.clone())
        .collect();
    let removed: Vec<String> = told.map_or_else(Vec::new, |told| {
        let gone = told.ids.iter().filter(|id| !known.containers.contains_key(*id));
        gone.cloned().collect()
    });
    let is_same = told.is_some_and(|told| {
        changed.is_empty()
            && removed.is_empty()
            && told.engine == known.engine
            && told.problem == known.problem
    });
    if is_same {
        return;
    }
    let report = || v1::ContainersReport {
        engine: known.engine.clone(),
        problem: known.problem.clone(),
        ..Default::default()
    };
    let mut reports = vec![v1::ContainersReport {
        reset: told.is_none(),
        removed_container_ids: removed.iter().take(MOST_CONTAINERS).cloned().collect(),
        ..report()
    }];
    for more in removed.chunks(MOST_CONTAINERS).skip(1) {
        reports.push(v1::ContainersReport {
            removed_container_ids: more.to_vec(),
            ..report()
        });
    }
    for (index, part) in changed.chunks(MOST_CONTAINERS).enumerate() {
        if index > 0 {
            reports.push(report());
        }
        if let Some(last) = reports.last_mut() {
            last.containers = part.to_vec();
        }
    }
    let last = reports.len() - 1;
    for (index, report) in reports.iter_mut().enumerate() {
        report.more = index < last;
    }
    due.extend(reports.into_iter().map(Message::Containers));
}

fn tell_figures(known: &Known, due: &mut VecDeque<Message>) {
    let mut parts: Vec<v1::ContainerFigures> = known
        .figures
        .chunks(MOST_FIGURES)
        .map(|part| v1::ContainerFigures {
            stats: part.to_vec(),
            last: false,
        })
        .collect();
    if parts.is_empty() {
        parts.push(v1::ContainerFigures::default());
    }
    if let Some(last) = parts.last_mut() {
        last.last = true;
    }
    due.extend(parts.into_iter().map(Message::ContainerFigures));
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    fn engine() -> v1::ContainerEngine {
        v1::ContainerEngine {
            name: "docker".to_owned(),
            version: "27".to_owned(),
        }
    }

    fn container(number: usize, name: &str) -> v1::Container {
        v1::Container {
            id: format!("{number:064x}"),
            name: name.to_owned(),
            ..Default::default()
        }
    }

    /// So many containers.
    fn filled(count: usize) -> Shelf {
        let shelf = Shelf::new();
        let ids = (0..count).map(|number| format!("{number:064x}")).collect();
        for number in 0..count {
            shelf.put(container(number, "one"));
        }
        shelf.all(engine(), &ids);
        shelf
    }

    async fn report(news: &mut News) -> v1::ContainersReport {
        let message = news.next().await;
        let Message::Containers(report) = message else {
            panic!("no report: {message:?}");
        };
        report
    }

    async fn nothing(news: &mut News) {
        let next = timeout(Duration::from_millis(20), news.next()).await;
        assert!(next.is_err(), "{next:?}");
    }

    #[tokio::test]
    async fn a_session_begins_with_all_and_goes_on_with_what_changes() {
        let shelf = filled(2);
        let mut news = News::of(Some(&shelf));
        let first = report(&mut news).await;
        assert_eq!(
            (first.reset, first.more, first.containers.len()),
            (true, false, 2)
        );
        assert_eq!(first.engine, Some(engine()));
        nothing(&mut news).await;

        shelf.put(container(1, "one"));
        nothing(&mut news).await;
        shelf.put(container(1, "another"));
        shelf.remove(&format!("{:064x}", 0));
        let second = report(&mut news).await;
        assert_eq!((second.reset, second.containers.len()), (false, 1));
        assert_eq!(second.removed_container_ids, [format!("{:064x}", 0)]);

        shelf.fail(true, "it does not answer");
        assert_eq!(report(&mut news).await.problem, "it does not answer");
        shelf.fail(true, "it does not answer");
        nothing(&mut news).await;
    }

    #[tokio::test]
    async fn many_containers_go_in_parts() {
        let shelf = filled(1000);
        let mut news = News::of(Some(&shelf));
        let mut parts = Vec::new();
        loop {
            let part = report(&mut news).await;
            let more = part.more;
            parts.push((part.reset, part.containers.len()));
            if !more {
                break;
            }
        }
        assert_eq!(
            parts,
            [
                (true, 200),
                (false, 200),
                (false, 200),
                (false, 200),
                (false, 200)
            ]
        );
        shelf.fail(false, "");
        let mut removed = 0;
        loop {
            let part = report(&mut news).await;
            removed += part.removed_container_ids.len();
            if !part.more {
                break;
            }
        }
        assert_eq!(removed, 1000);
    }

    #[tokio::test]
    async fn figures_are_told_once_and_that_there_are_none_as_well() {
        let shelf = filled(1);
        let mut news = News::of(Some(&shelf));
        report(&mut news).await;
        shelf.measure(vec![v1::ContainerStats::default(); 501]);
        for expected in [(500, false), (1, true)] {
            let message = news.next().await;
            let Message::ContainerFigures(figures) = message else {
                panic!("no figures: {message:?}");
            };
            assert_eq!((figures.stats.len(), figures.last), expected);
        }
        nothing(&mut news).await;
        shelf.measure(Vec::new());
        assert_eq!(
            news.next().await,
            Message::ContainerFigures(v1::ContainerFigures {
                stats: Vec::new(),
                last: true
            })
        );
    }

    #[tokio::test]
    async fn nothing_is_told_before_anything_is_known_or_where_nobody_may_know() {
        nothing(&mut News::of(Some(&Shelf::new()))).await;
        nothing(&mut News::of(None)).await;
    }
}
