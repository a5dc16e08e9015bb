/**
 * Checks before a release that a tag, package.json, its lock file and CHANGELOG.md agree, and that what builds it is pinned: `node
 * tools/check-release.ts v0.2.0`. Prints the notes of the release, which are its section of the changelog.
 */
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import nodeBuilds from './binary/node-builds.json' with { type: 'json' }

/** Parts of a release that must agree. */
export interface Release {
  readonly tag: string
  readonly manifest: { readonly version: string }
  readonly lock: {
    readonly version: string
    readonly packages: Readonly<Record<string, { readonly version?: string }>>
  }
  readonly changelog: string
}

interface Section {
  readonly title: string
  readonly text: string
}

/** The sections of a changelog, newest first. */
function sectionsOf(changelog: string): readonly Section[] {
  return changelog
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [title = '', ...lines] = section.split('\n')
      return { title, text: lines.join('\n').trim() }
    })
}

/** Disagreements, one sentence each. */
export function disagreements({ tag, manifest, lock, changelog }: Release): readonly string[] {
  const { version } = manifest
  const [unreleased, newest] = sectionsOf(changelog)
  const locked = new Set([lock.version, lock.packages['']?.version])
  return [
    tag !== `v${version}` &&
      `The tag is ${tag}, but package.json says ${version}: tag v${version}, or run npm version.`,
    (locked.size > 1 || !locked.has(version)) &&
      `package-lock.json says ${[...locked].join(' and ')}: run npm install.`,
    unreleased?.title !== 'Unreleased' && 'CHANGELOG.md does not begin with a section Unreleased.',
    unreleased?.text !== '' && 'CHANGELOG.md has something under Unreleased: move it into the section of the release.',
    !/^(\S+) \(\d{4}-\d\d-\d\d\)$/.test(newest?.title ?? '') &&
      `"${newest?.title}" is not a version and a day, as in 1.2.3 (2026-01-31).`,
    newest?.title.split(' ')[0] !== version &&
      `The newest section of CHANGELOG.md is "${newest?.title}", and not of ${version}.`,
  ].filter((sentence) => sentence !== false)
}

/** Files that name what a release is built with, by their paths. */
export type BuildFiles = Readonly<Record<string, string>>

/** The workflows and the Dockerfile. */
export function buildFiles(): BuildFiles {
  const root = fileURLToPath(new URL('../', import.meta.url))
  const paths = ['Dockerfile', ...globSync('.github/workflows/*.yml', { cwd: root })]
  return Object.fromEntries(paths.map((path) => [path, readFileSync(root + path, 'utf8')]))
}

/**
 * Actions and base images that are named by a tag, which their owners can move, one sentence each. An action is named by the full hash of a commit, with its
 * version behind it; an image by its digest.
 */
export function unpinned(files: BuildFiles): readonly string[] {
  return Object.entries(files).flatMap(([path, text]) => [
    ...[...text.matchAll(/\buses: (?!\.\/)(.+)/g)]
      .map(([, action = '']) => action)
      .filter((action) => !/^[\w./-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/.test(action))
      .map(
        (action) =>
          `${path} uses ${action}: name a commit and its version, as in actions/checkout@<40 digits> # v5.0.0.`,
      ),
    ...[...text.matchAll(/^FROM (?!scratch\b)(\S+)/gm)]
      .map(([, image = '']) => image)
      .filter((image) => !/@sha256:[\da-f]{64}$/.test(image))
      .map((image) => `${path} is built from ${image}: name its digest.`),
  ])
}

/** Disagreements about the Node of the executables, one sentence each. */
export function otherNodes(
  builds: { readonly version: string },
  lock: { readonly packages: Readonly<Record<string, { readonly version?: string }>> },
): readonly string[] {
  const tested = lock.packages['node_modules/node']?.version
  return tested === builds.version
    ? []
    : [`Tests run on Node ${tested}, and executables have ${builds.version}: change tools/binary/node-builds.json.`]
}

/** The section of a version. */
export function notesOf(version: string, changelog: string): string {
  const section = sectionsOf(changelog).find(({ title }) => title.split(' ')[0] === version)
  if (!section) throw new Error(`CHANGELOG.md has no section ${version}`)
  return section.text
}

if (import.meta.main) {
  const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
  const [tag = ''] = process.argv.slice(2)
  const release: Release = {
    tag,
    manifest: JSON.parse(read('package.json')),
    lock: JSON.parse(read('package-lock.json')),
    changelog: read('CHANGELOG.md'),
  }
  const faults = [...disagreements(release), ...unpinned(buildFiles()), ...otherNodes(nodeBuilds, release.lock)]
  if (faults.length > 0) {
    console.error(faults.join('\n'))
    process.exitCode = 1
  } else {
    console.log(notesOf(release.manifest.version, release.changelog))
  }
}
