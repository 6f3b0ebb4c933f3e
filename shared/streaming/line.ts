/** One frame as it is kept and sent: `text` is the DISPATCH. */
export interface Line {
  seq: number
  uid: string
  t: string
  text: string
}
