import { expect, test } from 'vitest';
import { nameOfRemote, urlTemplateFor } from './repository.ts';

test.for<[remote: string, name: string | null]>([
  ['https://github.com/acme/shop.git', 'github.com/acme/shop'],
  ['https://user:token@GitHub.com/acme/shop', 'github.com/acme/shop'],
  ['https://x-access-token:ghs_1@github.com:443/acme/shop.git/', 'github.com/acme/shop'],
  ['git@github.com:acme/shop.git', 'github.com/acme/shop'],
  ['ssh://git@bitbucket.org:7999/acme/shop.git', 'bitbucket.org/acme/shop'],
  ['gitlab.example.com:/acme/tools/shop', 'gitlab.example.com/acme/tools/shop'],
  ['https://gitlab.example.com/acme/shop?private_token=x', 'gitlab.example.com/acme/shop'],
  ['/srv/git/shop.git', null],
  ['file:///srv/git/shop.git', null],
  ['C:\\git\\shop', null],
  ['', null],
  ['https://user:to@ken@github.com/acme/shop', 'github.com/acme/shop'],
  ['oauth2:token@github.com:acme/shop', 'github.com/acme/shop'],
  ['git::https://user:token@example.com/acme/shop', null],
  ['user:token@example.com/acme/shop', null],
  ['https:user:token@example.com/acme/shop', 'example.com/acme/shop'],
])('the remote %s is the repository %s', ([remote, name]) => {
  expect(nameOfRemote(remote)).toBe(name);
});

test.for<[name: string, template: string | null]>([
  ['github.com/acme/shop', 'https://github.com/acme/shop/blob/{commit}/{path}#L{line}'],
  ['gitlab.example.com/a/b/c', 'https://gitlab.example.com/a/b/c/-/blob/{commit}/{path}#L{line}'],
  ['bitbucket.org/acme/shop', 'https://bitbucket.org/acme/shop/src/{commit}/{path}#lines-{line}'],
  ['git.example.com/acme/shop', null],
])('a line of %s is at %s', ([name, template]) => {
  expect(urlTemplateFor(name)).toBe(template);
});
