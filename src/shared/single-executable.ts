// Jest 30.0 cannot import what has no name without `node:`.
export const { getRawAsset, isSea } = process.getBuiltinModule('node:sea')

/** Whether this is the single executable, which has all that it is made of within itself, and no packages beside it. */
export const IS_SINGLE_EXECUTABLE = isSea()
