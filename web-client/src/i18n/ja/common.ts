import type { common as english } from '../en/common';
import type { JapaneseForm, Translation } from '../shape';

export const common: Translation<typeof english, JapaneseForm> = {
  cancel: 'キャンセル',
  close: '閉じる',
  confirm: '確認',
  copy: 'コピー',
  copied: 'コピーしました',
  delete: '削除',
  save: '保存',
  retry: '再試行',
  back: '戻る',
  mayStayEmpty: '空欄でもかまいません。',
  loading: '読み込み中…',
  search: '検索',
  all: 'すべて',
  more: 'さらに表示',
  none: 'なし',
  clearFilters: '絞り込みを解除',
  free: '無料',
  perMonth: '月額 {{price}}',
  cores_other: '{{formatted}} コア',
  typeToConfirm: '確認のため {{name}} と入力してください',
  simulated: 'シミュレーション',
  simulatedHint: '実在のマシンではありません。この環境ではサーバーを模擬しています。',
};
