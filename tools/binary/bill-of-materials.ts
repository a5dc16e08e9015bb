import { execFileSync } from 'node:child_process'
import { NODE_VERSION, type NodeBuild } from './locked-node.ts'

interface Component {
  readonly 'bom-ref': string
  readonly type: string
  readonly name: string
  readonly version: string
}

/** A CycloneDX document, as `npm sbom` writes it: the members that are read here. */
export interface BillOfMaterials {
  readonly metadata: { readonly component: Component }
  readonly components: readonly Component[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
}

/** All packages of the lock file. */
export function installedPackages(root: string): BillOfMaterials {
  const limits = { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28, shell: process.platform === 'win32' } as const
  return JSON.parse(execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx'], limits)) as BillOfMaterials
}

/**
 * The bill of materials of an executable.
 *
 * @param installed of all packages
 * @param bundled the packages in the executable, as `name@version`
 * @throws Error for one that is not installed
 */
export function billOf(installed: BillOfMaterials, bundled: ReadonlySet<string>, build: NodeBuild): BillOfMaterials {
  const missing = [...bundled].filter((ref) => !installed.components.some((one) => one['bom-ref'] === ref))
  if (missing.length > 0) throw new Error(`npm sbom does not list ${missing.join(', ')}`)
  const whole = installed.metadata.component
  const node = nodeComponent(build)
  const isIn = (ref: string) => bundled.has(ref) || ref === node['bom-ref']
  return {
    ...installed,
    metadata: { ...installed.metadata, component: { ...whole, type: 'application', name: 'wechatpay-mock' } },
    components: [...installed.components.filter((one) => bundled.has(one['bom-ref'])), node],
    dependencies: [
      { ref: whole['bom-ref'], dependsOn: [...bundled, node['bom-ref']] },
      ...installed.dependencies
        .filter(({ ref }) => bundled.has(ref))
        .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(isIn) })),
    ],
  }
}

function nodeComponent({ package: name, archive, integrity }: NodeBuild) {
  const [algorithm = '', digest = ''] = integrity.split('-')
  const purl = name === undefined ? `pkg:generic/node@${NODE_VERSION}` : `pkg:npm/${name}@${NODE_VERSION}`
  return {
    'bom-ref': `${name ?? archive}@${NODE_VERSION}`,
    type: 'platform',
    name: 'node',
    version: NODE_VERSION,
    purl,
    hashes: [{ alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(digest, 'base64').toString('hex') }],
    licenses: [{ license: { id: 'MIT' } }],
  }
}
