import type { Words } from '../words.ts'

const it: Words = {
  steps: { label: 'Avanzamento', choose: 'Scegli', signIn: 'Accedi', done: 'Fatto', finished: 'completato' },
  picker: {
    title: 'Collega i tuoi dati sulla salute',
    intro: {
      named: 'Scegli un dispositivo o un’app da condividere con {app}.',
      plain: 'Scegli un dispositivo o un’app da condividere.',
    },
    promise: {
      named: '{app} non vede mai la tua password. Puoi revocare l’accesso quando vuoi.',
      plain: 'L’app non vede mai la tua password. Puoi revocare l’accesso quando vuoi.',
    },
    search: 'Cerca dispositivi e app',
    submit: 'Cerca',
    filter: 'Mostra',
    all: 'Tutto',
    list: 'Dispositivi e app',
    count: { one: '{n} dispositivo o app', other: '{n} dispositivi e app' },
    none: 'Nessun risultato. Controlla come è scritto oppure scorri tutto l’elenco.',
    showAll: 'Mostra tutto',
    connected: 'Collegato',
    beta: 'Beta',
    newTab: 'si apre in una nuova scheda',
    cancel: 'Non ora',
  },
  categories: {
    wearable: 'Orologi e anelli',
    training: 'Allenamento',
    body: 'Corpo e bilance',
    nutrition: 'Alimentazione',
    glucose: 'Glicemia',
    cycle: 'Ciclo',
    phone: 'Sul telefono',
  },
  leaving: {
    title: 'Ti portiamo su {name}…',
    text: 'Lì accedi e decidi che cosa condividere. Poi torni qui.',
    link: 'Vai su {name}',
  },
  credentials: {
    title: 'Collega {name}',
    intro: {
      named: 'Con queste credenziali {name} ci lascia leggere i tuoi dati. {app} non le vede.',
      plain: 'Con queste credenziali {name} ci lascia leggere i tuoi dati. L’app non le vede.',
    },
    kept: 'Le conserviamo cifrate e le usiamo solo per recuperare i tuoi dati.',
    submit: 'Collega',
    cancel: 'Scegli altro',
    errors: {
      refused_by_provider: 'Queste credenziali non sono state accettate. Controllale e riprova.',
      provider_unavailable: 'Al momento non c’è risposta. Non abbiamo salvato nulla; riprova tra poco.',
      incomplete: 'Compila tutti i campi, per favore.',
    },
  },
  labels: {
    email: 'E-mail',
    password: 'Password',
    username: 'Nome utente',
    apiKey: 'Chiave API',
    address: 'Indirizzo del tuo server',
  },
  device: {
    title: 'Collega {name}',
    intro: 'Questi dati sono sul tuo telefono, quindi il collegamento si fa nell’app.',
    open: { named: 'Apri {app} sul telefono.', plain: 'Apri l’app sul telefono.' },
    allow: 'Quando il telefono lo chiede, consenti l’accesso a {name}. Scegli tu quali dati.',
    keep: {
      named: 'È tutto. I nuovi dati arrivano da soli finché hai {app} sul telefono.',
      plain: 'È tutto. I nuovi dati arrivano da soli finché hai l’app sul telefono.',
    },
    next: { named: 'Continua in {app}', plain: 'Continua nell’app' },
  },
  result: {
    connected: { named: '{name}: collegamento riuscito', plain: 'Collegamento riuscito' },
    connectedText: {
      named: 'Tutto pronto. Da ora {app} riceve i tuoi dati.',
      plain: 'Tutto pronto. Da ora i tuoi dati arrivano.',
    },
    failed: { named: '{name}: non collegato', plain: 'Non collegato' },
    used: 'Questo link è già stato usato',
    reasons: {
      access_denied:
        'Non hai consentito l’accesso, quindi non è stato condiviso nulla. Se non era quello che volevi, riprova.',
      cancelled: 'Hai interrotto prima della fine, quindi non è stato condiviso nulla. Puoi ricominciare quando vuoi.',
      state_mismatch:
        'Questo accesso non corrisponde a quello iniziato qui. Per sicurezza lo abbiamo fermato. Ricomincia, per favore.',
      already_used: 'Se il tuo dispositivo non è ancora collegato, ricomincia.',
      expired: 'È passato un po’ troppo tempo e il link non vale più. Ricomincia, per favore.',
      cookie_missing:
        'Il browser non ha conservato il cookie che protegge questo accesso. Consenti i cookie, oppure apri la pagina nel tuo browser abituale, e ricomincia.',
      opened_elsewhere: 'Hai iniziato in un altro browser o su un altro dispositivo. Finisci lì oppure ricomincia qui.',
      refused_by_provider: 'Il servizio non ha accettato l’accesso. Riprova, per favore.',
      provider_unavailable: 'In questo momento il servizio non risponde. Riprova tra qualche minuto.',
      no_code: 'Il servizio ti ha rimandato qui prima di finire. Riprova, per favore.',
      unknown_link: 'Non conosciamo questo link. Torna all’app e comincia da lì.',
      not_set_up: 'Questa scelta al momento non è disponibile qui. Scegline un’altra, per favore.',
      unknown: 'Qualcosa è andato storto e non è stato condiviso nulla. Riprova, per favore.',
    },
    back: { named: 'Torna a {app}', plain: 'Torna all’app' },
    again: 'Riprova',
    close: 'Puoi chiudere questa pagina.',
  },
  wait: {
    title: 'Finisci nell’altra scheda',
    text: 'Accedi a {name} nella scheda che si è appena aperta. Questa pagina va avanti da sola appena hai finito.',
    look: 'Controlla ora',
  },
}
export default it
