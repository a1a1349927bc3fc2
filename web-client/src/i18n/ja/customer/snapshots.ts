import type { snapshots as english } from '../../en/customer/snapshots';
import type { JapaneseForm, Translation } from '../../shape';

export const snapshots: Translation<typeof english, JapaneseForm> = {
  title: 'スナップショット',
  count_other: '{{limit}} 個中 {{formatted}} 個のスナップショット',
  text: 'スナップショットは、後からディスクを戻せる時点の記録です。',
  name: '名前',
  nameHint: '英数字、ハイフン、アンダースコアで 2〜40 文字。先頭は英字。',
  description: '説明',
  create: 'スナップショットを作成',
  noneIncluded: 'この料金プランではスナップショットを使えません。使うには料金プランを変更してください。',
  full: 'この料金プランの上限に達しています。先に 1 つ削除してください。',
  states: {
    unspecified: '不明',
    creating: '作成中',
    ready: '利用可能',
    restoring: '復元中',
    deleting: '削除中',
    failed: '失敗',
  },
  notReady: '復元できるのは利用可能なスナップショットだけです。',
  restore: '復元',
  restoreNamed: '{{name}} を復元',
  deleteNamed: '{{name}} を削除',
  restoreTitle: 'サーバーを {{name}} の時点に戻しますか?',
  restoreText:
    'このスナップショット以降に書き込まれたデータは失われます。稼働中のサーバーは先に停止されます。',
  startAfter: '復元後にサーバーを起動する',
  deleteTitle: 'スナップショット {{name}} を削除しますか?',
  deleteText: 'サーバーはそのまま残りますが、この時点には戻せなくなります。',
  empty: {
    title: 'スナップショットはまだありません',
    text: '元に戻したくなるかもしれない変更の前に作成しておきましょう。',
  },
};
