/** What has been chosen so far for a new server. It survives a reload in this tab, for the one who chose it, without secrets. */

export interface Draft {
  readonly tariffId: string;
  readonly operatingSystemId: string;
  readonly name: string;
  /** One key a line. */
  readonly sshPublicKeys: string;
  /** Empty lets Hostler choose. */
  readonly ipPoolId: string;
  readonly keepStopped: boolean;
}

export const EMPTY_DRAFT: Draft = {
  tariffId: '',
  operatingSystemId: '',
  name: '',
  sshPublicKeys: '',
  ipPoolId: '',
  keepStopped: false,
};

type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const key = (userId: string) => `hostler.new-server.${userId}`;

/** What is in the storage may be from another version. */
export function readDraft(userId: string, storage: Kept = sessionStorage): Draft {
  try {
    const kept: unknown = JSON.parse(storage.getItem(key(userId)) ?? '{}');
    if (typeof kept !== 'object' || kept === null) return EMPTY_DRAFT;
    const fitting = Object.entries(kept).filter(
      ([name, value]) =>
        Object.hasOwn(EMPTY_DRAFT, name) && typeof value === typeof EMPTY_DRAFT[name as keyof Draft],
    );
    return { ...EMPTY_DRAFT, ...Object.fromEntries(fitting) };
  } catch {
    return EMPTY_DRAFT;
  }
}

export function keepDraft(userId: string, draft: Draft, storage: Kept = sessionStorage): void {
  // A private key that was pasted by mistake is kept nowhere.
  const sshPublicKeys = holdsPrivateKey(draft.sshPublicKeys) ? '' : draft.sshPublicKeys;
  storage.setItem(key(userId), JSON.stringify({ ...draft, sshPublicKeys }));
}

export function dropDraft(userId: string, storage: Kept = sessionStorage): void {
  storage.removeItem(key(userId));
}

export function holdsPrivateKey(text: string): boolean {
  return text.includes('PRIVATE KEY');
}
