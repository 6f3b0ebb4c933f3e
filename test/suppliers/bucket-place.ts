/** A bucket of the tests, and the keys that open it. */
export const KEYS = {
  access_key_id: 'AKIAIOSFODNN7EXAMPLE',
  secret_access_key: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}
export const PLACE = { bucket: 'lab-exports', region: 'eu-central-1', path_style: true }
