//! Puts values where a template names them.

/// Names and their values.
pub(super) type Values = [(&'static str, String)];

/// Every `{{name}}` with its value. A value is not looked at again: what is in it stays as it is.
pub(super) fn fill(text: &str, values: &Values) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from)) = rest.split_once("{{") {
        filled.push_str(before);
        let Some((name, after)) = from.split_once("}}") else {
            rest = from;
            break;
        };
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            filled.push_str(value);
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_put_in_and_not_looked_at_again() {
        let values = [("a", "{{b}}".to_owned()), ("b", "no".to_owned())];
        assert_eq!(fill("1 {{a}} 2 {{c}} 3", &values), "1 {{b}} 2  3");
        assert_eq!(fill("nothing", &values), "nothing");
    }
}
