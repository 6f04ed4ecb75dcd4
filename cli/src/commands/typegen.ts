import path from 'node:path';
import type { AuditView, Page } from '@glidepath/server/api-types';
import type { Call } from '../call.ts';
import type { Command, Outcome } from '../command.ts';
import { usage } from '../failure.ts';
import { projectRoute } from '../paths.ts';
import type { Declared } from '../typegen/declared.ts';
import { declaredBy, definitionsOf, segmentClausesOf } from '../typegen/definitions.ts';
import { driftLines } from '../typegen/drift.ts';
import { declaredIn, inOrder } from '../typegen/from-file.ts';
import { installedSdks } from '../typegen/installed.ts';
import { render, type Sdk, type Wanted } from '../typegen/render.ts';
import { watch } from '../watch.ts';

export const typegen: Command = {
  name: 'typegen',
  summary: 'writes types of all flags for the installed SDKs: wrong keys and fallbacks no longer compile',
  place: 'project',
  writes: false,
  arguments: [],
  options: {
    output: { value: 'FILE', summary: 'where to; flags.gen.d.ts, or flags.gen.ts with --refs' },
    watch: { summary: 'go on, and write it anew whenever flags change, or the file of --from; ends by Ctrl-C' },
    check: { summary: 'write nothing; exit 2 where the file is not what would be written' },
    refs: { summary: 'also a constant for each flag, by `defineFlag`; stale ones are marked deprecated' },
    context: { summary: 'also types of contexts, from the attributes that rules use' },
    from: { value: 'FILE', summary: 'offline, from what `glidepath pull` has written' },
    sdk: { value: 'SDK', summary: 'node or browser, once for each, instead of those installed', isRepeatable: true },
  },
  example: 'glidepath typegen --check',
  async run(call) {
    const plan = planOf(call);
    if (plan.wanted.sdks.length === 0) {
      const mend = 'Install @glidepath/sdk-node or @glidepath/sdk-browser, or pass --sdk.';
      throw usage(`No SDK is installed beside ${path.dirname(plan.file)}.`, mend);
    }
    if (!call.has('watch')) return generate(call, plan);
    if (call.has('check')) throw usage('--check writes nothing, and --watch goes on writing.', 'Pass one of them.');
    return watch(call, {
      fingerprint: () => fingerprintOf(call),
      act: async () => (await generate(call, plan)).text,
    });
  },
};

interface Plan {
  readonly file: string;
  readonly wanted: Wanted;
}

async function generate(call: Call, { file, wanted }: Plan): Promise<Outcome> {
  const text = render(await declared(call, wanted), wanted);
  const before = call.outside.files.read(file);
  const shown = path.relative(call.outside.folder, file);
  if (before === text) return { document: { file: shown, drift: [] }, text: `${shown} is up to date\n` };
  if (call.has('check')) return drifted(shown, driftLines(before ?? '', text));
  call.outside.files.write(file, text);
  return { document: { file: shown, drift: driftLines(before ?? '', text) }, text: `wrote ${shown}\n` };
}

/** Differs whenever what is written may differ. */
async function fingerprintOf(call: Call): Promise<string> {
  const from = call.text('from');
  if (from !== undefined) return call.outside.files.read(path.resolve(call.outside.folder, from)) ?? '';
  const query = { project: call.project(), limit: '1' };
  const { items } = await call.api().send<Page<AuditView>>('GET', '/api/v1/audit', { query });
  return String(items[0]?.seq);
}

function drifted(file: string, lines: readonly string[]): Outcome {
  const told = lines.map((line) => `  ${line}\n`).join('');
  return {
    document: { file, drift: lines },
    text: `${file} is not up to date\n${told}  write it anew: glidepath typegen\n`,
    exit: 'usage',
  };
}

function planOf(call: Call): Plan {
  const { typegen: settings = {} } = call.config.content;
  const refs = call.has('refs') || settings.refs === true;
  const given = call.text('output');
  const configured = path.join(call.config.folder, settings.output ?? `flags.gen.${refs ? 'ts' : 'd.ts'}`);
  const file = given === undefined ? configured : path.resolve(call.outside.folder, given);
  // A compiler takes `flags.gen.d.ts` for what it has made of `flags.gen.ts` itself.
  if (refs !== !file.endsWith('.d.ts')) {
    const what = refs ? 'Constants belong in a .ts file' : 'Types alone belong in a .d.ts file';
    throw usage(`${what}, and ${path.basename(file)} is none.`, 'Pass another --output.');
  }
  const sdks = call.texts('sdk').length > 0 ? call.texts('sdk') : settings.sdk;
  const unknown = sdks?.find((sdk) => sdk !== 'node' && sdk !== 'browser');
  if (unknown !== undefined) throw usage(`There is no SDK \`${unknown}\`.`, 'It is node or browser.');
  const context = call.has('context') || settings.context === true;
  return {
    file,
    wanted: {
      refs,
      context,
      sdks: (sdks as readonly Sdk[] | undefined) ?? installedSdks(call.outside, path.dirname(file)),
    },
  };
}

async function declared(call: Call, { context }: Wanted): Promise<Declared> {
  const { files, folder, now } = call.outside;
  const from = call.text('from');
  if (from !== undefined) {
    const text = files.read(path.resolve(folder, from));
    if (text === null) throw usage(`There is no file ${from}.`);
    return declaredIn(from, text, now());
  }
  const api = call.api();
  const views = await definitionsOf(api, projectRoute(call));
  return {
    flags: inOrder(views.map((view) => declaredBy(view, now()))),
    segmentClauses: context ? await segmentClausesOf(api, projectRoute(call)) : [],
  };
}
