/** The words for a kind of hypervisor; a newer server may have kinds that this page does not know. */
import type { TFunction } from 'i18next';

export function kindText(kind: string, t: TFunction): string {
  if (kind === 'proxmox' || kind === 'sim') return t(`hypervisors.kinds.${kind}`);
  return kind;
}
