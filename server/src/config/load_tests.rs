//! What the sources of the configuration promise, from a file, variables and flags.

use std::io::Write;

use super::check::warnings;
use super::error::ConfigError;
use super::load::{ConfigFile, Sources, load};
use super::settings::{Config, HypervisorConfig, SimConfig};

fn sources(
    file: &str,
    environment: &[(&str, &str)],
    flags: &[(&str, &str)],
) -> (tempfile::NamedTempFile, Sources) {
    let mut kept = tempfile::NamedTempFile::new().unwrap();
    kept.write_all(file.as_bytes()).unwrap();
    let sources = Sources {
        file: ConfigFile::Named(kept.path().to_owned()),
        environment: environment
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect(),
        flags: flags
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect(),
    };
    (kept, sources)
}

fn loaded(file: &str, environment: &[(&str, &str)], flags: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let (_kept, sources) = sources(file, environment, flags);
    load(&sources, &Config::default())
}

#[test]
fn a_flag_beats_the_environment_and_that_beats_the_file() {
    let file = "[server]\nlisten = \"127.0.0.1:1\"\n[operations]\nworkers = 1\n[log]\nlevel = \"warn\"";
    let config = loaded(
        file,
        &[
            ("HOSTLER_SERVER__LISTEN", "127.0.0.1:2"),
            ("HOSTLER_OPERATIONS__WORKERS", "2"),
            ("PATH", "/bin"),
        ],
        &[("server.listen", "127.0.0.1:3")],
    )
    .unwrap();
    assert_eq!(config.server.listen.port(), 3);
    assert_eq!(config.operations.workers, 2);
    assert_eq!(config.log.level, "warn");
    assert_eq!(config.server.connections, 10_000);
}

#[test]
fn a_secret_that_nobody_gave_is_empty() {
    assert_eq!(loaded("", &[], &[]).unwrap().database.url.expose(), "");
}

#[test]
fn an_unknown_key_is_an_error_that_names_it() {
    for (file, environment) in [
        ("[server]\nlissten = 1", &[][..]),
        ("", &[("HOSTLER_SERVER__LISSTEN", "1")][..]),
    ] {
        let error = loaded(file, environment, &[]).unwrap_err().to_string();
        assert!(error.contains("lissten"), "{error}");
    }
}

#[test]
fn a_secret_comes_from_a_file_and_prints_as_stars() {
    let mut secret = tempfile::NamedTempFile::new().unwrap();
    secret.write_all(b"hunter2\n").unwrap();
    let path = secret.path().to_str().unwrap();
    let config = loaded("", &[("HOSTLER_MAIL__PASSWORD_FILE", path)], &[]).unwrap();
    assert_eq!(config.mail.password.as_ref().unwrap().expose(), "hunter2");
    assert!(!format!("{config:?}").contains("hunter2"));
    assert!(!toml::to_string(&config).unwrap().contains("hunter2"));
}

#[test]
fn a_secret_stays_as_it_was_written() {
    for text in [
        "0123", "0x10", "1_000", "+5", "1.5", "inf", "true", "[\"a\"]", "'quoted'", "a = 1", " x",
    ] {
        let variables = [
            ("HOSTLER_METRICS__TOKEN", text),
            ("HOSTLER_DATABASE__URL", text),
            ("HOSTLER_HYPERVISORS__LAB__KIND", "proxmox"),
            ("HOSTLER_HYPERVISORS__LAB__ENDPOINTS", "[\"https://pve:8006\"]"),
            ("HOSTLER_HYPERVISORS__LAB__TOKEN_ID", "1"),
            ("HOSTLER_HYPERVISORS__LAB__TOKEN_SECRET", text),
            ("HOSTLER_HYPERVISORS__LAB__ROOTFS_STORAGE", "2024"),
            ("HOSTLER_HYPERVISORS__LAB__POOL", "7"),
            ("HOSTLER_HYPERVISORS__LAB__VMID_FIRST", "200000"),
        ];
        let config = loaded("", &variables, &[]).unwrap();
        assert_eq!(config.metrics.token.unwrap().expose(), text);
        assert_eq!(config.database.url.expose(), text);
        let HypervisorConfig::Proxmox(lab) = &config.hypervisors["lab"] else {
            panic!("{:?}", config.hypervisors);
        };
        assert_eq!(lab.token_secret.expose(), text);
        assert_eq!(
            (lab.rootfs_storage.as_str(), lab.pool.as_deref()),
            ("2024", Some("7"))
        );
        assert_eq!((lab.vmid_first, lab.vmid_last), (200_000, 999_999));
    }
}

