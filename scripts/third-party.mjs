// Says of whom the code is that a bundle carries, with the text of every licence.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** `NAME@VERSION.txt`: what a package carries in turn, and does not say in its own licence. */
const BESIDE = 'scripts/licences';
const LICENCE = /^(licen[cs]e|copying|notice)([.-].*)?$/i;
/** Less is a name, and no text. */
const SHORTEST_TEXT = 200;
const RULE = `\n${'-'.repeat(100)}\n\n`;

/**
 * Writes the file, from what esbuild says is in its outputs and from the folders of `others`. Fails where a package
 * comes without the text of its licence.
 */
export function writeThirdParty(file, { metafiles, others = [], of, besides = '' }) {
  const folders = new Set([...metafiles.flatMap(foldersIn), ...others.map((folder) => path.resolve(folder))]);
  const packages = [...folders].map(packageIn).sort((a, b) => (a.title < b.title ? -1 : 1));
  const titles = new Map();
  for (const { title, text } of packages) titles.set(text, new Set([...(titles.get(text) ?? []), title]));
  const parts = [...titles].map(([text, names]) => `${[...names].join('\n')}\n\n${text}\n`);
  const what = parts.length === 0 ? 'nothing of anybody else' : 'the following, besides code of its own';
  writeFileSync(file, [`${of} carries ${besides}${what}.\n`, ...parts].join(RULE));
}

/** The folders of packages of which something is in an output. */
const foldersIn = ({ outputs }) =>
  Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([input, { bytesInOutput }]) => (bytesInOutput > 0 ? folderOf(input) : [])),
  );

function folderOf(input) {
  const [, folder] = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(path.resolve(input)) ?? [];
  return folder === undefined ? [] : [folder];
}

function packageIn(folder) {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return { title: `${name} ${version} (${license})`, text: [textIn(folder, name), besideOf(name, version)].join('') };
}

function textIn(folder, name) {
  const files = readdirSync(folder).filter((file) => LICENCE.test(file));
  const text = files.map((file) => read(folder, file)).join('\n\n');
  if (text.length < SHORTEST_TEXT) throw new Error(`${name} is bundled, and comes without the text of its licence`);
  return text;
}

function besideOf(name, version) {
  const about = readdirSync(BESIDE).filter((file) => file.startsWith(`${name.replace('/', '+')}@`));
  const [file] = about;
  if (file === undefined) return '';
  if (file === `${name.replace('/', '+')}@${version}.txt`) return `\n\n${read(BESIDE, file)}`;
  throw new Error(`${BESIDE}/${file} is about another version than ${version}: look at what ${name} carries now`);
}

const read = (folder, file) => readFileSync(path.join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim();
