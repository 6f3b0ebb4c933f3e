/** The least that the user of a pull's keys needs at Amazon: to list a prefix, and to read what lies under it. */
export const bucketPolicy = (bucket: string, prefix: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: `arn:aws:s3:::${bucket}`,
      ...(prefix !== '' && { Condition: { StringLike: { 's3:prefix': `${prefix}*` } } }),
    },
    { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/${prefix}*` },
  ],
})
