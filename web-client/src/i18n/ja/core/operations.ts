import type { operations as english } from '../../en/core/operations';
import type { JapaneseForm, Translation } from '../../shape';

export const operations: Translation<typeof english, JapaneseForm> = {
  kinds: {
    server_create: 'サーバーの作成',
    server_start: 'サーバーの起動',
    server_stop: 'サーバーの停止',
    server_restart: 'サーバーの再起動',
    server_delete: 'サーバーの削除',
    server_resize: 'サーバーのサイズ変更',
    server_rename: 'サーバー名の変更',
    server_reset_password: 'root パスワードの設定',
    snapshot_create: 'スナップショットの作成',
    snapshot_restore: 'スナップショットからの復元',
    snapshot_delete: 'スナップショットの削除',
    unknown: '処理',
  },
  states: {
    unspecified: '不明',
    pending: '待機中',
    running: '実行中',
    unwinding: '取り消し中',
    succeeded: '完了',
    failed: '失敗',
    cancelled: 'キャンセル済み',
    stuck: '停滞',
  },
  step: 'ステップ {{step}} / {{count}}',
  toast: {
    succeeded: '完了: {{subject}}',
    failed: '失敗: {{subject}}',
    cancelled: 'キャンセル: {{subject}}',
    stuck: '停滞: {{subject}}',
    failedText: '{{kind}}に失敗しました。行った変更は元に戻しました。',
    stuckText: '{{kind}}を元に戻せません。運用担当者の対応が必要です。',
  },
};
