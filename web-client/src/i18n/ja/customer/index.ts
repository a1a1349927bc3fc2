import { account } from './account';
import { newServer } from './newServer';
import { server } from './server';
import { snapshots } from './snapshots';
import { statistics } from './statistics';
import { steps } from './steps';

export default { account, newServer, server, snapshots, statistics, steps };
