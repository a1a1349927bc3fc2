/** The channels that a rule can name: those of its owner, or the installation's. */
import { createQueryOptions, useQuery, useTransport } from '@connectrpc/connect-query';
import { Channels, problemOf } from '@hostler/client';
import { useQueries } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { LARGEST_PAGE } from '@/api/pages';

interface Options {
  readonly installation: boolean;
  /** True for a rule of somebody else: nobody lists the channels of others, so that only those are there that it names. */
  readonly foreign: boolean;
  /** Ids of those that the rule names. */
  readonly named: readonly string[];
}

interface Choice {
  readonly value: string;
  readonly label: string;
}

export function useRuleChannels({ installation, foreign, named }: Options): Choice[] {
  const { t } = useTranslation();
  const transport = useTransport();
  const list = useQuery(
    Channels.method.listChannels,
    { pageSize: LARGEST_PAGE, installation },
    { enabled: !foreign },
  );
  // One's own may be in the cache while they are not asked for.
  const listed = foreign ? [] : (list.data?.channels ?? []);
  const others = named.filter((id) => !listed.some((channel) => channel.id === id));
  const asked = useQueries({
    queries: others.map((channelId) => ({
      ...createQueryOptions(Channels.method.getChannel, { channelId }, { transport }),
      enabled: foreign || !list.isPending,
    })),
  });
  return [
    ...listed.map(({ id, displayName }) => ({ value: id, label: displayName })),
    ...others.map((id, index) => {
      const gone = problemOf(asked[index]?.error).reason === 'CHANNEL_NOT_FOUND';
      const name = asked[index]?.data?.channel?.displayName ?? id;
      return { value: id, label: gone ? t('rules.form.goneChannel') : name };
    }),
  ];
}
