/** How a list of the service is read page by page: for `api.useInfiniteQuery`. */

export const PAGED = {
  pageParamName: "cursor",
  initialPageParam: null, // left out of the first question
  getNextPageParam: (last: { readonly next: string | null }) => last.next,
};
