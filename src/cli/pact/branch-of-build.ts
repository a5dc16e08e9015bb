import { execFile } from 'node:child_process'

/** Where CI systems say it, since what they check out is often a commit of no branch. */
const VARIABLES = [
  'GITHUB_HEAD_REF',
  'CI_MERGE_REQUEST_SOURCE_BRANCH_NAME',
  'CI_COMMIT_BRANCH',
  'BUILDKITE_BRANCH',
  'CIRCLE_BRANCH',
  'BITBUCKET_BRANCH',
  'BRANCH_NAME',
] as const

/** The branch that is built here, as git has it, or else the CI system; `undefined` where neither does. */
export async function branchOfBuild(): Promise<string | undefined> {
  return (await branchOfGit()) ?? VARIABLES.map((name) => process.env[name]).find((branch) => branch)
}

function branchOfGit(): Promise<string | undefined> {
  return new Promise((resolve) => {
    // There may be no git, no repository, or no branch.
    execFile('git', ['symbolic-ref', '--quiet', '--short', 'HEAD'], (error, stdout) => {
      resolve(error ? undefined : stdout.trim() || undefined)
    })
  })
}
