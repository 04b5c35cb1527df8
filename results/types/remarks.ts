// Remarks that travel with data: a code, a sentence, the numbers behind it.

/** A doubt about data that travels with it. Codes are kebab-case and stable. */
export interface Warning {
  readonly code: string;
  readonly text: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** A sentence with a code, the numbers behind it and the reason. */
export interface Finding {
  readonly code: string;
  readonly text: string;
  readonly data?: Readonly<Record<string, unknown>>;
}
