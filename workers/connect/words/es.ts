import type { Words } from '../words.ts'

const es: Words = {
  steps: { label: 'Progreso', choose: 'Elegir', signIn: 'Iniciar sesión', done: 'Listo', finished: 'hecho' },
  picker: {
    title: 'Conecta tus datos de salud',
    intro: {
      named: 'Elige un dispositivo o una aplicación para compartir con {app}.',
      plain: 'Elige un dispositivo o una aplicación para compartir.',
    },
    promise: {
      named: '{app} nunca ve tu contraseña. Puedes retirar el acceso cuando quieras.',
      plain: 'La aplicación nunca ve tu contraseña. Puedes retirar el acceso cuando quieras.',
    },
    search: 'Buscar dispositivos y apps',
    submit: 'Buscar',
    filter: 'Mostrar',
    all: 'Todo',
    list: 'Dispositivos y aplicaciones',
    count: { one: '{n} dispositivo o aplicación', other: '{n} dispositivos y aplicaciones' },
    none: 'No hay resultados. Revisa cómo está escrito o mira la lista completa.',
    showAll: 'Mostrar todo',
    connected: 'Conectado',
    beta: 'Beta',
    newTab: 'se abre en otra pestaña',
    cancel: 'Ahora no',
  },
  categories: {
    wearable: 'Relojes y anillos',
    training: 'Entrenamiento',
    body: 'Cuerpo y básculas',
    nutrition: 'Alimentación',
    glucose: 'Glucosa',
    cycle: 'Ciclo',
    phone: 'En tu teléfono',
  },
  leaving: {
    title: 'Te llevamos a {name}…',
    text: 'Allí inicias sesión y decides qué compartir. Después vuelves aquí.',
    link: 'Ir a {name}',
  },
  credentials: {
    title: 'Conectar {name}',
    intro: {
      named: 'Con estos datos de acceso, {name} nos deja leer tu información. {app} no llega a verlos.',
      plain: 'Con estos datos de acceso, {name} nos deja leer tu información. La aplicación no llega a verlos.',
    },
    kept: 'Los guardamos cifrados y solo los usamos para recoger tu información.',
    submit: 'Conectar',
    cancel: 'Elegir otra opción',
    errors: {
      refused_by_provider: 'Estos datos de acceso no se han aceptado. Revísalos e inténtalo de nuevo.',
      provider_unavailable: 'Ahora mismo no hay respuesta. No hemos guardado nada; inténtalo de nuevo en un momento.',
      incomplete: 'Rellena todos los campos, por favor.',
    },
  },
  labels: {
    email: 'Correo electrónico',
    password: 'Contraseña',
    username: 'Nombre de usuario',
    apiKey: 'Clave de API',
    address: 'Dirección de tu servidor',
  },
  device: {
    title: 'Conectar {name}',
    intro: 'Estos datos están en tu teléfono, así que la conexión se hace en la aplicación.',
    open: { named: 'Abre {app} en tu teléfono.', plain: 'Abre la aplicación en tu teléfono.' },
    allow: 'Cuando el teléfono lo pregunte, permite el acceso a {name}. Tú eliges qué datos.',
    keep: {
      named: 'Eso es todo. Los datos nuevos llegan solos mientras tengas {app} en el teléfono.',
      plain: 'Eso es todo. Los datos nuevos llegan solos mientras tengas la aplicación en el teléfono.',
    },
    next: { named: 'Continuar en {app}', plain: 'Continuar en la aplicación' },
  },
  result: {
    connected: { named: '{name}: conexión lista', plain: 'Conexión lista' },
    connectedText: {
      named: 'Todo listo. {app} recibe tus datos desde ahora.',
      plain: 'Todo listo. Tus datos llegan desde ahora.',
    },
    failed: { named: '{name}: sin conexión', plain: 'Sin conexión' },
    used: 'Este enlace ya se ha usado',
    reasons: {
      access_denied:
        'No has permitido el acceso, así que no se ha compartido nada. Si no era tu intención, inténtalo de nuevo.',
      cancelled:
        'Lo dejaste antes de terminar, así que no se ha compartido nada. Puedes volver a empezar cuando quieras.',
      state_mismatch:
        'Este inicio de sesión no coincide con el que empezaste aquí. Por seguridad lo hemos detenido. Vuelve a empezar, por favor.',
      already_used: 'Si tu dispositivo aún no está conectado, vuelve a empezar.',
      expired: 'Ha pasado demasiado tiempo y el enlace ya no es válido. Vuelve a empezar, por favor.',
      cookie_missing:
        'Tu navegador no ha guardado la cookie que protege este inicio de sesión. Permite las cookies, o abre la página en tu navegador habitual, y vuelve a empezar.',
      opened_elsewhere: 'Empezaste en otro navegador o en otro dispositivo. Termina allí o vuelve a empezar aquí.',
      refused_by_provider: 'El servicio no ha aceptado el inicio de sesión. Inténtalo de nuevo.',
      provider_unavailable: 'El servicio no responde en este momento. Inténtalo de nuevo en unos minutos.',
      no_code: 'El servicio te ha devuelto aquí antes de terminar. Inténtalo de nuevo.',
      unknown_link: 'No conocemos este enlace. Vuelve a la aplicación y empieza desde allí.',
      not_set_up: 'Esta opción no está disponible aquí por ahora. Elige otra, por favor.',
      unknown: 'Algo ha fallado y no se ha compartido nada. Inténtalo de nuevo.',
    },
    back: { named: 'Volver a {app}', plain: 'Volver a la aplicación' },
    again: 'Intentar de nuevo',
    close: 'Ya puedes cerrar esta página.',
  },
  wait: {
    title: 'Termina en la otra pestaña',
    text: 'Inicia sesión en {name} en la pestaña que se acaba de abrir. Esta página sigue sola en cuanto termines.',
    look: 'Comprobar ahora',
  },
}
export default es
