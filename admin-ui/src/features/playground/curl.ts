/** A request as a line for a shell. The token stays the name of a variable: no secret is copied. */
export function curlOf(url: string, body: object): string {
  return [
    `curl -sS ${quoted(url)}`,
    `-H "Authorization: Bearer $TOKEN"`,
    `-H 'Content-Type: application/json'`,
    `-d ${quoted(JSON.stringify(body))}`,
  ].join(' \\\n  ');
}

/** As one word of a POSIX shell, whatever it contains. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
