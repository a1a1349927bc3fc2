/** Lists that come in pages: the server's token leads from one to the next. */

/** Options of `useInfiniteQuery` for every list of the API; its input begins with `pageToken: ''`. */
export const BY_PAGE_TOKEN = {
  pageParamKey: 'pageToken',
  getNextPageParam: ({ nextPageToken }: { readonly nextPageToken: string }) => nextPageToken || undefined,
} as const;

/** The most that the server sends at a time. */
export const LARGEST_PAGE = 200;
