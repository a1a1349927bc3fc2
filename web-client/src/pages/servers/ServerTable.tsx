/**
 * The servers as a table that draws only the rows in sight. It scrolls with the page. For readers of screens it is a table with all its
 * rows, by ARIA; on narrow screens each row folds into two lines.
 */
import { type Server, ServerState } from '@hostler/client';
import { UnstyledButton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import type { TFunction } from 'i18next';
import { type ComponentType, memo, useCallback, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useFirstEmails } from '@/api/directory';
import { ServerStateLabel } from '@/components/ServerStateBadge';
import { SimulatedLabel } from '@/components/SimulatedBadge';
import { Moment } from '@/components/Time';
import { UserLabel } from '@/components/UserName';
import { type Format, useFormat } from '@/format/useFormat';
import { useNow } from '@/format/useNow';
import { type Follow, useFollow } from '@/frame/useFollow';
import { useLater } from '@/frame/useLater';
import { paths } from '@/paths';

import type { LiveUseProps } from './LiveUse';
import type { Sort, SortKey } from './serverList';
import classes from './ServerTable.module.css';

interface Props {
  readonly servers: readonly Server[];
  readonly sort: Sort;
  readonly setSort: (sort: Sort) => void;
  /** Names the owners: for those who see the servers of others. */
  readonly withOwners: boolean;
}

const WIDE = '(min-width: 62em)';
const ROW_HEIGHT = { wide: 60, narrow: 96 } as const;
const COLUMNS = ['name', 'state', 'use', 'owner', 'address', 'size', 'price', 'created'] as const;
const SORTABLE: ReadonlySet<string> = new Set<SortKey>(['name', 'state', 'price', 'created']);

/** What a server uses comes after the list: its code, and then its figures. */
const loadLiveUse = () => import('./LiveUse');

export function ServerTable({ servers, sort, setSort, withOwners }: Props) {
  const { t } = useTranslation();
  const wide = useMediaQuery(WIDE, true, { getInitialValueInEffect: false });
  const rowHeight = wide ? ROW_HEIGHT.wide : ROW_HEIGHT.narrow;
  const format = useFormat();
  const now = useNow();
  const emails = useFirstEmails(withOwners);
  const follow = useFollow();
  const Use = useLater(loadLiveUse);
  const body = useRef<HTMLDivElement>(null);
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => {
    if (body.current) setOffset(body.current.getBoundingClientRect().top + window.scrollY);
  }, [wide]);
  // One that changes has the virtualizer measure all rows again.
  const getItemKey = useCallback((index: number) => servers[index]?.id ?? index, [servers]);
  const virtualizer = useWindowVirtualizer({
    count: servers.length,
    estimateSize: () => rowHeight,
    getItemKey,
    scrollMargin: offset,
    overscan: 12,
  });
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);

  return (
    <div
      className={withOwners ? `${classes.table} ${classes.withOwners}` : classes.table}
      role="table"
      aria-label={t('servers.title')}
      aria-rowcount={servers.length + 1}
    >
      <div role="rowgroup">
        <div className={`${classes.columns} ${classes.head}`} role="row" aria-rowindex={1}>
          {COLUMNS.filter((column) => withOwners || column !== 'owner').map((column) => (
            <Head key={column} column={column} sort={sort} setSort={setSort} />
          ))}
        </div>
      </div>
      <div ref={body} className={classes.body} role="rowgroup" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, key, start }) => {
          const server = servers[index];
          return (
            server && (
              <Row
                key={key}
                t={t}
                format={format}
                now={now}
                server={server}
                index={index}
                top={start - offset}
                withOwner={withOwners}
                ownerEmail={emails?.get(server.ownerId)}
                follow={follow}
                Use={Use}
              />
            )
          );
        })}
      </div>
    </div>
  );
}

interface HeadProps {
  readonly column: (typeof COLUMNS)[number];
  readonly sort: Sort;
  readonly setSort: (sort: Sort) => void;
}

function Head({ column, sort, setSort }: HeadProps) {
  const { t } = useTranslation();
  const label = t(`servers.columns.${column}`);
  if (!isSortKey(column)) {
    return (
      <span role="columnheader" className={column === 'size' ? classes.size : undefined}>
        {label}
      </span>
    );
  }
  const active = sort.key === column;
  const Arrow = sort.descending ? IconArrowDown : IconArrowUp;
  return (
    <span role="columnheader" aria-sort={active ? (sort.descending ? 'descending' : 'ascending') : 'none'}>
      <UnstyledButton
        className={classes.sort}
        onClick={() => setSort({ key: column, descending: active ? !sort.descending : column === 'created' })}
      >
        {label}
        {active && <Arrow size={14} aria-hidden />}
      </UnstyledButton>
    </span>
  );
}

function isSortKey(column: string): column is SortKey {
  return SORTABLE.has(column);
}

interface RowProps {
  readonly t: TFunction;
  readonly format: Format;
  readonly now: Date | undefined;
  readonly server: Server;
  readonly index: number;
  readonly top: number;
  readonly withOwner: boolean;
  readonly ownerEmail: string | undefined;
  readonly follow: Follow;
  readonly Use: ComponentType<LiveUseProps> | undefined;
}

/**
 * Rows that stay in sight are not drawn again while the page scrolls. Those that come are little more than HTML, for dozens come in a
 * frame: what hooks would find out for each of them, the table finds out once.
 */
const Row = memo(function Row(props: RowProps) {
  const { t, format, now, server, index, top, withOwner, ownerEmail, follow, Use } = props;
  const size = t('servers.size', {
    cpu: format.cores(server.cpuMillicores),
    memory: format.size(server.memoryBytes),
    disk: format.size(server.diskBytes),
  });
  return (
    <div
      className={`${classes.columns} ${classes.row}`}
      role="row"
      aria-rowindex={index + 2}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span role="cell" className={`${classes.cell} ${classes.name}`} title={server.name}>
        <a href={paths.server(server.id)} onClick={follow}>
          {server.name}
        </a>
        {server.simulated && <SimulatedLabel t={t} />}
      </span>
      <span role="cell" className={classes.cell} style={{ overflow: 'visible' }}>
        <ServerStateLabel state={server.state} t={t} />
      </span>
      <span role="cell" className={classes.use}>
        {server.state === ServerState.RUNNING ? (
          Use && <Use serverId={server.id} t={t} format={format} />
        ) : (
          <span className={classes.wide}>–</span>
        )}
      </span>
      {withOwner && (
        <span role="cell" className={`${classes.cell} ${classes.wide} ${classes.owner}`}>
          <UserLabel userId={server.ownerId} email={ownerEmail} follow={follow} />
        </span>
      )}
      <span role="cell" className={`${classes.cell} ${classes.address}`}>
        {server.addresses[0]?.address ?? t('servers.noAddress')}
      </span>
      <span role="cell" className={`${classes.cell} ${classes.wide} ${classes.size}`} title={size}>
        {size}
      </span>
      <span role="cell" className={`${classes.cell} ${classes.price}`}>
        {format.monthly(server.priceMinor, server.currency)}
      </span>
      <span role="cell" className={`${classes.cell} ${classes.wide}`}>
        <Moment value={server.createTime} format={format} now={now} />
      </span>
    </div>
  );
});
