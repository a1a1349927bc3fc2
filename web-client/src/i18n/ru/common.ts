import type { common as english } from '../en/common';
import type { RussianForm, Translation } from '../shape';

export const common: Translation<typeof english, RussianForm> = {
  cancel: 'Отмена',
  close: 'Закрыть',
  confirm: 'Подтвердить',
  copy: 'Копировать',
  copied: 'Скопировано',
  delete: 'Удалить',
  save: 'Сохранить',
  retry: 'Попробовать снова',
  back: 'Назад',
  loading: 'Загрузка…',
  search: 'Поиск',
  all: 'Все',
  none: 'Нет',
  clearFilters: 'Сбросить фильтры',
  free: 'Бесплатно',
  perMonth: '{{price}} в месяц',
  cores_one: '{{formatted}} ядро',
  cores_few: '{{formatted}} ядра',
  cores_many: '{{formatted}} ядер',
  cores_other: '{{formatted}} ядра',
  typeToConfirm: 'Введите {{name}} для подтверждения',
  simulated: 'Симуляция',
  simulatedHint: 'Это не настоящая машина: здесь серверы только имитируются.',
};
