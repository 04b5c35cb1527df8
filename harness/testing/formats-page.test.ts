// docs/formats.md is what the registry says.
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {builtIn, formatsPage} from './formats-page.ts';
import {importText} from '../../results/import/index.ts';

test('docs/formats.md is made from the registry', async () => {
  await expect(formatsPage()).toMatchFileSnapshot(
    fileURLToPath(new URL('../../docs/formats.md', import.meta.url)),
  );
});

test.each(builtIn.map((format) => [format.name, format] as const))(
  '%s reads its example',
  (_name, format) => {
    const {tables, warnings} = importText(format.example, 'x');
    expect(tables.length).toBe(1);
    expect(warnings).toEqual([]);
  },
);
