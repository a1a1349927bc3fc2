import { account } from './account';
import { auth } from './auth';
import { common } from './common';
import { errors } from './errors';
import { fields } from './fields';
import { frame } from './frame';
import { newServer } from './newServer';
import { operations } from './operations';
import { server } from './server';
import { servers } from './servers';
import { snapshots } from './snapshots';
import { steps } from './steps';

export default {
  account,
  auth,
  common,
  errors,
  fields,
  frame,
  newServer,
  operations,
  server,
  servers,
  snapshots,
  steps,
};
