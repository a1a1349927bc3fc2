//! Values of the API's enums as lower-case words: `SERVER_STATE_RUNNING` is `running`.

/// The word of a value, by its full name.
pub(crate) fn enum_word(name: &str, prefix: &str) -> String {
    name.strip_prefix(prefix).unwrap_or(name).to_ascii_lowercase()
}

/// The value of a word.
pub(crate) fn parse_enum<T>(
    word: &str,
    prefix: &str,
    from_name: impl Fn(&str) -> Option<T>,
) -> Result<T, String> {
    let name = format!("{prefix}{}", word.to_ascii_uppercase());
    if word.eq_ignore_ascii_case("unspecified") {
        return Err("not a state to ask for".to_owned());
    }
    from_name(&name).ok_or_else(|| "no such state".to_owned())
}

#[cfg(test)]
mod tests {
    use hostler_client::v1::ServerState;

    use super::*;

    #[test]
    fn words_and_values_belong_together() {
        let state = parse_enum("running", "SERVER_STATE_", ServerState::from_str_name).unwrap();
        assert_eq!(state, ServerState::Running);
        assert_eq!(enum_word(state.as_str_name(), "SERVER_STATE_"), "running");
        assert!(parse_enum("unspecified", "SERVER_STATE_", ServerState::from_str_name).is_err());
        assert!(parse_enum("flying", "SERVER_STATE_", ServerState::from_str_name).is_err());
    }
}
