// What `require('wechatpay-mock/vitest')` gets: vitest itself cannot be required.
throw new Error(
  'wechatpay-mock/vitest is for ES modules, as vitest is: use import in place of require, in a file that ends with .mjs or .mts, or with "type": "module" in the package.json beside it.',
)
