/**
 * Checks before a release that a tag, package.json, its lock file and CHANGELOG.md agree: `node tools/check-release.ts v0.2.0`. Prints the notes of
 * the release, which are its section of the changelog.
 */
import { readFileSync } from 'node:fs'

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
  const faults = disagreements(release)
  if (faults.length > 0) {
    console.error(faults.join('\n'))
    process.exitCode = 1
  } else {
    console.log(notesOf(release.manifest.version, release.changelog))
  }
}
