/** Builds `dist/`: plain `.js` and `.d.ts` from `tsc`, one file per source file, and the dashboard's page. */
import { execFileSync } from 'node:child_process'
import { chmodSync, rmSync } from 'node:fs'

const root = new URL('../', import.meta.url)
rmSync(new URL('dist', root), { recursive: true, force: true })
execFileSync('tsc', ['--project', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' })
execFileSync('vite', ['build', 'dashboard'], { cwd: root, stdio: 'inherit' })
chmodSync(new URL('dist/src/cli/main.js', root), 0o755)
