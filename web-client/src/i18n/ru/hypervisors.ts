import type { hypervisors as english } from '../en/hypervisors';
import type { RussianForm, Translation } from '../shape';

export const hypervisors: Translation<typeof english, RussianForm> = {
  title: 'Гипервизоры',
  columns: { name: 'Имя', kind: 'Вид', version: 'Версия', nodes: 'Узлы', state: 'Состояние' },
  states: { unspecified: 'Пока неизвестно', available: 'Отвечает', unavailable: 'Не отвечает' },
  kinds: { proxmox: 'Proxmox VE', sim: 'Симуляция' },
  empty: {
    title: 'Гипервизоров нет',
    text: 'Их указывают в конфигурации сервера; после изменения сервер нужно перезапустить.',
  },
  gone: { title: 'Такого гипервизора нет', text: 'В конфигурации он не указан.' },
  back: 'К гипервизорам',
  simulatedText: 'Это имитация: серверы на нём не настоящие. Удобно, чтобы попробовать.',
  check: {
    title: 'Проверка',
    again: 'Проверить снова',
    running: 'Идёт проверка: это займёт несколько секунд.',
    errors_one: '{{formatted}} ошибку нужно исправить, прежде чем создавать или менять серверы.',
    errors_few: '{{formatted}} ошибки нужно исправить, прежде чем создавать или менять серверы.',
    errors_many: '{{formatted}} ошибок нужно исправить, прежде чем создавать или менять серверы.',
    errors_other: '{{formatted}} ошибки нужно исправить, прежде чем создавать или менять серверы.',
    warnings_one: 'Работает, есть {{formatted}} предупреждение.',
    warnings_few: 'Работает, есть {{formatted}} предупреждения.',
    warnings_many: 'Работает, есть {{formatted}} предупреждений.',
    warnings_other: 'Работает, есть {{formatted}} предупреждения.',
    ok: 'Всё в порядке.',
    advice: 'Что делать:',
    severities: { unspecified: 'Неизвестно', ok: 'В порядке', warning: 'Предупреждение', error: 'Ошибка' },
  },
};
