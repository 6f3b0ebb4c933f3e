/** A contract's major, of which all versions are judged and redriven together: `name@1.2` → `name@1`. A major is its own. */
export const majorOf = (contract: string): string => contract.replace(/\.\d+$/, '')
