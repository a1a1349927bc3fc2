import type { audit as english } from '../../en/staff/audit';
import type { RussianForm, Translation } from '../../shape';

export const audit: Translation<typeof english, RussianForm> = {
  title: 'Журнал аудита',
  text: 'Каждый вызов, который что-то изменил, и каждый, который должен был, но был отклонён или не удался.',
  action: 'Действие, например Servers.CreateServer',
  target: 'Объект, например server: и идентификатор',
  outcome: 'Исход',
  anyOutcome: 'Любой исход',
  from: 'С',
  to: 'До',
  outcomes: { unspecified: 'Неизвестно', done: 'Выполнено', refused: 'Отклонено', failed: 'Ошибка' },
  columns: {
    time: 'Когда',
    user: 'Кто',
    action: 'Действие',
    target: 'Объект',
    outcome: 'Исход',
    address: 'Откуда',
  },
  nobody: 'Без входа',
  detailOf: 'Подробнее о {{action}}',
  credential: 'Учётные данные',
  requestId: 'Идентификатор запроса',
  reason: 'Причина',
  empty: { title: 'Пока пусто', text: 'Первое же изменение оставит запись.' },
};
