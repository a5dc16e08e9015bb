import type { Case } from './case.ts'
import { type Format, program } from './programs.ts'

/** `module` and `moduleResolution`, and the format that `import` produces in a file with each ending. */
interface Setting {
  readonly module: string
  readonly resolution: string
  readonly files: readonly string[]
  /** The first version without it. */
  readonly before?: number
}

const SETTINGS: readonly Setting[] = [
  { module: 'node16', resolution: 'node16', files: ['.mts', '.cts'] },
  { module: 'nodenext', resolution: 'nodenext', files: ['.mts', '.cts'] },
  { module: 'esnext', resolution: 'bundler', files: ['.ts'] },
  { module: 'commonjs', resolution: 'node10', files: ['.ts'], before: 7 },
]

const FORMAT: Format = 'TypeScript'

/** Everything but `/msw`, with all declarations checked, which those of msw itself do not pass. ts-jest compiles a program with it. */
const everything = ['', '/node', '/protocol', '/fixtures', '/pact']
  .map((entry, i) => `import * as entry${i} from 'wechatpay-mock${entry}'\nexport { entry${i} }\n`)
  .join('')

/** The compiler over the programs of the page, for each of its ways to resolve modules. */
export function typeScriptCases(versions: readonly string[]): Case[] {
  return versions.flatMap((version) =>
    SETTINGS.filter(({ before = Number.POSITIVE_INFINITY }) => Number.parseInt(version, 10) < before).map(
      ({ module, resolution, files }): Case => ({
        runner: `TypeScript ${version}`,
        format: resolution,
        nodes: ['own'],
        files: {
          ...Object.fromEntries(
            files.flatMap((extension) => [
              [`shop${extension}`, program('shop', 'node:test', FORMAT)],
              [`everything${extension}`, everything],
            ]),
          ),
          'tsconfig.json': JSON.stringify({
            compilerOptions: {
              module,
              moduleResolution: resolution,
              target: 'es2022',
              lib: ['esnext', 'dom'],
              types: ['node'],
              strict: true,
              noEmit: true,
              esModuleInterop: true,
              skipLibCheck: false,
            },
          }),
        },
        args: [`node_modules/typescript-${version}/bin/tsc`],
      }),
    ),
  )
}
