import type { inbox as english } from '../../en/customer/inbox';
import type { JapaneseForm, Translation } from '../../shape';

export const inbox: Translation<typeof english, JapaneseForm> = {
  title: 'お知らせ',
  text: '知っておいていただきたい出来事です。90 日間保存されます。',
  unread: '未読のみ',
  unreadMark: '未読',
  markAll: 'すべて既読にする',
  markOne: '既読にする',
  markNamed: '既読にする: {{title}}',
  empty: { title: 'まだありません', text: 'サーバーの出来事やアラートがここに表示されます。' },
  kinds: {
    unspecified: 'その他',
    server_created: 'サーバーの準備完了',
    operation_failed: '処理の失敗または停止',
    alert_fired: 'アラートの発生',
    alert_resolved: 'アラートの解消',
    security: 'パスワード変更、トークン作成',
  },
  preferences: {
    tab: '通知',
    title: '知らせてほしいこと',
    text: '通知の方法も選べます。セキュリティに関する通知はオフにできません。',
    kind: '内容',
    ways: { inbox: 'お知らせ', email: 'メール', channels: 'チャンネル' },
    one: '{{kind}}: {{way}}',
    saved: '設定を保存しました。',
  },
};
