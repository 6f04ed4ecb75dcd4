import type { PlanView, ReleasePolicyView } from '@glidepath/server/api-types';
import { deployMessages } from './messages.ts';

const m = deployMessages.policies;

/** A policy as it is typed. */
export interface PolicyDraft {
  readonly name: string;
  readonly tag: string;
  readonly environment: string;
  readonly service: string;
  readonly template: string;
  readonly segment: string;
  readonly coverage: string;
  readonly delayMinutes: string;
}

export const EMPTY_POLICY: PolicyDraft = {
  name: '',
  tag: '',
  environment: '',
  service: '',
  template: 'standard',
  segment: '',
  coverage: '100',
  delayMinutes: '0',
};

const WEEK_MINUTES = 10_080;

export function draftOf(policy: ReleasePolicyView): PolicyDraft {
  const { name, tag, environment, service, template, segment, coverage, delayMinutes } = policy;
  return {
    name,
    tag,
    environment,
    service: service ?? '',
    template,
    segment: segment ?? '',
    coverage: String(coverage),
    delayMinutes: String(delayMinutes),
  };
}

/** What is missing or wrong, by field; null where nothing is. */
export function policyRules(plans: readonly Pick<PlanView, 'id' | 'needsSegment'>[]) {
  return {
    name: (name: string) => (name.trim() === '' ? m.nameMissing : null),
    tag: (tag: string) => (tag.trim() === '' ? m.tagMissing : null),
    environment: (environment: string) => (environment === '' ? m.environmentMissing : null),
    segment: (segment: string, { template }: PolicyDraft) =>
      segment.trim() === '' && needsSegment(plans, template) ? m.segmentMissing : null,
    coverage: (text: string) => {
      const coverage = numberIn(text);
      return coverage !== null && coverage > 0 && coverage <= 100 ? null : m.coverageWrong;
    },
    delayMinutes: (text: string) => {
      const minutes = numberIn(text);
      return minutes !== null && minutes <= WEEK_MINUTES ? null : m.delayWrong;
    },
  };
}

export function needsSegment(plans: readonly Pick<PlanView, 'id' | 'needsSegment'>[], template: string): boolean {
  return plans.find(({ id }) => id === template)?.needsSegment ?? false;
}

/** What is sent. A segment that its plan does not ask for is left out. */
export function policyBody(draft: PolicyDraft, plans: readonly Pick<PlanView, 'id' | 'needsSegment'>[]) {
  const { name, tag, environment, service, template, segment, coverage, delayMinutes } = draft;
  return {
    name: name.trim(),
    tag: tag.trim(),
    environment,
    service: service.trim() || null,
    template,
    segment: needsSegment(plans, template) ? segment.trim() : null,
    coverage: Number(coverage),
    delayMinutes: Number(delayMinutes),
  };
}

function numberIn(text: string): number | null {
  return /^\d{1,5}(\.\d{1,3})?$/.test(text.trim()) ? Number(text) : null;
}
