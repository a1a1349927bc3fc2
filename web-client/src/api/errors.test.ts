import { Code, ConnectError } from '@connectrpc/connect';
import { REASONS } from '@hostler/client';
import { describe, expect, it } from 'vitest';

import { startI18n } from '@/i18n/i18n';
import { LANGUAGES } from '@/i18n/languages';

import { refusal } from '../../test/messages';
import { errorText } from './errors';
import { violationText } from './violations';

describe('errors in words', () => {
  it.each(LANGUAGES)('has words for every reason in %s', async (language) => {
    const { t } = await startI18n(language);
    for (const reason of REASONS) {
      const text = errorText(refusal(Code.Aborted, reason), t);
      expect(text, reason).not.toMatch(/errors\.|\{\{/);
      expect(text, reason).not.toBe(t('errors.unknown'));
    }
  });

  it('says how long to wait, with the plural of the language', async () => {
    const error = refusal(Code.ResourceExhausted, 'RATE_LIMITED', { retrySeconds: 3 });
    expect(errorText(error, (await startI18n('en')).t)).toBe(
      'Too many tries. Wait a little. Wait 3 seconds.',
    );
    expect(errorText(error, (await startI18n('ru')).t)).toContain('Подождите 3 секунды.');
  });

  it('quotes the trace of a defect', async () => {
    const { t } = await startI18n('en');
    const error = refusal(Code.Internal, 'INTERNAL', { metadata: { trace_id: '0a1b' } });
    expect(errorText(error, t)).toContain('0a1b');
  });

  it('never shows the words of a browser or a proxy', async () => {
    const { t } = await startI18n('en');
    expect(errorText(new TypeError('Failed to fetch'), t)).toBe(t('errors.network'));
    expect(errorText(new ConnectError('<html>502', Code.Unavailable), t)).toBe(t('errors.network'));
    expect(errorText(new ConnectError('x', Code.DataLoss), t)).toBe(t('errors.unknown'));
  });

  it('translates what the server says about fields, and shows what it does not know', async () => {
    const { t } = await startI18n('ru');
    expect(violationText({ field: 'name', description: 'must be 1 to 64 characters' }, t)).toBe(
      'Длина в символах: от 1 до 64.',
    );
    const said = (description: string) => violationText({ field: 'rule.x', description }, t);
    expect(said('must be from 0 to 1'), 'shares are typed in per cent').toBe('От 0 до 100 %.');
    expect(said('must use one of the ports 443, 8443')).toBe('Адрес с одним из этих портов: 443, 8443.');
    expect(said('must be 16 to 256 printable ASCII characters')).toContain('От 16 до 256');
    expect(violationText({ field: 'name', description: 'must rhyme' }, t)).toBe('Не принято: must rhyme');
  });
});
