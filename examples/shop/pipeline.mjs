// The last step of the shop's pipeline: `node pipeline.mjs 2.0.0` deploys that release, and reports it to the flag
// service. Which deploy releases which flags is not its business: a release policy says so.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../cli/dist/main.js', import.meta.url));
const [, , version] = process.argv;
// GLIDEPATH_URL and GLIDEPATH_TOKEN are the command's; SHOP_CONTROL is where instances of the shop are replaced.
const { SHOP_CONTROL } = process.env;
if (version === undefined || SHOP_CONTROL === undefined) {
  console.error('Usage: SHOP_CONTROL=http://127.0.0.1:PORT node pipeline.mjs VERSION');
  process.exit(2);
}

function report(status) {
  const place = ['--project', 'default', '--env', 'production', '--service', 'shop'];
  const words = ['deploy', 'record', ...place, '--version', version, '--status', status, '--by', 'pipeline'];
  const { status: code } = spawnSync(process.execPath, [CLI, ...words], { stdio: ['ignore', 'inherit', 'inherit'] });
  if (code !== 0) process.exit(code ?? 1);
}

report('started');
const answer = await fetch(new URL('/version', SHOP_CONTROL), { method: 'PUT', body: version });
report(answer.ok ? 'succeeded' : 'failed');
if (!answer.ok) {
  console.error(await answer.text());
  process.exit(1);
}
