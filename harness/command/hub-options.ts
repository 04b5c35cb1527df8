// The options that name a hub and the token for it.
import type {Options} from './option-types.ts';

export const hubOptions = {
  hub: {type: 'text', value: 'URL', help: 'the address of the hub (default: $JITSTAT_HUB)'},
  'token-file': {
    type: 'file',
    help: 'the file that holds the token (default: $JITSTAT_TOKEN holds it)',
  },
} as const satisfies Options;
