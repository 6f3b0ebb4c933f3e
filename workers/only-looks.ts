/** HEAD asks what GET would answer: whoever may look may ask that. */
export const onlyLooks = (method: string): boolean => method === 'GET' || method === 'HEAD'
