import type { snapshots as english } from '../../en/customer/snapshots';
import type { RussianForm, Translation } from '../../shape';

export const snapshots: Translation<typeof english, RussianForm> = {
  title: 'Снимки',
  count_one: '{{formatted}} снимок из {{limit}}',
  count_few: '{{formatted}} снимка из {{limit}}',
  count_many: '{{formatted}} снимков из {{limit}}',
  count_other: '{{formatted}} снимка из {{limit}}',
  text: 'Снимок — это состояние диска, к которому его можно вернуть.',
  name: 'Имя',
  nameHint: 'От 2 до 40 латинских букв, цифр, дефисов или подчёркиваний; сначала буква.',
  description: 'Описание',
  create: 'Сделать снимок',
  noneIncluded: 'В этот тариф снимки не входят. Чтобы их делать, смените тариф.',
  full: 'Снимков уже столько, сколько допускает тариф. Сначала удалите один.',
  states: {
    unspecified: 'Неизвестно',
    creating: 'Создаётся',
    ready: 'Готов',
    restoring: 'Восстанавливается',
    deleting: 'Удаляется',
    failed: 'Ошибка',
  },
  notReady: 'Восстановить можно только готовый снимок.',
  restore: 'Восстановить',
  restoreNamed: 'Восстановить {{name}}',
  deleteNamed: 'Удалить {{name}}',
  restoreTitle: 'Вернуть сервер к снимку {{name}}?',
  restoreText: 'Всё, что записано после этого снимка, пропадёт. Работающий сервер будет сначала остановлен.',
  startAfter: 'Затем запустить сервер',
  deleteTitle: 'Удалить снимок {{name}}?',
  deleteText: 'Сервер останется как есть; вернуть его к этому состоянию будет уже нельзя.',
  empty: {
    title: 'Снимков пока нет',
    text: 'Сделайте снимок перед изменениями, которые, возможно, захочется отменить.',
  },
};
