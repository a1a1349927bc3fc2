import type { operations as english } from '../../en/core/operations';
import type { RussianForm, Translation } from '../../shape';

export const operations: Translation<typeof english, RussianForm> = {
  kinds: {
    server_create: 'Создание сервера',
    server_start: 'Запуск сервера',
    server_stop: 'Остановка сервера',
    server_restart: 'Перезапуск сервера',
    server_delete: 'Удаление сервера',
    server_resize: 'Изменение размера сервера',
    server_rename: 'Переименование сервера',
    server_reset_password: 'Смена пароля root',
    snapshot_create: 'Создание снимка',
    snapshot_restore: 'Восстановление из снимка',
    snapshot_delete: 'Удаление снимка',
    unknown: 'Операция',
  },
  states: {
    unspecified: 'Неизвестно',
    pending: 'Ожидает',
    running: 'Выполняется',
    unwinding: 'Отменяются изменения',
    succeeded: 'Готово',
    failed: 'Ошибка',
    cancelled: 'Отменена',
    stuck: 'Застряла',
  },
  step: 'Шаг {{step}} из {{count}}',
  toast: {
    succeeded: 'Готово: {{subject}}',
    failed: 'Не удалось: {{subject}}',
    cancelled: 'Отменено: {{subject}}',
    stuck: 'Застряло: {{subject}}',
    failedText: '{{kind}}: не удалось, сделанное отменено.',
    stuckText: '{{kind}}: отменить сделанное не выходит. Нужна помощь оператора.',
  },
};
