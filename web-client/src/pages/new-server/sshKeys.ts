/** The keys of the text field, and the mistakes that can be seen without the server. */
import type { TFunction } from 'i18next';

import { holdsPrivateKey } from './draft';

const MOST_KEYS = 10;
const PUBLIC_KEY = /^(sk-)?(ssh-[a-z0-9]+|ecdsa-sha2-nistp\d+)(@openssh\.com)? AAAA\S+/;

export function keyLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

export function sshKeyProblem(text: string, t: TFunction): string | null {
  if (holdsPrivateKey(text)) return t('newServer.settings.privateKey');
  const keys = keyLines(text);
  if (keys.length > MOST_KEYS) return t('newServer.settings.tooManyKeys');
  const bad = keys.findIndex((line) => !PUBLIC_KEY.test(line));
  return bad === -1 ? null : t('newServer.settings.badLine', { line: bad + 1 });
}
