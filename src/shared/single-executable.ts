// Jest 30.0 cannot import modules that exist only with the prefix `node:`.
export const { getRawAsset, isSea } = process.getBuiltinModule('node:sea')

/** Whether this is the single executable, which contains all its parts, and has no packages beside it. */
export const IS_SINGLE_EXECUTABLE = isSea()
