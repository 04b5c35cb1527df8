// Remarks that travel with data: a code, a sentence, its numbers.

/** A doubt about data that travels with it. Codes are kebab-case and stable. */
export interface Warning {
  readonly code: string;
  readonly text: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** A sentence with a code, its numbers and the reason. */
export interface Finding {
  readonly code: string;
  readonly text: string;
  readonly data?: Readonly<Record<string, unknown>>;
}
