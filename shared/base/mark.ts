/** What a scaffold leaves behind where something has to be changed; `provider check` finds it: nobody ships an example. */
export const MARK = 'CHANGE-ME'
