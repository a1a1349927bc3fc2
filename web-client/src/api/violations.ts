/**
 * Bad fields in the person's language. The server says what is wrong in English sentences of a fixed form; those it is known to say
 * have words of ours, and a new one is shown as it came.
 */
import type { Violation } from '@hostler/client';
import type { ParseKeys, TFunction } from 'i18next';

type FieldKey = Extract<ParseKeys, `fields.${string}`>;

/** Sentences and their words, the first match counts. Named groups fill the placeholders. */
const KNOWN: readonly (readonly [RegExp, FieldKey])[] = [
  [/^must be (?<min>\d+) to (?<max>\d+) characters$/, 'fields.charactersBetween'],
  [/^must be at most (?<max>\d+) characters$/, 'fields.atMostCharacters'],
  [/^must be at most (?<max>\d+)( (keys|values|ids))?$/, 'fields.tooMany'],
  [/^must not be empty or overlong$/, 'fields.mustNotBeEmpty'],
  [/^must be given: static or DHCP$/, 'fields.poolKind'],
  [/^must be given/, 'fields.mustBeGiven'],
  [/^must be 1 to 63 lower-case letters/, 'fields.serverName'],
  [/^must be 2 to 40 letters/, 'fields.snapshotName'],
  [/^must be 1 to 32 lower-case letters/, 'fields.family'],
  [/^must be an e-mail address/, 'fields.email'],
  [/^must be one line/, 'fields.oneLine'],
  [/^must not hold control characters$/, 'fields.noControlCharacters'],
  [/^must be an id/, 'fields.id'],
  [/^is out of range$/, 'fields.outOfRange'],
  [/^must not be negative$/, 'fields.notNegative'],
  [/^must be from 100 to 512000/, 'fields.cpu'],
  [/^must be whole MiB/, 'fields.memory'],
  [/^must be whole GiB/, 'fields.disk'],
  [/^must not make the disk smaller/, 'fields.diskShrinks'],
  [/^must (have at least|leave the operating system)/, 'fields.tooSmallForSystem'],
  [/^must be a network in CIDR/, 'fields.cidr'],
  [/^must be an IPv4 or IPv6 address$/, 'fields.ipAddress'],
  [/^must be from 1 to 4094/, 'fields.vlan'],
  [/^must be an ISO 4217 code/, 'fields.currency'],
  [/^must be the name of a hypervisor/, 'fields.hypervisor'],
  [/^must be the network's own address, such as (?<network>.+)$/, 'fields.networkStart'],
  [/^must be an address for machines inside (?<network>.+)$/, 'fields.insideNetwork'],
  [/^must be of one family and in order$/, 'fields.addressOrder'],
  [/^must leave an address beside the gateway's$/, 'fields.addressBeside'],
  [/^must leave at most (?<max>\d+) addresses/, 'fields.tooManyAddresses'],
  [/shares addresses with the pool (?<pool>.+)$/, 'fields.overlap'],
  [/^must be from 0 to 1$/, 'fields.share'],
  [/^must be from 0 to 2\^40 bytes per second$/, 'fields.rate'],
  [/^must be on the good side of the threshold/, 'fields.goodSide'],
  [/^must be at most 24 hours$/, 'fields.atMostADay'],
  [/^must be none, or from 5 minutes to 7 days$/, 'fields.repeat'],
  [/^must name each channel once$/, 'fields.eachOnce'],
  [/^must name a rule, a server or a severity$/, 'fields.silenceOfWhat'],
  [/^must be after start_time$/, 'fields.endAfterStart'],
  [/^must not be over$/, 'fields.notOver'],
  [/^must be at most 365 days after start_time$/, 'fields.atMostAYear'],
  [/^must be of a metric: /, 'fields.onlyMetrics'],
  [/^must be a URL |^must begin with https:|^must name a host$/, 'fields.url'],
  [/^must not hold a user name or a password$/, 'fields.urlWithoutUser'],
  [/^must not lead to a private address/, 'fields.publicUrl'],
  [/^must use one of the ports (?<ports>.+)$/, 'fields.urlPorts'],
  [/^must be (?<min>\d+) to (?<max>\d+) printable ASCII characters$/, 'fields.secret'],
  [/^must be of the kind that the channel is of$/, 'fields.channelKind'],
  [/^must be given: email, slack/, 'fields.mustBeGiven'],
  [/^must be the code that was mailed/, 'fields.mailedCode'],
  [/^must be an address of the channel that is not confirmed$/, 'fields.unconfirmedAddress'],
  [/^must be a channel of the rule's owner$/, 'fields.ownersChannel'],
  [/^must leave inbox and email of SECURITY on$/, 'fields.securityStays'],
  [/^must be from (?<min>\d+) to (?<max>\d+( [GT]iB)?)$/, 'fields.between'],
  [/^must be a valid point in time$/, 'fields.pointInTime'],
  [/^must be in the future/, 'fields.future'],
  [/^must name at least one scope$/, 'fields.atLeastOneScope'],
  [/^must (begin with ssh-|carry the key)/, 'fields.sshKey'],
  [/^must not be one's own/, 'fields.notOneself'],
  [/^is wrong$/, 'fields.wrongPassword'],
  [/^(is one of the passwords|must not contain your)/, 'fields.commonPassword'],
];

/** What the sentences may name. */
const NO_GROUPS = { min: '', max: '', network: '', pool: '', ports: '' } as const;

export function violationText({ field, description }: Violation, t: TFunction): string {
  if (field === 'token') return t('fields.token');
  for (const [pattern, key] of KNOWN) {
    const match = pattern.exec(description);
    if (match) return t(key, { ...NO_GROUPS, ...match.groups, description });
  }
  return t('fields.other', { description });
}
