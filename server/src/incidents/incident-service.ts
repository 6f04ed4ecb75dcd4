import { randomUUID } from 'node:crypto';
import { type AuditedChange, type Cause, checkRevision, type Written, writeAudited } from '../audit/audited-write.ts';
import type { Clock } from '../clock.ts';
import { RefusedError } from '../errors.ts';
import type { IncidentMoved } from '../events.ts';
import { type EnvironmentBody, environmentsOf, type MemberBody, type ProjectBody } from '../store/documents.ts';
import type { Store, StoredDocument, WriteTransaction } from '../store/store.ts';
import { type IncidentBody, type IncidentNote, openIncident, type Severity } from './incident.ts';

type Project = StoredDocument<ProjectBody>;
export type Incident = StoredDocument<IncidentBody>;

/** What somebody tells who opens one. Times are milliseconds since epoch. */
export interface IncidentOpening {
  readonly title: string;
  readonly severity: Severity;
  readonly environment: string;
  readonly flags?: readonly string[];
  readonly services?: readonly string[];
  readonly deploys?: readonly string[];
  readonly startedAt?: number;
  readonly lead?: string | null;
}

/** The fields to alter. */
export type IncidentEdit = Partial<Omit<IncidentOpening, 'environment'>>;

/** Incidents are opened, told about, and resolved. All writes audit themselves. */
export interface IncidentService {
  open(project: Project, opening: IncidentOpening, cause: Cause): Promise<Written<Incident>>;
  edit(
    project: Project,
    id: string,
    edit: IncidentEdit,
    expected: number | undefined,
    cause: Cause,
  ): Promise<Written<Incident>>;
  note(project: Project, id: string, text: string, cause: Cause): Promise<Written<Incident>>;
  resolve(project: Project, id: string, cause: Cause): Promise<Written<Incident>>;
  reopen(project: Project, id: string, cause: Cause): Promise<Written<Incident>>;
}

export interface IncidentServiceDeps {
  readonly store: Store;
  readonly clock: Clock;
  /** Called once an incident that may hold rollouts is durable or over. */
  onMoved(environment: StoredDocument<EnvironmentBody>): void;
}

export function createIncidentService(deps: IncidentServiceDeps): IncidentService {
  const { store } = deps;

  async function moved(project: Project, { body }: Incident): Promise<void> {
    const environments = await environmentsOf(store, project.id);
    const environment = environments.find(({ key }) => key === body.environment);
    if (environment) deps.onMoved(environment);
  }

  async function open(project: Project, opening: IncidentOpening, cause: Cause): Promise<Written<Incident>> {
    const written = await writeAudited(deps, cause, async (tx, now) => {
      await checkReferences(tx, project, opening);
      const { flags = [], services = [], deploys = [], startedAt = now, lead = null, ...plain } = opening;
      checkStart(startedAt, now);
      const told = { flags: unique(flags), services: unique(services), deploys: unique(deploys), lead };
      const incident = await openIncident(tx, project.id, {
        ...plain,
        ...told,
        startedAt,
        detectedAt: now,
        rollout: null,
        openedBy: cause.actor,
      });
      const { key, body } = incident;
      return {
        ...changeOf(project, incident, null),
        action: 'open-incident',
        summary: `Opened ${key}: ${body.title}`,
        events: [eventOf('incident-opened', project, incident, cause, now)],
      };
    });
    await moved(project, written.result);
    return written;
  }

  /** Carries out one write of one incident. */
  function alter(
    project: Project,
    id: string,
    cause: Cause,
    work: (incident: Incident, now: number, tx: WriteTransaction) => Promise<Alteration>,
  ): Promise<Written<Incident>> {
    return writeAudited(deps, cause, async (tx, now) => {
      const incident = await incidentNamed(tx, project, id);
      const { body, event, action, summary } = await work(incident, now, tx);
      const ref = { kind: 'incident', parent: project.id, key: id } as const;
      const after = await tx.put(ref, body, incident.revision);
      return {
        ...changeOf(project, after, incident.body),
        action,
        summary,
        events: event === null ? [] : [eventOf(event, project, after, cause, now)],
      };
    });
  }

  return {
    open,

    edit: (project, id, edit, expected, cause) =>
      alter(project, id, cause, async (incident, now, tx) => {
        checkRevision(incident, expected, { revision: incident.revision });
        await checkReferences(tx, project, { ...edit, environment: incident.body.environment });
        checkStart(edit.startedAt ?? incident.body.startedAt, now);
        const body = { ...incident.body, ...edit };
        return { body, event: null, action: 'edit-incident', summary: `Edited ${id}` };
      }),

    note: (project, id, text, cause) =>
      alter(project, id, cause, async ({ body }, now) => {
        const note: IncidentNote = { id: randomUUID(), at: now, by: cause.actor, text };
        const notes = [...body.notes, note];
        if (notes.length > MOST_NOTES)
          throw new RefusedError({ code: 'too-large', detail: `${id} has ${MOST_NOTES} notes already: open another.` });
        return { body: { ...body, notes }, event: null, action: 'note-incident', summary: `Noted on ${id}` };
      }),

    async resolve(project, id, cause) {
      const written = await alter(project, id, cause, async ({ body }, now) => {
        if (body.resolvedAt !== null) throw isAlready(id, 'resolved');
        const event = 'incident-resolved';
        return { body: { ...body, resolvedAt: now }, event, action: 'resolve-incident', summary: `Resolved ${id}` };
      });
      await moved(project, written.result);
      return written;
    },

    async reopen(project, id, cause) {
      const written = await alter(project, id, cause, async ({ body }) => {
        if (body.resolvedAt === null) throw isAlready(id, 'open');
        const event = 'incident-opened';
        return { body: { ...body, resolvedAt: null }, event, action: 'reopen-incident', summary: `Reopened ${id}` };
      });
      await moved(project, written.result);
      return written;
    },
  };
}

