/** The mail that a server in development mode writes to its log. */
import { readFileSync } from 'node:fs';

import type { ServerAddress } from './hostlerd';
import { until } from './until';

/** The link in the latest mail to somebody that leads to a page, such as `/verify-email`. */
export function mailedLink(server: ServerAddress, email: string, page: string): Promise<string> {
  return mailed(server, email, new RegExp(`http\\S+${page}#token=\\S+`));
}

/** The code in the latest mail that asks the owner of an address. */
export function mailedCode(server: ServerAddress, email: string): Promise<string> {
  return mailed(server, email, /^[0-9A-Z]{4}-[0-9A-Z]{4}$/m);
}

/** What matches, in the latest mail to somebody that has it. */
function mailed({ log }: ServerAddress, email: string, wanted: RegExp): Promise<string> {
  return until(`a mail to ${email} has ${wanted.source}`, () => {
    // A line of the log that speaks of a mail begins with the time; the text of the mail follows it.
    const mails = readFileSync(log, 'utf8').split(/^(?=\d{4}-\d\d-\d\dT)/m);
    const mine = mails.filter((mail) => mail.includes(email)).reverse();
    return mine.map((mail) => wanted.exec(mail)?.[0]).find((found) => found !== undefined);
  });
}
