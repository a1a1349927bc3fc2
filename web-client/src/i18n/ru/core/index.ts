import { auth } from './auth';
import { common } from './common';
import { errors } from './errors';
import { fields } from './fields';
import { frame } from './frame';
import { operations } from './operations';
import { servers } from './servers';

export default { auth, common, errors, fields, frame, operations, servers };
