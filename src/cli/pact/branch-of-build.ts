import { execFile } from 'node:child_process'

/** Variables in which CI systems give the branch, since they often check out a commit without one. */
const VARIABLES = [
  'GITHUB_HEAD_REF',
  'CI_MERGE_REQUEST_SOURCE_BRANCH_NAME',
  'CI_COMMIT_BRANCH',
  'BUILDKITE_BRANCH',
  'CIRCLE_BRANCH',
  'BITBUCKET_BRANCH',
  'BRANCH_NAME',
] as const

/** The branch being built, according to git, or else to the CI system; `undefined` if neither knows. */
export async function branchOfBuild(): Promise<string | undefined> {
  return (await branchOfGit()) ?? VARIABLES.map((name) => process.env[name]).find((branch) => branch)
}

function branchOfGit(): Promise<string | undefined> {
  return new Promise((resolve) => {
    // Git, a repository or a branch may be missing.
    execFile('git', ['symbolic-ref', '--quiet', '--short', 'HEAD'], (error, stdout) => {
      resolve(error ? undefined : stdout.trim() || undefined)
    })
  })
}
