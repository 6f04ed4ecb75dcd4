import { type Cause, checkRevision, type Written, writeAudited } from '../audit/audited-write.ts';
import type { Clock } from '../clock.ts';
import { RefusedError } from '../errors.ts';
import type { LifecycleSettingsView } from '../http/lifecycle-types.ts';
import type { ProjectBody } from '../store/documents.ts';
import type { Store, StoredDocument } from '../store/store.ts';
import { DEFAULT_SETTINGS, type LifecycleSettingsBody, problemsOfDigest, SETTINGS_KEY } from './lifecycle-settings.ts';

/** How the flags of a project age. All writes audit themselves. */
export interface LifecycleSettingsService {
  /** `expected` is the revision that the caller has seen; 0 = the defaults. */
  replace(
    project: StoredDocument<ProjectBody>,
    body: LifecycleSettingsBody,
    expected: number | undefined,
    cause: Cause,
  ): Promise<Written<LifecycleSettingsView>>;
}

export function createLifecycleSettingsService(deps: {
  readonly store: Store;
  readonly clock: Clock;
}): LifecycleSettingsService {
  return {
    replace: (project, body, expected, cause) =>
      writeAudited(deps, cause, async (tx, now) => {
        const [problem, ...others] = problemsOfDigest(body.digest, now);
        if (problem !== undefined)
          throw new RefusedError({ code: 'validation', detail: problem.detail, errors: [problem, ...others] });
        const ref = { kind: 'lifecycle-settings', parent: project.id, key: SETTINGS_KEY } as const;
        const stored = await tx.document<LifecycleSettingsBody>(ref);
        const before = stored?.body ?? DEFAULT_SETTINGS;
        const present = stored ?? { ...ref, id: '', revision: 0, body: before, updatedAt: 0 };
        checkRevision(present, expected, { ...before, revision: present.revision });
        const written = await tx.put(ref, body, present.revision);
        return {
          result: { ...body, revision: written.revision },
          action: 'set-lifecycle-settings',
          summary: 'Changed when flags count as stale, and who is told',
          project: project.key,
          documents: [written],
          before,
          after: body,
        };
      }),
  };
}
