import type { StoreAddressFault } from '../../stores/store-address-error.ts'

/** What commands say of stores that several mocks share. */
export interface StoreTexts {
  readonly option: string
  readonly expected: string
  readonly label: string
  /** What a state is that a store has already. */
  readonly joined: string
  readonly notBoth: string
  /** `reason`: what was in the way when a mock was to begin with a store or a data file, in English. */
  readonly unavailable: (reason: string) => string
  /** `reason`: what is wrong with the address, or what the server or the operating system says, in English. */
  readonly faults: Readonly<Record<StoreAddressFault, (address: string, reason: string) => string>>
}

const EXAMPLES = ['redis://user:password@host:6379/0?prefix=mock', 'redis://host:7000,host:7001']

export const storeEn: StoreTexts = {
  option:
    'keep the state in Redis or Valkey, e.g. redis://127.0.0.1:6379: all mocks with the same address are one; --seed and --clock are for a store that has no state yet',
  expected: `use an address like ${EXAMPLES[0]}`,
  label: 'store',
  joined: 'as it is in the store (--seed and --clock are for a new one)',
  notBoth: 'say --data or --store, not both: the state is in a file, or in Redis',
  unavailable: (reason) => `the state can not be kept: ${reason}`,
  faults: {
    address: (_, reason) =>
      `${reason} An address looks like ${EXAMPLES[0]}, or ${EXAMPLES[1]} for a cluster; rediss: is with TLS`,
    client_missing: () => '--store needs the package @redis/client: npm install @redis/client',
    unreachable: (address, reason) =>
      `the store at ${address} can not be used: ${reason}; start it, or give another address`,
    format: (address) =>
      `another version of wechatpay-mock keeps its state at ${address}: use that version, or another ?prefix=`,
  },
}

export const storeZh: StoreTexts = {
  option:
    '把状态保存在 Redis 或 Valkey 中，例如 redis://127.0.0.1:6379：地址相同的所有模拟服务合为一个；--seed 和 --clock 只用于还没有状态的存储',
  expected: `请写 ${EXAMPLES[0]} 形式的地址`,
  label: '存储',
  joined: '沿用存储中的状态（--seed 和 --clock 只用于新的存储）',
  notBoth: '--data 和 --store 只能写一个：状态要么在文件里，要么在 Redis 里',
  unavailable: (reason) => `无法保存状态：${reason}`,
  faults: {
    address: (_, reason) =>
      `存储的地址不对（${reason}），应写成 ${EXAMPLES[0]}，集群写成 ${EXAMPLES[1]}；使用 TLS 时以 rediss: 开头`,
    client_missing: () => '--store 需要 @redis/client 包：npm install @redis/client',
    unreachable: (address, reason) => `无法使用存储 ${address}：${reason}。请启动它，或换一个地址`,
    format: (address) => `${address} 中是另一版本 wechatpay-mock 的状态：请使用该版本，或换一个 ?prefix=`,
  },
}
