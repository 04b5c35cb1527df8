// The shell of every page: head, style, main, footer. It is complete without scripts and without
// the network.
import {createHash} from 'node:crypto';
import type {Html} from './html.ts';
import {html, nothing, raw} from './html.ts';
import {styleSheet} from './style.ts';

export interface PageParts {
  readonly title: string;
  readonly header: Html;
  readonly body: Html;
  readonly scripts?: Html;
  /** A class of the body: `fleet` is wide. */
  readonly kind?: 'fleet';
  /** What the colours mean, if they are not those of verdicts. */
  readonly footer?: Html;
}

const verdictFooter = html`Verdicts: <span class="more">more</span> and
  <span class="less">less</span> are shown changes, corrected over all rows of the table;
  <span class="equal">equal</span> is proven within the margin;
  <span class="unsettled">unsettled</span> is neither. No colour means good or bad.`;

/**
 * The content security policy of a page: nothing from elsewhere, no evaluation of text, and only
 * the scripts in `page`, by their hashes.
 */
export const contentPolicy = (page: string): string => {
  const hashes = [...page.matchAll(/<script type="module">(.*?)<\/script>/gs)].map(
    ([, script]) => ` 'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  );
  return [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    "img-src 'self' data:",
    "form-action 'self'",
    "base-uri 'none'",
    ...(hashes.length === 0 ? [] : [`script-src${hashes.join('')}`]),
  ].join('; ');
};

/** The page as text, with its policy. */
export const pageDocument = (parts: PageParts): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="${raw(contentPolicy(parts.scripts?.html ?? ''))}"
        />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="data:," />
        <title>${parts.title}</title>
        <style>
          ${raw(styleSheet)}
        </style>
      </head>
      <body class="${parts.kind ?? ''}">
        <a class="skip" href="#content">To the content</a>
        <header class="top">
          <p class="brand">
            <b>jitstat</b> did it change, by how much, is it the code, what is unusual
          </p>
          ${parts.header}
        </header>
        <main id="content">${parts.body}</main>
        <footer>${parts.footer ?? verdictFooter}</footer>
        ${parts.scripts ?? nothing}
      </body>
    </html> `.html;
