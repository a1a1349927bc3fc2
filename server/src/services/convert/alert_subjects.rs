//! What rules are about.

use hostler_proto::v1;
use v1::alert_subjects::Subjects;

use super::labels::labels;
use super::reader::Reader;
use crate::domain::alert_subject::{NodeSelector, RuleSubjects};
use crate::domain::name_pattern::NamePattern;

/// Left out is all servers. Names its fields from the rule on.
pub(super) fn subjects(read: &mut Reader, value: Option<v1::AlertSubjects>) -> Option<RuleSubjects> {
    match value.and_then(|value| value.subjects) {
        None | Some(Subjects::AllServers(_)) => Some(RuleSubjects::AllServers),
        Some(Subjects::ServerId(id)) => read.id("subjects.server_id", &id).map(RuleSubjects::Server),
        Some(Subjects::AllNodes(_)) => Some(RuleSubjects::Nodes(NodeSelector::All)),
        Some(Subjects::NodeId(id)) => {
            let one = read.id("subjects.node_id", &id).map(NodeSelector::One);
            one.map(RuleSubjects::Nodes)
        }
        Some(Subjects::NodeLabels(wire)) => {
            if wire.labels.is_empty() {
                read.bad("subjects.node_labels.labels", "must be at least one");
                return None;
            }
            let labels = labels(read, "subjects.node_labels.labels", wire.labels);
            labels.map(NodeSelector::Labelled).map(RuleSubjects::Nodes)
        }
        Some(Subjects::Containers(wire)) => containers(read, wire),
    }
}

fn containers(read: &mut Reader, wire: v1::ContainerSubjects) -> Option<RuleSubjects> {
    let name = NamePattern::parse(&wire.name_pattern);
    if name.is_none() {
        read.bad(
            "subjects.containers.name_pattern",
            format!(
                "must be 1 to {} characters, at most {} of them `*`, and no control characters",
                NamePattern::MAX_LENGTH,
                NamePattern::MAX_STARS
            ),
        );
    }
    let node = read.optional_id("subjects.containers.node_id", &wire.node_id);
    let labels = labels(read, "subjects.containers.node_labels", wire.node_labels);
    let nodes = match (node?, labels?) {
        (Some(_), labels) if !labels.is_empty() => {
            read.bad(
                "subjects.containers.node_labels",
                "must be empty when a node is given",
            );
            return None;
        }
        (Some(node), _) => NodeSelector::One(node),
        (None, labels) if labels.is_empty() => NodeSelector::All,
        (None, labels) => NodeSelector::Labelled(labels),
    };
    Some(RuleSubjects::Containers { nodes, name: name? })
}

pub(super) fn wire_subjects(subjects: RuleSubjects) -> v1::AlertSubjects {
    let subjects = match subjects {
        RuleSubjects::AllServers => Subjects::AllServers(v1::AllServers {}),
        RuleSubjects::Server(id) => Subjects::ServerId(id.to_string()),
        RuleSubjects::Nodes(NodeSelector::All) => Subjects::AllNodes(v1::AllNodes {}),
        RuleSubjects::Nodes(NodeSelector::One(id)) => Subjects::NodeId(id.to_string()),
        RuleSubjects::Nodes(NodeSelector::Labelled(labels)) => Subjects::NodeLabels(v1::NodeLabels {
            labels: labels.into_iter().collect(),
        }),
        RuleSubjects::Containers { nodes, name } => {
            let mut wire = v1::ContainerSubjects {
                name_pattern: name.to_string(),
                ..Default::default()
            };
            match nodes {
                NodeSelector::All => {}
                NodeSelector::One(id) => wire.node_id = id.to_string(),
                NodeSelector::Labelled(labels) => wire.node_labels = labels.into_iter().collect(),
            }
            Subjects::Containers(wire)
        }
    };
    v1::AlertSubjects {
        subjects: Some(subjects),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fields::FieldErrors;
    use crate::domain::ids::NodeId;

    fn parse(wire: Subjects) -> Result<RuleSubjects, FieldErrors> {
        let mut read = Reader::inside("rule.");
        let wire = v1::AlertSubjects { subjects: Some(wire) };
        let subjects = subjects(&mut read, Some(wire));
        read.finish(|| subjects)
    }

    fn site(value: &str) -> std::collections::HashMap<String, String> {
        [("site".to_owned(), value.to_owned())].into()
    }

    #[test]
    fn subjects_are_told_as_they_were_given() {
        let node = NodeId::generate().to_string();
        let containers = |node_id: &str, node_labels| {
            Subjects::Containers(v1::ContainerSubjects {
                name_pattern: "shop-*".to_owned(),
                node_id: node_id.to_owned(),
                node_labels,
            })
        };
        for wire in [
            Subjects::AllServers(v1::AllServers {}),
            Subjects::AllNodes(v1::AllNodes {}),
            Subjects::NodeId(node.clone()),
            Subjects::NodeLabels(v1::NodeLabels {
                labels: site("berlin"),
            }),
            containers("", [].into()),
            containers(&node, [].into()),
            containers("", site("berlin")),
        ] {
            let told = wire_subjects(parse(wire.clone()).unwrap());
            assert_eq!(told.subjects, Some(wire));
        }
    }

    #[test]
    fn all_that_is_wrong_with_subjects_is_named_at_once() {
        let fields = |wire| {
            let errors = parse(wire).unwrap_err();
            errors.0.into_iter().map(|error| error.field).collect::<Vec<_>>()
        };
        let none = Subjects::NodeLabels(v1::NodeLabels::default());
        assert_eq!(fields(none), ["rule.subjects.node_labels.labels"]);
        assert_eq!(
            fields(Subjects::NodeId("x".to_owned())),
            ["rule.subjects.node_id"]
        );
        let wrong = v1::ContainerSubjects {
            name_pattern: "*".repeat(9),
            node_id: "x".to_owned(),
            node_labels: site("a\nb"),
        };
        assert_eq!(
            fields(Subjects::Containers(wrong)),
            [
                "rule.subjects.containers.name_pattern",
                "rule.subjects.containers.node_id",
                "rule.subjects.containers.node_labels[site]",
            ]
        );
        let both = v1::ContainerSubjects {
            name_pattern: "*".to_owned(),
            node_id: NodeId::generate().to_string(),
            node_labels: site("berlin"),
        };
        assert_eq!(
            fields(Subjects::Containers(both)),
            ["rule.subjects.containers.node_labels"]
        );
    }
}
