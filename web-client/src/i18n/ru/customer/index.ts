import { account } from './account';
import { alerts } from './alerts';
import { channels } from './channels';
import { inbox } from './inbox';
import { newServer } from './newServer';
import { rules } from './rules';
import { server } from './server';
import { snapshots } from './snapshots';
import { statistics } from './statistics';
import { steps } from './steps';

export default { account, alerts, channels, inbox, newServer, rules, server, snapshots, statistics, steps };
