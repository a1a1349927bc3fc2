import type { operator as english } from '../../en/staff/operator';
import type { JapaneseForm, Translation } from '../../shape';

export const operator: Translation<typeof english, JapaneseForm> = {
  created: '作成しました: {{name}}',
  id: 'ID',
  createTime: '作成',
  overview: {
    title: '概要',
    text: '今、対応が必要なこと。',
    stuck_other: '停滞中の処理 {{formatted}} 件',
    manyStuck: '停滞中の処理 {{formatted}} 件以上',
    stuckText: '運用担当者の確認と再試行を待っています。',
    noneStuck: '停滞中の処理はありません。',
    down_other: '応答しないハイパーバイザー {{formatted}} 台',
    downText: 'その上のサーバーは、当面変更できません。',
    allUp: 'すべてのハイパーバイザーが応答しています。',
    look: '確認',
    missing: '最初の注文の前に',
    ready: '準備が整いました。お客様が注文できます。',
    done: '完了',
    open: '未設定',
    steps: {
      hypervisor: '応答するハイパーバイザー',
      hypervisorText: 'サーバーの設定で指定し、検査結果を確認します。',
      pool: 'IP アドレスのプール',
      poolText: 'サーバーのアドレスはここから割り当てられます。',
      system: '提供中のOS',
      systemText: 'ハイパーバイザーのテンプレートから作成されます。',
      tariff: '提供中の料金プラン',
      tariffText: 'サイズと月額料金。',
    },
  },
};
