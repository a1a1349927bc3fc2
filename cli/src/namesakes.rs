//! What else has the name that a thing was just given. Names need not be unique, but a command that is given this one cannot tell them
//! apart any more.

use futures_util::stream::BoxStream;
use futures_util::{StreamExt as _, TryStreamExt as _};
use hostler_client::Error;

use crate::errors::Failure;
use crate::output::Output;

/// Names the others beside the result. What there is cannot be listed by every API token, and what was asked for is done by now: an error
/// is no word.
pub(crate) async fn tell<T: Send + 'static>(
    output: &mut Output,
    noun: &str,
    (id, name): (&str, &str),
    all: BoxStream<'static, Result<T, Error>>,
    named: impl Fn(T) -> (String, String) + Send + 'static,
) -> Result<(), Failure> {
    let all: Vec<_> = all.map_ok(named).boxed().try_collect().await.unwrap_or_default();
    let others: Vec<_> = all
        .into_iter()
        .filter(|(other, called)| other != id && called == name)
        .map(|(other, _)| other)
        .collect();
    if let Some(sentence) = sentence(noun, name, &others) {
        output.note(&sentence)?;
    }
    Ok(())
}

fn sentence(noun: &str, name: &str, others: &[String]) -> Option<String> {
    let there = match others {
        [] => return None,
        [_] => format!("is another {noun}"),
        several => format!("are {} other {noun}s", several.len()),
    };
    let ids = others.join(", ");
    Some(format!(
        "There {there} called {name:?}: {ids}. Commands tell them apart by id only."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_others_are_named_by_their_ids() {
        let said = |others: &[&str]| {
            let others: Vec<String> = others.iter().map(ToString::to_string).collect();
            sentence("rule", "CPU hot", &others).unwrap_or_default()
        };
        assert_eq!(said(&[]), "");
        insta::assert_snapshot!(said(&["0190"]), @r#"There is another rule called "CPU hot": 0190. Commands tell them apart by id only."#);
        insta::assert_snapshot!(said(&["0190", "0191"]), @r#"There are 2 other rules called "CPU hot": 0190, 0191. Commands tell them apart by id only."#);
    }
}
