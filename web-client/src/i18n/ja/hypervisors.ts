import type { hypervisors as english } from '../en/hypervisors';
import type { JapaneseForm, Translation } from '../shape';

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
};
