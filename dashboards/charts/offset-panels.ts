// The two panels of charts by placement: where code starts in its cache line and in its page.

/** `size` in bytes; `values` are the ticks of the axis. */
export const offsetPanels = [
  {space: 'line', size: 64, values: [0, 16, 32, 48, 64], title: 'offset in the cache line, bytes'},
  {
    space: 'page',
    size: 4096,
    values: [0, 1024, 2048, 3072, 4096],
    title: 'offset in the page, bytes',
  },
] as const;
