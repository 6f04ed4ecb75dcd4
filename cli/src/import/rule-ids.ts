const RULE_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,90}$/;

/** Their ids as far as they can be ids here, each once; else by number. */
export function ruleIds(theirs: readonly string[]): (index: number) => string {
  return (index) => {
    const id = theirs[index] ?? '';
    const isOurs =
      RULE_ID.test(id) && id !== 'fallthrough' && !id.startsWith('rollout:') && theirs.indexOf(id) === index;
    return isOurs ? id : `rule-${index + 1}`;
  };
}
