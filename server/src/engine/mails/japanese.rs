//! E-mails in Japanese.

use super::text::{MailKind, MailText};

pub(super) fn write(kind: MailKind, link: &str) -> MailText {
    match kind {
        MailKind::Verification => MailText {
            subject: "メールアドレスの確認".into(),
            text: format!(
                "Hostler にご登録いただきありがとうございます。\n\n\
                 次のリンクを開いて、このメールアドレスがご本人のものであることを確認してください。\n\n{link}\n\n\
                 リンクは 24 時間以内に 1 回だけ使用できます。お心当たりがない場合は、このメールを破棄してください。\
                 リンクを開かない限り、アカウントは使用できません。\n"
            ),
        },
        MailKind::PasswordReset => MailText {
            subject: "パスワードの再設定".into(),
            text: format!(
                "Hostler アカウントのパスワード再設定が申請されました。\n\n\
                 次のリンクから新しいパスワードを設定してください。\n\n{link}\n\n\
                 リンクは 1 時間以内に 1 回だけ使用できます。お心当たりがない場合は、このメールを破棄してください。\
                 パスワードは変更されません。\n"
            ),
        },
        MailKind::AlreadyRegistered => MailText {
            subject: "アカウントはすでに登録されています".into(),
            text: format!(
                "このメールアドレスで Hostler への新規登録が試みられましたが、アカウントはすでに存在します。\n\n\
                 サインインまたはパスワードの再設定はこちらから行えます。\n\n{link}\n\n\
                 お心当たりがない場合は、何もする必要はありません。\n"
            ),
        },
        MailKind::PasswordChanged => MailText {
            subject: "パスワードが変更されました".into(),
            text: format!(
                "Hostler アカウントのパスワードが変更されました。\n\n\
                 ご本人による変更の場合は、何もする必要はありません。\
                 お心当たりがない場合は、すぐに新しいパスワードを設定してください。\n\n{link}\n"
            ),
        },
        MailKind::ApiTokenCreated => MailText {
            subject: "API トークンが作成されました".into(),
            text: format!(
                "Hostler アカウントに新しい API トークンが作成されました。このトークンを持つプログラムは、\
                 ご本人に代わって操作を行えます。\n\n\
                 ご本人による作成の場合は、何もする必要はありません。\
                 お心当たりがない場合は、次のページでトークンを取り消し、新しいパスワードを設定してください。\n\n{link}\n"
            ),
        },
    }
}
