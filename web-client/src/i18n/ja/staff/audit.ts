import type { audit as english } from '../../en/staff/audit';
import type { JapaneseForm, Translation } from '../../shape';

export const audit: Translation<typeof english, JapaneseForm> = {
  title: '監査ログ',
  text: '何かを変更した呼び出しと、拒否または失敗した変更の呼び出しのすべて。',
  action: '操作 (例: Servers.CreateServer)',
  target: '対象 (例: server: と ID)',
  outcome: '結果',
  anyOutcome: 'すべての結果',
  from: '開始',
  to: '終了 (この時刻より前)',
  outcomes: { unspecified: '不明', done: '実行', refused: '拒否', failed: '失敗' },
  columns: {
    time: '日時',
    user: '実行者',
    action: '操作',
    target: '対象',
    outcome: '結果',
    address: '接続元',
  },
  nobody: 'サインインなし',
  detailOf: '{{action}} の詳細',
  credential: '認証情報',
  requestId: 'リクエスト ID',
  reason: '理由',
  empty: { title: 'まだありません', text: '最初の変更が最初の記録になります。' },
};
