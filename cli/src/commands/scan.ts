import type { CodeReferencesUpload, CodeReferencesUploaded } from '@glidepath/server/api-types';
import type { Call } from '../call.ts';
import type { Command, Outcome } from '../command.ts';
import { usage } from '../failure.ts';
import { type Paint, paintFor } from '../paint.ts';
import type { Scanned } from '../scan/scan.ts';

const MOST_CONTEXT_LINES = 5;

export const scan: Command = {
  name: 'scan',
  summary: 'finds where the code asks for flags: unknown keys, unused flags, fallbacks that disagree',
  place: 'project',
  writes: false,
  arguments: [
    {
      name: 'PATH',
      summary: 'only these files and folders; else all of the repository',
      isOptional: true,
      isRepeatable: true,
    },
  ],
  options: {
    check: { summary: 'exit 2 on unknown keys, fallbacks that disagree or have another type, and a budget exceeded' },
    since: { value: 'REF', summary: 'only what came and went since this commit, branch or tag' },
    from: {
      value: 'FILE',
      summary: 'which flags there are: what `glidepath pull` has written, instead of the service',
    },
    offline: { summary: 'ask nobody which flags there are' },
    upload: { summary: 'tell the service where the flags are named: paths and lines, none of the code' },
    'context-lines': { value: 'NUMBER', summary: 'with --upload: also the line and so many around it, 0 to 5' },
    repository: { value: 'NAME', summary: 'with --upload: its name, if not that of the remote `origin`' },
    'dry-run': { summary: 'with --upload: say what would be sent, send nothing' },
  },
  example: 'glidepath scan --check --since origin/main',
  async run(call) {
    refuseNonsense(call);
    // The parser is large: only those wait for it who need it.
    const { scanned } = await import('../scan/scan.ts');
    const { linesFor } = await import('../scan/tell.ts');
    const result = await scanned(call);
    const paint = paintFor(call.outside, call.outside.stdout);
    const upload = call.has('upload') ? await uploaded(call, result, paint) : null;
    const lines = [...linesFor(result, call.has('check'), paint), ...(upload?.lines ?? [])];
    return {
      document: documentOf(result, upload?.document ?? null),
      text: lines.map((line) => `${line}\n`).join(''),
      exit: call.has('check') && result.judged.problems.length > 0 ? 'usage' : 'done',
    };
  },
};

function refuseNonsense(call: Call): void {
  for (const option of ['context-lines', 'repository', 'dry-run'])
    if (!call.has('upload') && (call.has(option) || call.text(option) !== undefined))
      throw usage(`--${option} is for --upload.`, 'Pass both, or neither.');
  if (!call.has('upload')) return;
  if (call.optionalArgument(0) !== undefined || call.text('since') !== undefined)
    throw usage(
      'What is uploaded is all of the repository: what is missing counts as gone.',
      'Leave out PATH and --since.',
    );
  if (call.has('offline')) throw usage('--upload asks the service, and --offline nobody.', 'Pass one of them.');
}

function documentOf({ findings, judged, changes }: Scanned, upload: unknown): Outcome['document'] {
  const { files, places, dynamic, unread, binary } = findings;
  const referenceOf = ({ kind: _, fallback, ...place }: (typeof places)[number]) => ({
    ...place,
    ...(fallback !== undefined && { fallback }),
  });
  return {
    files,
    references: places.map(referenceOf),
    changes:
      changes === null ? null : { added: changes.added.map(referenceOf), removed: changes.removed.map(referenceOf) },
    dynamic,
    ...judged,
    unread,
    binary,
    upload,
  };
}

interface Sent {
  readonly document: CodeReferencesUploaded | { readonly dryRun: true; readonly upload: CodeReferencesUpload };
  readonly lines: readonly string[];
}

async function uploaded(call: Call, { git, folder, source, findings }: Scanned, paint: Paint): Promise<Sent> {
  const { repositoryOf } = await import('../scan/repository.ts');
  const { send, uploadOf } = await import('../scan/upload.ts');
  const { counted, uploadLines } = await import('../scan/tell.ts');
  if (git === null) throw usage('--upload needs a repository of git: references are kept by commit.');
  const { env } = call.outside;
  const upload = uploadOf({
    repository: repositoryOf(git, env),
    folder,
    name: call.text('repository') ?? call.config.content.scan?.repository,
    findings,
    source,
    contextLines: contextLinesOf(call),
    scannedAt: call.outside.now(),
  });
  if (call.has('dry-run')) {
    const what = `${counted(upload.references.length, 'reference')} of ${upload.repository}, ${upload.branch} at ${upload.commit.slice(0, 12)}`;
    return { document: { dryRun: true, upload }, lines: [`would: send ${what}`] };
  }
  const answer = await send(call, upload);
  return { document: answer, lines: uploadLines(upload.repository, answer, paint) };
}

function contextLinesOf(call: Call): number | null {
  const given = call.text('context-lines');
  if (given === undefined) return null;
  if (!/^\d$/.test(given) || Number(given) > MOST_CONTEXT_LINES)
    throw usage('--context-lines takes a number from 0 to 5.');
  return Number(given);
}
