/** Which containers of a machine are shown, in which order. */
import { type Container, ContainerHealth, ContainerState } from '@hostler/client';

interface Wanted {
  /** Words that have to be in the name, the image or the Compose project. */
  readonly query: string;
  readonly state: ContainerState | undefined;
  readonly language: string;
}

/** Those that need somebody first, then those that run, each by name. */
export function listContainers(all: Iterable<Container>, { query, state, language }: Wanted): Container[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (container: Container) => {
    const text = `${container.name} ${container.image} ${container.composeProject}`.toLowerCase();
    return (state === undefined || container.state === state) && words.every((word) => text.includes(word));
  };
  const names = new Intl.Collator(language, { numeric: true });
  return [...all]
    .filter(fits)
    .sort((a, b) => rank(a) - rank(b) || names.compare(a.name, b.name) || (a.id < b.id ? -1 : 1));
}

function rank({ state, health }: Container): number {
  if (health === ContainerHealth.UNHEALTHY && state === ContainerState.RUNNING) return 0;
  switch (state) {
    case ContainerState.RESTARTING:
    case ContainerState.DEAD:
      return 0;
    case ContainerState.RUNNING:
    case ContainerState.PAUSED:
    case ContainerState.REMOVING:
      return 1;
    case ContainerState.UNSPECIFIED:
    case ContainerState.CREATED:
    case ContainerState.EXITED:
      return 2;
  }
}
