import { audit } from './audit';
import { catalog } from './catalog';
import { hypervisors } from './hypervisors';
import { nodes } from './nodes';
import { operationPages } from './operationPages';
import { operator } from './operator';
import { users } from './users';

export default { audit, catalog, hypervisors, nodes, operationPages, operator, users } as const;
