// Which database addresses are accepted and with which TLS; no message holds a password.
import {describe, expect, test} from 'vitest';
import {readDatabaseUrl} from './connect.ts';

const read = (url: string, env = {}) => readDatabaseUrl(url, env);

describe('without TLS', () => {
  test.each([
    ['postgres://hub@localhost/j', {host: 'localhost', port: 5432, user: 'hub', database: 'j'}],
    ['postgresql://hub:p%40ss@127.0.0.1:6000/j', {port: 6000, password: 'p@ss'}],
    ['postgres://hub@[::1]/j', {host: '::1'}],
    ['postgres://hub@/j?host=/run/postgresql', {host: '/run/postgresql'}],
    ['postgres:///j', {host: 'localhost', database: 'j'}],
  ])('%s', (url, wanted) => expect(read(url)).toMatchObject({...wanted, ssl: false}));

  test('user and password may come from the environment', () =>
    expect(read('postgres://localhost/j', {PGUSER: 'u', PGPASSWORD: 'p'})).toMatchObject({
      user: 'u',
      password: 'p',
    }));
});

describe('with a certificate that must fit', () => {
  test.each([
    'postgres://hub@db.example.org/j',
    'postgres://hub@db.example.org/j?sslmode=verify-full',
    'postgres://hub@10.0.0.7/j',
    'postgres://hub@localhost/j?sslmode=verify-full',
  ])('%s', (url) =>
    expect(read(url).ssl).toMatchObject({
      rejectUnauthorized: true,
      checkServerIdentity: expect.any(Function),
    }),
  );
});

test.each([
  ['not a url', 'cannot be read'],
  ['mysql://u@h/d', 'cannot be read'],
  ['postgres://u:geheim@h/', 'names no database'],
  ['postgres://u:geheim@db.example.org/j?sslmode=require', 'does not verify'],
  ['postgres://u:geheim@db.example.org/j?sslmode=disable', 'does not verify'],
  ['postgres://u:geheim@db.example.org/j?sslmode=no-verify', 'does not verify'],
  ['postgres://u:geheim@db.example.org/j?uselibpqcompat=true', "'uselibpqcompat'"],
  ['postgres://u:geheim@db.example.org/j?sslrootcert=/nowhere/ca.pem', 'cannot be read'],
  ['postgres://u:geheim@localhost/j?host=db.example.org&sslmode=disable', 'does not verify'],
])('%s is refused', (url, words) => {
  expect(() => read(url)).toThrow(words);
  expect(() => read(url)).not.toThrow('geheim');
});
