/** `Monday 30 November 2026 at 09:00 CET`: a moment as people of that zone say it, who know its name. */
export function timeInZone(at: string, zone: string): string {
  const moment = new Date(at);
  const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone: zone }).format(moment);
  const time = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone: zone,
  }).format(moment);
  return `${day.replace(',', '')} at ${time}`;
}
