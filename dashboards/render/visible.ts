// Text from outside as it may be shown: characters that control a terminal or turn the direction of
// what follows become their codes.

/**
 * A name must not rewrite the text around it, nor make an SVG that is no XML. Line feeds and tabs
 * stay.
 */
export const visible = (text: string): string =>
  text.replace(hidden, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);

/**
 * C0 and C1 controls, DEL, and the marks, embeddings, overrides and isolates of bidirectional text.
 */
const hidden =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g;
