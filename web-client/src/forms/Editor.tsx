/**
 * An entry of the catalogue on a page of its own: loaded, kept as it is while somebody types, changed under the version it was read at,
 * and deleted. The page says which calls do that, and draws the entry.
 */
import type { DescMethodUnary } from '@bufbuild/protobuf';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { newRequestId } from '@/api/requestId';
import { useInvalidate } from '@/api/useInvalidate';
import { ErrorState } from '@/components/ErrorState';
import { useToasts } from '@/components/toast';
import { useEdited } from '@/forms/useEdited';
import { PageSkeleton } from '@/frame/PageSkeleton';

interface Entry {
  readonly id: string;
  readonly etag: string;
}

/** A change as the calls take it, but for the entry itself. */
interface Change {
  readonly updateMask: { readonly paths: string[] };
  readonly etag: string;
  readonly requestId: string;
}

interface Calls<Value, Fields> {
  readonly update: (fields: Fields & { readonly id: string }, change: Change) => Promise<Value | undefined>;
  readonly remove: (id: string, requestId: string) => Promise<unknown>;
  /** What has to be read again afterwards. */
  readonly list: DescMethodUnary;
  readonly get: DescMethodUnary;
  /** Where deleting leads. */
  readonly back: string;
}

export interface Edits<Value, Fields> {
  readonly entry: Value;
  readonly update: (fields: Fields, paths: string[]) => Promise<unknown>;
  readonly updating: boolean;
  readonly remove: () => Promise<unknown>;
  readonly removing: boolean;
  /** For the form, with the entry's etag as key: it starts anew after a change. */
  readonly reload: () => Promise<void>;
  /** Tells that a form is saved. */
  readonly saved: (name: string) => void;
}

interface Loaded<Value, Fields> extends Calls<Value, Fields> {
  readonly reread: () => Promise<Value | undefined>;
  readonly children: (edits: Edits<Value, Fields>) => ReactNode;
}

interface Props<Value, Fields> extends Loaded<Value, Fields> {
  readonly query: {
    readonly isPending: boolean;
    readonly error: unknown;
    readonly refetch: () => unknown;
  };
  readonly entry: Value | undefined;
}

export function Editor<Value extends Entry, Fields extends object>(props: Props<Value, Fields>) {
  const { query, entry, ...rest } = props;
  if (query.isPending) return <PageSkeleton />;
  if (!entry) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return <Opened key={entry.id} first={entry} {...rest} />;
}

function Opened<Value extends Entry, Fields extends object>(
  props: Loaded<Value, Fields> & { readonly first: Value },
) {
  const { first, reread, list, get, back, children } = props;
  const { t } = useTranslation();
  const toasts = useToasts();
  const navigate = useNavigate();
  const invalidate = useInvalidate();
  const { base, setBase, reload } = useEdited(first, reread);
  const { id, etag } = base;
  const update = useMutation({
    mutationFn: ({ fields, paths }: { fields: Fields; paths: string[] }) =>
      props.update({ ...fields, id }, { updateMask: { paths }, etag, requestId: newRequestId() }),
    onSuccess: (entry) => {
      invalidate(list, get);
      setBase(entry);
    },
  });
  const remove = useMutation({
    mutationFn: () => props.remove(id, newRequestId()),
    onSuccess: () => {
      invalidate(list);
      void navigate(back);
    },
  });
  return children({
    entry: base,
    update: (fields, paths) => update.mutateAsync({ fields, paths }),
    updating: update.isPending,
    remove: () => remove.mutateAsync(),
    removing: remove.isPending,
    reload,
    saved: (name) => toasts.success(t('common.saved', { name })),
  });
}
