/** A list that comes in pages: loading, refused, empty, nothing that fits, or the table with a button for more. */
import { Button, Skeleton, Stack } from '@mantine/core';
import { IconSearchOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { EmptyState } from './EmptyState';
import { ErrorState } from './ErrorState';
import { MoreButton } from './MoreButton';
import { type Column, RecordTable } from './RecordTable';

/** What is needed of `useInfiniteQuery`. */
export interface PagedQuery {
  readonly isPending: boolean;
  readonly error: unknown;
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly fetchNextPage: () => unknown;
  readonly refetch: () => unknown;
}

interface Props<Row> {
  readonly query: PagedQuery;
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** In place of the table when there are none at all. */
  readonly empty: ReactNode;
  /** Given while filters are set: takes them away. */
  readonly onClearFilters?: (() => void) | undefined;
}

export function RecordList<Row>({ query, label, columns, rows, rowKey, empty, onClearFilters }: Props<Row>) {
  const retry = () => void query.refetch();
  const more = () => void query.fetchNextPage();
  if (query.isPending) return <ListSkeleton />;
  if (rows.length === 0) {
    if (query.error) return <ErrorState error={query.error} onRetry={retry} />;
    return onClearFilters ? <NothingFits onClear={onClearFilters} /> : empty;
  }
  return (
    <Stack>
      <RecordTable label={label} columns={columns} rows={rows} rowKey={rowKey} />
      {query.error ? (
        <ErrorState error={query.error} onRetry={query.hasNextPage ? more : retry} />
      ) : (
        <MoreButton query={query} />
      )}
    </Stack>
  );
}

function NothingFits({ onClear }: { readonly onClear: () => void }) {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={IconSearchOff}
      title={t('common.nothingFits.title')}
      text={t('common.nothingFits.text')}
      action={
        <Button variant="light" onClick={onClear}>
          {t('common.clearFilters')}
        </Button>
      }
    />
  );
}

/** As high as a few rows, so that nothing jumps when they come. */
function ListSkeleton() {
  const { t } = useTranslation();
  return (
    <Stack gap="xs" aria-busy role="status" aria-label={t('common.loading')}>
      {[0, 1, 2, 3].map((row) => (
        <Skeleton key={row} height={44} />
      ))}
    </Stack>
  );
}
