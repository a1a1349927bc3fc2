//! Mail reaches a real SMTP server, and what goes wrong with it is told apart.

use std::io::Write as _;
use std::time::Duration;

use hostler_tests::smtp_sink::SmtpSink;
use hostlerd::adapters::smtp::{Smtp, SmtpSecurity, SmtpSettings};
use hostlerd::domain::ids::DeliveryId;
use hostlerd::domain::names::Email;
use hostlerd::ports::mailer::{Mail, MailError, Mailer};
use tokio::net::TcpListener;

const PASSWORD: &str = "correct horse battery staple";
const CREDENTIALS: [&str; 4] = ["--user", "hostler", "--password", PASSWORD];

fn plain(port: u16) -> SmtpSettings {
    SmtpSettings {
        host: "127.0.0.1".to_owned(),
        port,
        security: SmtpSecurity::PlainLoopbackOnly,
        username: String::new(),
        password: String::new(),
        from: "Hostler <noreply@hosting.example>".to_owned(),
        ca_file: None,
        timeout: Duration::from_secs(10),
    }
}

fn with_password(port: u16) -> SmtpSettings {
    SmtpSettings {
        username: "hostler".to_owned(),
        password: PASSWORD.to_owned(),
        ..plain(port)
    }
}

fn mail(to: &str) -> Mail {
    Mail {
        id: DeliveryId::generate(),
        to: vec![Email::parse(to).unwrap()],
        subject: "Сервер готов — こんにちは".to_owned(),
        text: "Open this link:\nhttps://hosting.example/verify#token=abc\n\nСпасибо.\n".to_owned(),
        html: "<p>Open this link: <a href=\"https://hosting.example/verify#token=abc\">it</a></p>".to_owned(),
    }
}

