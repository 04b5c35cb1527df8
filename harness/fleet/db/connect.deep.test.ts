// TLS to a real server: only a certificate of the named authority that fits the address is
// accepted, and a lost connection is reported, not thrown.
import {execFileSync, spawnSync} from 'node:child_process';
import {chownSync, mkdtempSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {installPackages} from '../../testing/debian.ts';
import {noPostgres, startPostgres} from '../../testing/postgres-server.ts';
import type {PostgresServer} from '../../testing/postgres-server.ts';
import {connect} from './connect.ts';

const tools = ['postgresql', 'openssl'];
const isThere = noPostgres() === null && spawnSync('openssl', ['version']).status === 0;
const reason = isThere ? null : installPackages(tools);

describe.skipIf(reason !== null)(
  `TLS to the database${reason === null ? '' : `: skipped, ${reason}`}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'jitstat-tls-'));
    let server: PostgresServer;

    /** A self-signed certificate for `name`. */
    const certificate = (file: string, name: string): void => {
      execFileSync(
        'openssl',
        // prettier-ignore
        ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=test',
          '-addext', `subjectAltName=${name}`, '-keyout', `${file}.key`, '-out', `${file}.crt`],
        {stdio: 'ignore'},
      );
    };

    /** Makes the server show this certificate from now on. */
    const show = async (file: string): Promise<void> => {
      const {uid, gid} = statSync(server.folder);
      for (const kind of ['crt', 'key']) {
        execFileSync('cp', [`${file}.${kind}`, join(server.folder, `server.${kind}`)]);
        chownSync(join(server.folder, `server.${kind}`), uid, gid);
        execFileSync('chmod', ['600', join(server.folder, `server.${kind}`)]);
      }
      const db = await connect(server.url);
      await db.query(`alter system set ssl_cert_file = '${server.folder}/server.crt'`);
      await db.query(`alter system set ssl_key_file = '${server.folder}/server.key'`);
      await db.query('alter system set ssl = on');
      await db.query('select pg_reload_conf()');
      // The server reads its configuration again when it next looks for signals.
      for (let tries = 0; tries < 100; tries++) {
        const {rows} = await db.query<{ssl: string}>('show ssl');
        if (rows[0].ssl === 'on' && tries > 5) break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await db.end();
    };

    const tls = (host: string, authority: string): string =>
      `postgres://postgres@${host}:${server.port}/postgres?sslmode=verify-full` +
      `&sslrootcert=${folder}/${authority}.crt`;

    beforeAll(async () => {
      server = await startPostgres();
      certificate(join(folder, 'right'), 'IP:127.0.0.1,DNS:localhost');
      certificate(join(folder, 'other'), 'DNS:db.example.org');
      await show(join(folder, 'right'));
    });
    afterAll(async () => {
      await server?.stop();
      rmSync(folder, {recursive: true, force: true});
    });

    test.each(['127.0.0.1', 'localhost'])('%s, by a certificate for it', async (host) => {
      const db = await connect(tls(host, 'right'));
      const {rows} = await db.query<{ssl: boolean}>(
        'select ssl from pg_stat_ssl where pid = pg_backend_pid()',
      );
      expect(rows).toEqual([{ssl: true}]);
      await db.end();
    });

    test('a certificate of another authority is refused', async () => {
      await expect(connect(tls('127.0.0.1', 'other'))).rejects.toMatchObject({
        message: expect.stringContaining('self-signed certificate'),
        hint: expect.stringContaining('authority'),
      });
    });

    test('a certificate of the authority for another host is refused', async () => {
      await show(join(folder, 'other'));
      await expect(connect(tls('127.0.0.1', 'other'))).rejects.toMatchObject({
        message: expect.stringMatching(/IP: 127\.0\.0\.1 is not in the cert's list|altnames/i),
        hint: expect.stringContaining('name this host'),
      });
    });

    test('a server without TLS is refused if TLS is required', async () => {
      const db = await connect(server.url);
      await db.query('alter system set ssl = off');
      await db.query('select pg_reload_conf()');
      await db.end();
      await new Promise((resolve) => setTimeout(resolve, 500));
      await expect(connect(tls('127.0.0.1', 'right'))).rejects.toThrow('does not support SSL');
    });

    test('nobody there, an unknown user and database: one message each', async () => {
      await expect(connect('postgres://x@127.0.0.1:1/j')).rejects.toThrow('Cannot connect to');
      const {port} = server;
      await expect(connect(`postgres://nobody@127.0.0.1:${port}/j`)).rejects.toThrow('as nobody');
    });

    test('listeners are told if the server goes away', async () => {
      const db = await connect(server.url);
      const lost = new Promise<Error>((resolve) => db.onLost(resolve));
      await server.kill();
      expect(await lost).toBeInstanceOf(Error);
      await server.restart();
      const again = await connect(server.url);
      await again.end();
    });
  },
);
