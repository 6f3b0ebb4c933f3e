/** Starts the renderer of /docs, group by group: all operations at once are a list that nobody looks through. Keeps its colours with the system's. Served as a file: the page's policy allows no inline script. */
export const referenceScript = `
const dark = matchMedia('(prefers-color-scheme: dark)')
const paint = () => document.documentElement.classList.toggle('dark-mode', dark.matches)
dark.addEventListener('change', paint)
paint()
SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  docExpansion: 'none',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  validatorUrl: null,
  withCredentials: false,
})
`
