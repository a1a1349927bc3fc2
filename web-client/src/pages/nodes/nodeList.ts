/** Which nodes a list shows. */
import { type Node, NodeState } from '@hostler/client';

export interface Wanted {
  readonly query: string;
  /** Undefined is any. */
  readonly state: NodeState | undefined;
  /** Whose order of letters it is. */
  readonly language: string;
}

/** By name, in the order of people: node 2 before node 10. */
export function listNodes(nodes: Iterable<Node>, { query, state, language }: Wanted): Node[] {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const compare = new Intl.Collator(language, { numeric: true }).compare;
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

/** The machine of a hypervisor that a node is, as people write it; empty when it is none. */
export function machineText({ hypervisorNode: machine }: Node): string {
  return machine ? `${machine.hypervisor}/${machine.node}` : '';
}

/** Names of machines hold no slash. Nothing when it is none. */
export function machineOf(text: string): { hypervisor: string; node: string } | undefined {
  const words = text.trim();
  const slash = words.lastIndexOf('/');
  const [hypervisor, node] = [words.slice(0, Math.max(slash, 0)).trim(), words.slice(slash + 1).trim()];
  return hypervisor === '' || node === '' ? undefined : { hypervisor, node };
}
