import { type Lifecycle, lifecycleOf } from '@glidepath/core/lifecycle';
import type { Clock } from '../clock.ts';
import type { FlagIndex } from '../flags/flag-index.ts';
import type { LifecycleView } from '../http/lifecycle-types.ts';
import type { Store } from '../store/store.ts';
import { createChangedByPeople } from './changed-by-people.ts';
import { factsOfProject, type Project } from './facts.ts';
import { settingsOf } from './lifecycle-settings.ts';
import { lifecycleViewOf } from './lifecycle-view.ts';
import { sharing } from './sharing.ts';

/** One flag with what is said of its life now. */
export interface Life {
  /** Of the document. */
  readonly id: string;
  readonly lifecycle: Lifecycle;
  readonly view: LifecycleView;
  readonly createdAt: number;
  /** When somebody, not the service itself, changed it last, anywhere. */
  readonly changedAt: number;
}

export interface LivesDeps {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly flags: FlagIndex;
}

/** The lives of flags, computed whenever somebody asks: nothing is kept that time alone makes untrue. */
export interface Lives {
  /** All flags of a project, archived ones too, ordered by key. */
  of(project: Project): Promise<readonly Life[]>;
  /** The same as of some moments ago, for what every open page asks for now and then. */
  lately(project: Project): Promise<readonly Life[]>;
  /** Null where there is no such flag. */
  one(project: Project, flag: string): Promise<Life | null>;
}

export function createLives({ store, clock, flags }: LivesDeps): Lives {
  const deps = { store, flags, changed: createChangedByPeople(store) };
  const shared = sharing<readonly Life[]>(clock);

  async function told(project: Project, only: { readonly only?: string } = {}): Promise<readonly Life[]> {
    const now = clock.now();
    const settings = await settingsOf(store, project.id);
    const known = await factsOfProject(deps, project, { now, ...only });
    return known.map((one) => {
      const lifecycle = lifecycleOf(one.facts, settings, now);
      return {
        id: one.flag.id,
        lifecycle,
        view: lifecycleViewOf(one, lifecycle, now),
        createdAt: one.facts.flag.createdAt,
        changedAt: one.facts.changedAt,
      };
    });
  }

  return {
    of: (project) => told(project),
    async lately(project) {
      // Whoever has changed something sees it: each change is in the log.
      const { seq } = await store.auditHead();
      return shared(project.id, seq, () => told(project));
    },
    async one(project, flag) {
      const [life = null] = await told(project, { only: flag });
      return life;
    },
  };
}