/** A note is at most 10,000 characters, and a document is read whole. */
const MOST_NOTES = 500;

interface Alteration {
  readonly body: IncidentBody;
  readonly event: IncidentMoved['kind'] | null;
  readonly action: string;
  readonly summary: string;
}

function changeOf(project: Project, incident: Incident, before: IncidentBody | null) {
  return {
    result: incident,
    project: project.key,
    documents: [incident],
    before,
    after: incident.body,
  } satisfies Partial<AuditedChange<Incident>>;
}

function eventOf(
  kind: IncidentMoved['kind'],
  project: Project,
  { key, body }: Incident,
  { actor }: Cause,
  at: number,
): IncidentMoved {
  const { environment, title, severity, flags } = body;
  return { kind, project: project.key, environment, incident: key, title, severity, flags, actor, at };
}

export async function incidentNamed(reads: Pick<Store, 'document'>, project: Project, id: string): Promise<Incident> {
  const found = await reads.document<IncidentBody>({ kind: 'incident', parent: project.id, key: id });
  if (found !== null) return found;
  throw new RefusedError({
    code: 'not-found',
    detail: `There is no incident \`${id}\` in project \`${project.key}\`. Look it up in the list of incidents.`,
  });
}

async function checkReferences(
  tx: WriteTransaction,
  project: Project,
  { environment, flags = [], lead = null }: Partial<IncidentOpening>,
): Promise<void> {
  const environments = await environmentsOf(tx, project.id);
  if (!environments.some(({ key }) => key === environment))
    throw unknown('/environment', `There is no environment \`${environment}\` in project \`${project.key}\`.`);
  for (const [i, flag] of flags.entries()) {
    if ((await tx.document({ kind: 'flag', parent: project.id, key: flag })) === null)
      throw unknown(`/flags/${i}`, `There is no flag \`${flag}\` in project \`${project.key}\`.`);
  }
  if (lead !== null && (await tx.document<MemberBody>({ kind: 'member', parent: '', key: lead })) === null)
    throw unknown('/lead', 'There is no such member. Give the id of one, or null.');
}

function checkStart(startedAt: number, now: number): void {
  if (startedAt > now)
    throw new RefusedError({
      code: 'validation',
      detail: 'An incident cannot begin in the future.',
      errors: [{ pointer: '/startedAt', detail: 'lies in the future' }],
    });
}

function unknown(pointer: string, detail: string): RefusedError {
  return new RefusedError({ code: 'unknown-reference', detail, errors: [{ pointer, detail }] });
}

function isAlready(id: string, state: string): RefusedError {
  return new RefusedError({ code: 'in-use', detail: `${id} is ${state} already.` });
}

function unique(words: readonly string[]): readonly string[] {
  return [...new Set(words)];
}
