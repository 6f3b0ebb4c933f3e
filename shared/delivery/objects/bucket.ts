import { z } from '../../base/zod.ts'

/** Where a bucket is, as people say it: of a destination that writes there, or of a supplier whose objects are read. */
export const BucketPlace = z.strictObject({
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/, 'is not the name of a bucket')
    .describe('Name of the bucket'),
  region: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, 'is not a region: eu-central-1, or auto')
    .describe('Region of the bucket; `auto` for R2 and Google Cloud Storage, `us-east-1` for a MinIO without regions'),
  endpoint: z
    .url({ protocol: /^https?$/ })
    .refine((url) => !/^[a-z]+:\/\/[^/]*@/i.test(url), 'has credentials in it; give them as secrets')
    .refine((url) => !/[?#]/.test(url), 'has a query or a fragment')
    .optional()
    .describe(
      'Where the store is, if it is not Amazon: https://ACCOUNT.r2.cloudflarestorage.com, https://storage.googleapis.com (with HMAC keys), a MinIO. Absent: Amazon S3 of the region',
    ),
  path_style: z
    .boolean()
    .optional()
    .describe('The bucket is in the path and not in the host. Absent: yes with an endpoint, no at Amazon'),
})
export type BucketPlace = z.infer<typeof BucketPlace>
