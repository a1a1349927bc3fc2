/** The mail that a server in development mode writes to its log. */
import { readFileSync } from 'node:fs';

import type { ServerAddress } from './hostlerd';
import { until } from './until';

/** The link in the latest mail to somebody that leads to a page, such as `/verify-email`. */
export function mailedLink({ log }: ServerAddress, email: string, page: string): Promise<string> {
  return until(`a mail to ${email} leads to ${page}`, () => {
    // A line of the log that speaks of a mail begins with the time; the text of the mail follows it.
    const mails = readFileSync(log, 'utf8').split(/^(?=\d{4}-\d\d-\d\dT)/m);
    const mine = mails.filter((mail) => mail.includes(email)).reverse();
    const link = new RegExp(`http\\S+${page}#token=\\S+`);
    return mine.map((mail) => link.exec(mail)?.[0]).find((found) => found !== undefined);
  });
}
