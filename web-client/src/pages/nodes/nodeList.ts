/** Which nodes a list shows. */
import { type Node, NodeState } from '@hostler/client';

export interface Wanted {
  readonly query: string;
  /** Undefined is any. */
  readonly state: NodeState | undefined;
}

/** By name, in the order of people: node 2 before node 10. */
export function listNodes(nodes: Iterable<Node>, { query, state }: Wanted): Node[] {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const compare = new Intl.Collator(undefined, { numeric: true }).compare;
  return [...nodes]
    .filter((node) => state === undefined || node.state === state)
    .filter((node) => {
      const text = textOf(node);
      return words.every((word) => text.includes(word));
    })
    .sort((one, other) => compare(one.displayName, other.displayName) || compare(one.id, other.id));
}

function textOf({ displayName, facts, labels }: Node): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return [displayName, facts?.hostname ?? '', ...pairs].join(' ').toLocaleLowerCase();
}

/** As people write them: `site=berlin, role=db`; undefined when it is written wrongly. */
export function labelsOf(text: string): Record<string, string> | undefined {
  const pairs = text
    .split(',')
    .map((pair) => pair.trim())
    .filter(Boolean)
    .map((pair) => {
      const [, key, value] = /^([^=]+)=(.*)$/.exec(pair) ?? [];
      return key === undefined || value === undefined ? undefined : ([key.trim(), value.trim()] as const);
    });
  if (pairs.some((pair) => pair === undefined)) return undefined;
  return Object.fromEntries(pairs.filter((pair) => pair !== undefined));
}

export function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(', ');
}
