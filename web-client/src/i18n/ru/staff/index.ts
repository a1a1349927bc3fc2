import { audit } from './audit';
import { catalog } from './catalog';
import { hypervisors } from './hypervisors';
import { operationPages } from './operationPages';
import { operator } from './operator';
import { users } from './users';

export default { audit, catalog, hypervisors, operationPages, operator, users };