fn ca_file(sink: &SmtpSink) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(sink.ca.as_ref().unwrap().as_bytes()).unwrap();
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_arrives_as_it_was_written() {
    let Some(mut sink) = SmtpSink::start(&[]).await.unwrap() else {
        return;
    };
    let smtp = Smtp::new(plain(sink.port)).unwrap();
    let mail = mail("customer@example.org");
    // Twice, so that the second goes over the connection of the first.
    for _ in 0..2 {
        smtp.send(&mail).await.unwrap();
        let received = sink.received().await.unwrap();
        assert_eq!(received.from, "noreply@hosting.example");
        assert_eq!(received.to, ["customer@example.org"]);
        assert_eq!(received.subject, mail.subject);
        assert_eq!(received.body.trim_end(), mail.text.trim_end());
        assert!(!received.tls);
        assert_eq!(received.user, None);
        assert_eq!(
            received.html.as_deref().map(str::trim_end),
            Some(mail.html.as_str())
        );
        // The same in every try: who gets it twice can tell.
        assert_eq!(received.headers["X-Hostler-Delivery"], mail.id.to_string());
        assert!(received.headers["Message-ID"].contains(&mail.id.to_string()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_travels_only_after_the_upgrade_to_tls() {
    let arguments = [&["--starttls"], &CREDENTIALS[..]].concat();
    let Some(mut sink) = SmtpSink::start(&arguments).await.unwrap() else {
        return;
    };
    let ca = ca_file(&sink);
    let smtp = Smtp::new(SmtpSettings {
        security: SmtpSecurity::StartTls,
        ca_file: Some(ca.path().to_owned()),
        ..with_password(sink.port)
    })
    .unwrap();
    smtp.send(&mail("customer@example.org")).await.unwrap();
    let received = sink.received().await.unwrap();
    assert!(received.tls);
    assert_eq!(received.user.as_deref(), Some("hostler"));
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_goes_over_tls_from_the_first_byte_on() {
    let arguments = [&["--tls"], &CREDENTIALS[..]].concat();
    let Some(mut sink) = SmtpSink::start(&arguments).await.unwrap() else {
        return;
    };
    let ca = ca_file(&sink);
    let smtp = Smtp::new(SmtpSettings {
        security: SmtpSecurity::Tls,
        ca_file: Some(ca.path().to_owned()),
        ..with_password(sink.port)
    })
    .unwrap();
    smtp.send(&mail("customer@example.org")).await.unwrap();
    assert!(sink.received().await.unwrap().tls);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_nobody_vouches_for_ends_it_before_the_password() {
    let arguments = [&["--starttls"], &CREDENTIALS[..]].concat();
    let Some(sink) = SmtpSink::start(&arguments).await.unwrap() else {
        return;
    };
    let smtp = Smtp::new(SmtpSettings {
        security: SmtpSecurity::StartTls,
        ..with_password(sink.port)
    })
    .unwrap();
    let error = smtp.send(&mail("customer@example.org")).await.unwrap_err();
    assert!(matches!(error, MailError::Temporary(_)), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_tls_is_not_spoken_to_when_tls_is_wanted() {
    let Some(sink) = SmtpSink::start(&[]).await.unwrap() else {
        return;
    };
    let smtp = Smtp::new(SmtpSettings {
        security: SmtpSecurity::StartTls,
        ..with_password(sink.port)
    })
    .unwrap();
    assert!(smtp.send(&mail("customer@example.org")).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_told_without_telling_it() {
    let Some(sink) = SmtpSink::start(&CREDENTIALS).await.unwrap() else {
        return;
    };
    let wrong = "not the right one";
    let smtp = Smtp::new(SmtpSettings {
        password: wrong.to_owned(),
        ..with_password(sink.port)
    })
    .unwrap();
    let error = smtp.send(&mail("customer@example.org")).await.unwrap_err();
    assert!(matches!(error, MailError::Temporary(_)), "{error}");
    let text = format!("{error} {error:?}");
    assert!(text.contains("535"), "{text}");
    assert!(!text.contains(wrong), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_does_not_exist_is_a_refusal_and_the_next_mail_arrives() {
    let Some(mut sink) = SmtpSink::start(&["--reject", "gone@example.org"]).await.unwrap() else {
        return;
    };
    let smtp = Smtp::new(plain(sink.port)).unwrap();
    let error = smtp.send(&mail("gone@example.org")).await.unwrap_err();
    assert!(
        matches!(&error, MailError::Rejected(text) if text.contains("no such mailbox")),
        "{error}"
    );
    smtp.send(&mail("customer@example.org")).await.unwrap();
    assert_eq!(sink.received().await.unwrap().to, ["customer@example.org"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_refused_when_it_was_read_is_told_apart_by_whether_it_may_be_taken_later() {
    let to = "customer@example.org";
    let answers = [
        "451 4.3.0 scanning it took too long",
        "554 5.7.1 it looks like spam",
    ];
    let arguments = ["--answer", to, answers[0], "--answer", to, answers[1]];
    let Some(mut sink) = SmtpSink::start(&arguments).await.unwrap() else {
        return;
    };
    let smtp = Smtp::new(plain(sink.port)).unwrap();
    let mail = mail(to);
    let error = smtp.send(&mail).await.unwrap_err();
    assert!(
        matches!(&error, MailError::Temporary(text) if text.contains("took too long")),
        "{error}"
    );
    let error = smtp.send(&mail).await.unwrap_err();
    assert!(
        matches!(&error, MailError::Rejected(text) if text.contains("like spam")),
        "{error}"
    );
    // Nobody took it for sent.
    smtp.send(&mail).await.unwrap();
    let mut ids = Vec::new();
    for answer in [answers[0], answers[1], "250 Message accepted for delivery"] {
        let received = sink.received().await.unwrap();
        assert_eq!(received.answer, answer);
        ids.push(received.headers["Message-ID"].clone());
    }
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_down_is_worth_another_try() {
    // Bound and closed again, so nobody listens there.
    let port = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let smtp = Smtp::new(plain(port)).unwrap();
    let error = smtp.send(&mail("customer@example.org")).await.unwrap_err();
    assert!(matches!(error, MailError::Temporary(_)), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_says_nothing_is_given_up_on() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let smtp = Smtp::new(SmtpSettings {
        timeout: Duration::from_millis(200),
        ..plain(silent.local_addr().unwrap().port())
    })
    .unwrap();
    let error = smtp.send(&mail("customer@example.org")).await.unwrap_err();
    assert!(matches!(error, MailError::Temporary(_)), "{error}");
}
