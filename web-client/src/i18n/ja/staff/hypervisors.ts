import type { hypervisors as english } from '../../en/staff/hypervisors';
import type { JapaneseForm, Translation } from '../../shape';

export const hypervisors: Translation<typeof english, JapaneseForm> = {
  title: 'ハイパーバイザー',
  columns: { name: '名前', kind: '種類', version: 'バージョン', nodes: 'ノード', state: '状態' },
  states: { unspecified: 'まだ不明', available: '応答あり', unavailable: '応答なし' },
  kinds: { proxmox: 'Proxmox VE', sim: 'シミュレーション' },
  empty: {
    title: 'ハイパーバイザーはありません',
    text: 'サーバーの設定で指定します。変更後はサーバーを再起動してください。',
  },
  gone: { title: 'そのハイパーバイザーはありません', text: '設定に指定されていません。' },
  back: 'ハイパーバイザー一覧へ',
  simulatedText: '模擬環境です。その上のサーバーは実在しません。試用に適しています。',
  check: {
    title: '検査',
    again: '再検査',
    running: '検査中です。数秒かかることがあります。',
    errors_other: 'サーバーを作成・変更する前に、{{formatted}} 件のエラーを直す必要があります。',
    warnings_other: '動作していますが、警告が {{formatted}} 件あります。',
    ok: 'すべて正常です。',
    advice: '対処方法:',
    severities: { unspecified: '不明', ok: '正常', warning: '警告', error: 'エラー' },
  },
  report: {
    title: 'Hostler との照合',
    never: 'まだ照合されていません。数分おきに行われます。',
    time: '照合日時',
    guests: 'ゲスト数',
    servers: 'Hostler のサーバー数',
    problem: '直近の照合は完了していません',
    fine: 'すべて一致しています。',
    orphans_other: 'Hostler の印があり、どのサーバーにも属さないゲストが {{formatted}} 台あります。',
    orphansText: 'Hostler は自動では削除しません。ハイパーバイザーで確認し、不要なものを削除してください。',
    orphan: '{{node}} の {{vmid}}: {{name}}',
    lost_other: '{{formatted}} 台のサーバーのゲストが消失しています。',
    lostText: 'ハイパーバイザーで復元するか、ここでサーバーを削除してください。',
    unmarked_other: '{{formatted}} 台のサーバーの場所に、Hostler の印のないゲストがあります。',
    unmarkedText: 'Hostler は触れません。誰のものか、ハイパーバイザーで確認してください。',
  },
};
