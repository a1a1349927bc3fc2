import type { auth as english } from '../../en/core/auth';
import type { JapaneseForm, Translation } from '../../shape';

export const auth: Translation<typeof english, JapaneseForm> = {
  email: 'メールアドレス',
  password: 'パスワード',
  newPassword: '新しいパスワード',
  repeatPassword: 'パスワードの再入力',
  passwordHint: '10〜128 文字。いくつかの単語を並べるのがおすすめです。',
  displayName: '名前',
  displayNameHint: 'ご本人とサポートに表示されます。空欄でもかまいません。',
  signIn: {
    title: 'サインイン',
    submit: 'サインイン',
    forgot: 'パスワードをお忘れですか?',
    noAccount: 'アカウントをお持ちでない方は',
    signUp: '新規作成',
    resend: 'リンクを再送する',
    resent: '確認待ちのアドレスであれば、新しいリンクをお送りしました。',
  },
  signUp: {
    title: 'アカウントの作成',
    submit: 'アカウントを作成',
    haveAccount: 'すでにアカウントをお持ちの方は',
    signIn: 'サインイン',
    sentTitle: 'メールをご確認ください',
    sent: '{{email}} にメールをお送りしました。メール内のリンクでアドレスを確認してから、サインインしてください。',
  },
  verify: {
    title: 'メールアドレスの確認',
    working: 'お待ちください…',
    done: 'アドレスを確認しました。サインインできます。',
    failed: 'このリンクは使用済みか、期限切れです。下から新しいリンクを請求してください。',
    submit: '新しいリンクを送る',
  },
  forgot: {
    title: 'パスワードの再設定',
    text: '新しいパスワードを設定するリンクをメールでお送りします。',
    submit: 'リンクを送る',
    sent: '{{email}} のアカウントがあれば、リンクをお送りしました。リンクは 1 回限り、1 時間有効です。',
    backToSignIn: 'サインインに戻る',
  },
  reset: {
    title: '新しいパスワードの設定',
    submit: 'パスワードを設定',
    done: '新しいパスワードが有効になり、すべての端末からサインアウトしました。新しいパスワードでサインインしてください。',
    dead: 'このリンクは使用済みか、期限切れです。',
    again: '新しいリンクを請求する',
  },
  invalidEmail: 'name@example.org の形式で入力してください。',
  passwordLength: 'パスワードは 10〜128 文字で入力してください。',
  passwordsDiffer: 'パスワードが一致しません。',
  required: '入力してください。',
};
