import type { frame as english } from '../en/frame';
import type { RussianForm, Translation } from '../shape';

export const frame: Translation<typeof english, RussianForm> = {
  skipToContent: 'Перейти к содержимому',
  home: 'Hostler, к серверам',
  openNavigation: 'Открыть меню',
  closeNavigation: 'Закрыть меню',
  navigation: 'Главное меню',
  customerSection: 'Мои серверы',
  operatorSection: 'Управление',
  servers: 'Серверы',
  account: 'Учётная запись',
  signOut: 'Выйти',
  userMenu: 'Учётная запись {{name}}',
  language: 'Язык',
  colorScheme: 'Цвета',
  light: 'Светлые',
  dark: 'Тёмные',
  auto: 'Как в системе',
  reconnecting: 'Восстанавливаем соединение… Данные на экране могли устареть.',
  starting: 'Связываемся с сервером…',
  palette: {
    open: 'Найти или перейти…',
    placeholder: 'Страница, действие или сервер',
    nothing: 'Ничего не найдено',
    pages: 'Страницы',
    actions: 'Действия',
    servers: 'Серверы',
    switchTo: 'Цвета: {{name}}',
  },
  notFound: {
    title: 'Здесь ничего нет',
    text: 'Возможно, в адресе опечатка или страница удалена.',
    action: 'К серверам',
  },
  crash: {
    title: 'Страница сломалась',
    text: 'Это наша ошибка. Часто помогает загрузить её заново.',
    outdated: 'Вышла новая версия. Загрузите страницу заново, чтобы её получить.',
    reload: 'Загрузить заново',
  },
};
