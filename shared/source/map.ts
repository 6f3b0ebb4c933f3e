// Filled in next: the typed trees.
export interface ResourceMap {
  items: string
}
