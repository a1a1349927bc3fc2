import type { operationPages as english } from '../../en/staff/operationPages';
import type { JapaneseForm, Translation } from '../../shape';

export const operationPages: Translation<typeof english, JapaneseForm> = {
  title: '処理',
  state: '状態',
  anyState: 'すべての状態',
  columns: {
    kind: '内容',
    server: 'サーバー',
    owner: '所有者',
    state: '状態',
    created: '依頼',
    took: '所要時間',
  },
  empty: { title: '処理はまだありません', text: 'サーバーへの操作がここに表示されます。' },
  facts: { snapshot: 'スナップショット', start: '開始', end: '終了', kind: '種類' },
  error: '失敗の理由',
  errorWhileUnwinding: '行った変更を元に戻しています。',
  detail: 'ハイパーバイザーの応答',
  progress: '進行状況',
  steps: 'ステップ',
  noSteps: 'まだ始まったステップはありません。',
  undo: '取り消し',
  attempt: '{{attempt}} 回目',
  statuses: { unspecified: '不明', started: '開始', done: '完了', failed: '失敗' },
  cancelRequested: 'キャンセルが要求されています。',
  cancel: '処理をキャンセル',
  cancelTitle: 'この処理をキャンセルしますか?',
  cancelText:
    '次のステップで止まり、行った変更を元に戻します。最後のステップを過ぎていれば成功することもあります。',
  cancelAsked: 'キャンセルを要求しました',
  retry: '再試行',
  retried: '再開しました',
  stuckTitle: '対応が必要です',
  stuckText:
    'ステップの取り消しに失敗しています。下にあるハイパーバイザーの応答を確認し、問題を直してから再試行してください。そのステップから再開します。',
};
