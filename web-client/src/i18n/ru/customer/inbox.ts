import type { inbox as english } from '../../en/customer/inbox';
import type { RussianForm, Translation } from '../../shape';

export const inbox: Translation<typeof english, RussianForm> = {
  title: 'Уведомления',
  text: 'Что произошло и о чём вам стоит знать. Хранятся 90 дней.',
  unread: 'Только непрочитанные',
  unreadMark: 'Не прочитано',
  markAll: 'Отметить все прочитанными',
  markOne: 'Прочитано',
  markNamed: 'Прочитано: {{title}}',
  empty: { title: 'Пока ничего нет', text: 'Здесь появятся новости о серверах и оповещения.' },
  kinds: {
    unspecified: 'Другое',
    server_created: 'Сервер готов',
    operation_failed: 'Операция не удалась или застряла',
    alert_fired: 'Сработало оповещение',
    alert_resolved: 'Оповещение завершилось',
    security: 'Смена пароля, новый токен',
  },
  preferences: {
    tab: 'Уведомления',
    title: 'О чём вы хотите знать',
    text: 'И каким образом. Новости о безопасности отключить нельзя.',
    kind: 'Новости',
    ways: { inbox: 'На сайте', email: 'Почта', channels: 'Каналы' },
    one: '{{kind}}: {{way}}',
    saved: 'Настройки сохранены.',
  },
};
