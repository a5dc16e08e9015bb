import { z } from 'zod'

export const verdict = z
  .enum(['proved', 'verifies', 'message_unknown', 'key_unknown', 'not_a_signature', 'not_examined'])
  .meta({
    description:
      'for a signature that was refused, what is certain: all of it (proved), the key but not the message, not even the key; not_examined when too many were wrong in a short time to look for more than a single mistake',
  })
