import type { frame as english } from '../en/frame';
import type { JapaneseForm, Translation } from '../shape';

export const frame: Translation<typeof english, JapaneseForm> = {
  skipToContent: '本文へ移動',
  home: 'Hostler、サーバー一覧へ',
  openNavigation: 'メニューを開く',
  closeNavigation: 'メニューを閉じる',
  navigation: 'メインメニュー',
  customerSection: 'マイサーバー',
  operatorSection: '運用',
  servers: 'サーバー',
  account: 'アカウント',
  signOut: 'サインアウト',
  userMenu: '{{name}} のアカウント',
  language: '言語',
  colorScheme: '配色',
  light: 'ライト',
  dark: 'ダーク',
  auto: 'システムに合わせる',
  reconnecting: '再接続しています… 表示が古い可能性があります。',
  starting: 'サーバーに接続しています…',
  palette: {
    open: '検索または移動…',
    placeholder: 'ページ、操作、サーバー',
    nothing: '見つかりません',
    pages: 'ページ',
    actions: '操作',
    servers: 'サーバー',
    switchTo: '配色: {{name}}',
  },
  notFound: {
    title: 'ここには何もありません',
    text: 'アドレスが間違っているか、ページが削除されています。',
    action: 'サーバー一覧へ',
  },
  crash: {
    title: 'ページが壊れました',
    text: '当方の不具合です。再読み込みで直ることがよくあります。',
    outdated: '新しいバージョンがあります。ページを再読み込みしてください。',
    reload: '再読み込み',
  },
};
