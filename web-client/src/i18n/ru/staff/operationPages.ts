import type { operationPages as english } from '../../en/staff/operationPages';
import type { RussianForm, Translation } from '../../shape';

export const operationPages: Translation<typeof english, RussianForm> = {
  title: 'Операции',
  state: 'Состояние',
  anyState: 'Любое состояние',
  columns: {
    kind: 'Операция',
    server: 'Сервер',
    owner: 'Владелец',
    state: 'Состояние',
    created: 'Запрошена',
    took: 'Длительность',
  },
  empty: { title: 'Операций пока нет', text: 'Здесь видно всё, что делается с серверами.' },
  facts: { snapshot: 'Снимок', start: 'Начата', end: 'Завершена', kind: 'Вид' },
  error: 'Почему не удалось',
  errorWhileUnwinding: 'Сделанное отменяется.',
  detail: 'Что сказал гипервизор',
  progress: 'Ход работы',
  steps: 'Шаги',
  noSteps: 'Ни один шаг ещё не начат.',
  undo: 'Отмена шага',
  attempt: 'Попытка {{attempt}}',
  statuses: { unspecified: 'Неизвестно', started: 'Начат', done: 'Готово', failed: 'Ошибка' },
  cancelRequested: 'Запрошена отмена.',
  cancel: 'Отменить операцию',
  cancelTitle: 'Отменить эту операцию?',
  cancelText:
    'Она остановится на следующем шаге и отменит сделанное. После последнего шага она может всё же завершиться успешно.',
  cancelAsked: 'Отмена запрошена',
  retry: 'Повторить',
  retried: 'Продолжается',
  stuckTitle: 'Нужна ваша помощь',
  stuckText:
    'Отменить шаг не удаётся. Посмотрите ниже, что сказал гипервизор, исправьте это там и повторите: операция продолжится с этого шага.',
};
