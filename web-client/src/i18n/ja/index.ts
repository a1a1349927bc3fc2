import { account } from './account';
import { audit } from './audit';
import { auth } from './auth';
import { catalog } from './catalog';
import { common } from './common';
import { errors } from './errors';
import { fields } from './fields';
import { frame } from './frame';
import { hypervisors } from './hypervisors';
import { newServer } from './newServer';
import { operationPages } from './operationPages';
import { operations } from './operations';
import { operator } from './operator';
import { server } from './server';
import { servers } from './servers';
import { snapshots } from './snapshots';
import { steps } from './steps';
import { users } from './users';

export default {
  account,
  audit,
  auth,
  catalog,
  common,
  errors,
  fields,
  frame,
  hypervisors,
  newServer,
  operationPages,
  operations,
  operator,
  server,
  servers,
  snapshots,
  steps,
  users,
};