#[test]
fn text_of_digits_stays_text_where_text_is_wanted() {
    let config = loaded(
        "",
        &[("HOSTLER_MAIL__USERNAME", "12345"), ("HOSTLER_MAIL__HOST", "1.5")],
        &[("state_dir", "2024"), ("log.level", "true")],
    )
    .unwrap();
    assert_eq!(config.mail.username, "12345");
    assert_eq!(config.mail.host, "1.5");
    assert_eq!(config.state_dir.to_str(), Some("2024"));
    assert_eq!(config.log.level, "true");
}

#[test]
fn each_type_is_read_from_its_text() {
    let config = loaded(
        "",
        &[
            ("HOSTLER_IDENTITY__SIGN_UP", "false"),
            (
                "HOSTLER_SERVER__TRUSTED_PROXIES",
                "[\"127.0.0.0/8\", \"::1/128\"]",
            ),
            ("HOSTLER_OPERATIONS__WORKERS", "3"),
            ("HOSTLER_TLS__MODE", "off"),
            ("HOSTLER_HYPERVISORS__LAB__KIND", "sim"),
            ("HOSTLER_HYPERVISORS__LAB__PACE", "0"),
            ("HOSTLER_HYPERVISORS__LAB__NODES", "[\"1\"]"),
        ],
        &[],
    )
    .unwrap();
    assert!(!config.identity.sign_up);
    assert_eq!(config.server.trusted_proxies.len(), 2);
    assert_eq!(config.operations.workers, 3);
    let HypervisorConfig::Sim(lab) = &config.hypervisors["lab"] else {
        panic!("{:?}", config.hypervisors);
    };
    assert!(lab.pace.abs() < f64::EPSILON);
    assert_eq!(lab.nodes, ["1"]);
}

#[test]
fn a_wrong_value_is_an_error_that_names_the_variable_and_what_it_should_be() {
    for (variable, text, wanted) in [
        ("HOSTLER_OPERATIONS__WORKERS", "many", "a whole number, such as 8"),
        ("HOSTLER_MAIL__PORT", "70000", "u16"),
        ("HOSTLER_IDENTITY__SIGN_UP", "yes", "true or false"),
        (
            "HOSTLER_SERVER__CORS_ORIGINS",
            "https://panel.example.org",
            "a list, such as",
        ),
        ("HOSTLER_SERVER__TRUSTED_PROXIES", "[\"proxy\"]", "IP"),
        ("HOSTLER_SERVER__LISTEN", "8600", "socket address"),
        ("HOSTLER_SERVER", "127.0.0.1:8600", "is a section"),
        ("HOSTLER_TLS__MODE", "on", "`self-signed`"),
        ("HOSTLER_HYPERVISORS__LAB__KIND", "xen", "`proxmox`"),
        ("HOSTLER_LOG__LEVEL__FORMAT", "text", "a string"),
        (
            "HOSTLER_MAIL__PASSWORD_FILE",
            "/nowhere/password",
            "/nowhere/password",
        ),
    ] {
        let error = loaded("", &[(variable, text)], &[]).unwrap_err();
        let error = error.to_string();
        assert!(error.contains(variable) && error.contains(wanted), "{error}");
    }
}

