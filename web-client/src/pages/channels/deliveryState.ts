/** How the states of deliveries are called and look. */
import { DeliveryState } from '@hostler/client';

import type { StateColor } from '@/components/StateBadge';
import type { English } from '@/i18n/areas';

type StateName = keyof English['channels']['deliveries']['states'];

const STATES: Readonly<Record<DeliveryState, readonly [StateName, StateColor]>> = {
  [DeliveryState.UNSPECIFIED]: ['unspecified', 'gray'],
  [DeliveryState.PENDING]: ['pending', 'amber'],
  [DeliveryState.DELIVERED]: ['delivered', 'green'],
  [DeliveryState.FAILED]: ['failed', 'red'],
};

/** Those to filter by. */
export const DELIVERY_STATES = [
  DeliveryState.FAILED,
  DeliveryState.PENDING,
  DeliveryState.DELIVERED,
] as const;

/** A newer server may send states that this page does not know. */
export function deliveryState(state: DeliveryState): readonly [StateName, StateColor] {
  return Object.hasOwn(STATES, state) ? STATES[state] : STATES[DeliveryState.UNSPECIFIED];
}