#[test]
fn a_variable_that_is_no_key_is_an_error_that_names_it() {
    for variable in [
        "HOSTLER_ADDRESS",
        "HOSTLER_SERVER__LISSTEN",
        "HOSTLER_MAIL__",
        "HOSTLER_",
    ] {
        let error = loaded("", &[(variable, "1")], &[]).unwrap_err().to_string();
        assert!(
            error.contains(variable) && error.contains("unknown field"),
            "{error}"
        );
    }
}

#[test]
fn variables_of_the_build_and_of_other_programs_are_left_alone() {
    let others = [
        ("HOSTLER_PROTO_BASE", "main"),
        ("HOSTLER_TOOLS_DIR", "/tools"),
        ("HOSTLER_TEST_SEED", "1"),
        ("HOSTLER_CLI_TOKEN", "hst_x"),
    ];
    loaded("", &others, &[]).unwrap();
}

#[test]
fn an_error_in_the_file_names_the_key_and_shows_no_secret() {
    for (file, wanted) in [
        ("[mail]\nport = \"smtp\"", "mail.port"),
        ("[mail]\npassword = 4711", "mail.password: a secret is text"),
        ("[mail]\npassword = 4711 4711", "line 2"),
    ] {
        let error = loaded(file, &[], &[]).unwrap_err().to_string();
        assert!(error.contains(wanted) && !error.contains("4711"), "{error}");
    }
}

#[test]
fn a_secret_that_is_not_set_prints_as_nothing() {
    let printed = toml::to_string(&Config::default()).unwrap();
    assert!(
        printed.contains("url = \"\"") && !printed.contains("***"),
        "{printed}"
    );
}

#[test]
fn hypervisors_of_the_environment_replace_the_defaults() {
    let mut defaults = Config::default();
    defaults
        .hypervisors
        .insert("sim".to_owned(), HypervisorConfig::Sim(SimConfig::default()));
    let (_kept, sources) = sources(
        "",
        &[
            ("HOSTLER_HYPERVISORS__LAB__KIND", "sim"),
            ("HOSTLER_HYPERVISORS__LAB__PACE", "0.5"),
        ],
        &[],
    );
    let config = load(&sources, &defaults).unwrap();
    assert_eq!(config.hypervisors.keys().collect::<Vec<_>>(), ["lab"]);
}

#[test]
fn a_hypervisor_whose_name_is_too_long_is_refused() {
    let named = |name: &str| loaded(&format!("[hypervisors.\"{name}\"]\nkind = \"sim\""), &[], &[]);
    assert!(named(&"x".repeat(58)).is_ok());
    for name in ["x".repeat(59), String::new()] {
        let error = named(&name).unwrap_err().to_string();
        assert!(error.contains("1 to 58 characters"), "{error}");
    }
}

#[test]
fn halves_of_a_setting_are_refused() {
    for file in [
        "[tls]\nmode = \"files\"",
        "[mail]\ntransport = \"smtp\"",
        "[operations]\nworkers = 0",
        "[monitoring]\nsweep_seconds = 0",
        "[monitoring]\nsweep_seconds = 3601",
        "[server]\ncors_origins = [\"*\"]",
        "[server]\ncors_origins = [\"https://panel.example.org/\"]",
    ] {
        assert!(loaded(file, &[], &[]).is_err(), "{file}");
    }
}

#[test]
fn accounts_that_can_never_sign_in_are_warned_of() {
    assert_eq!(warnings(&loaded("", &[], &[]).unwrap()).len(), 1);
    for (variable, text) in [
        ("HOSTLER_MAIL__TRANSPORT", "log"),
        ("HOSTLER_IDENTITY__SIGN_UP", "false"),
        ("HOSTLER_IDENTITY__REQUIRE_VERIFIED_EMAIL", "false"),
    ] {
        let config = loaded("", &[(variable, text)], &[]).unwrap();
        assert!(warnings(&config).is_empty(), "{variable}");
    }
}
