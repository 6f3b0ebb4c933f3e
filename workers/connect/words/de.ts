import type { Words } from '../words.ts'

const de: Words = {
  steps: { label: 'Fortschritt', choose: 'Auswählen', signIn: 'Anmelden', done: 'Fertig', finished: 'erledigt' },
  picker: {
    title: 'Gesundheitsdaten verbinden',
    intro: {
      named: 'Wähle ein Gerät oder eine App, deren Daten du mit {app} teilen möchtest.',
      plain: 'Wähle ein Gerät oder eine App, deren Daten du teilen möchtest.',
    },
    promise: {
      named: '{app} sieht dein Passwort nie. Du kannst den Zugriff jederzeit zurücknehmen.',
      plain: 'Die App sieht dein Passwort nie. Du kannst den Zugriff jederzeit zurücknehmen.',
    },
    search: 'Geräte und Apps suchen',
    submit: 'Suchen',
    filter: 'Anzeigen',
    all: 'Alle',
    list: 'Geräte und Apps',
    count: { one: '{n} Gerät oder App', other: '{n} Geräte und Apps' },
    none: 'Nichts gefunden. Prüfe die Schreibweise oder sieh dir die ganze Liste an.',
    showAll: 'Alle anzeigen',
    connected: 'Verbunden',
    beta: 'Beta',
    newTab: 'öffnet sich in einem neuen Tab',
    cancel: 'Jetzt nicht',
  },
  categories: {
    wearable: 'Uhren und Ringe',
    training: 'Training',
    body: 'Körper und Waagen',
    nutrition: 'Ernährung',
    glucose: 'Blutzucker',
    cycle: 'Zyklus',
    phone: 'Auf dem Handy',
  },
  leaving: {
    title: 'Weiter zu {name} …',
    text: 'Dort meldest du dich an und entscheidest, was du teilst. Danach kommst du hierher zurück.',
    link: 'Zu {name}',
  },
  credentials: {
    title: '{name} verbinden',
    intro: {
      named: 'Mit diesen Angaben gibt {name} uns deine Daten. {app} bekommt sie nicht zu sehen.',
      plain: 'Mit diesen Angaben gibt {name} uns deine Daten. Die App bekommt sie nicht zu sehen.',
    },
    kept: 'Wir bewahren die Angaben verschlüsselt auf und nutzen sie nur, um deine Daten abzurufen.',
    submit: 'Verbinden',
    cancel: 'Etwas anderes auswählen',
    errors: {
      refused_by_provider: 'Diese Angaben wurden nicht angenommen. Bitte prüfe sie und versuche es noch einmal.',
      provider_unavailable:
        'Im Moment kommt keine Antwort. Deine Angaben wurden nicht gespeichert; versuche es bitte gleich noch einmal.',
      incomplete: 'Bitte fülle alle Felder aus.',
    },
  },
  labels: {
    email: 'E-Mail-Adresse',
    password: 'Passwort',
    username: 'Benutzername',
    apiKey: 'API-Schlüssel',
    address: 'Adresse deines Servers',
  },
  device: {
    title: '{name} verbinden',
    intro: 'Diese Daten liegen auf deinem Handy. Verbunden wird deshalb in der App.',
    open: { named: 'Öffne {app} auf deinem Handy.', plain: 'Öffne die App auf deinem Handy.' },
    allow: 'Wenn dein Handy fragt, erlaube den Zugriff auf {name}. Du wählst, welche Daten.',
    keep: {
      named: 'Das war’s. Neue Daten kommen von selbst, solange {app} installiert ist.',
      plain: 'Das war’s. Neue Daten kommen von selbst, solange die App installiert ist.',
    },
    next: { named: 'Weiter in {app}', plain: 'Weiter in der App' },
  },
  result: {
    connected: { named: '{name} ist verbunden', plain: 'Verbunden' },
    connectedText: {
      named: 'Alles bereit. {app} erhält ab jetzt deine Daten.',
      plain: 'Alles bereit. Deine Daten kommen ab jetzt an.',
    },
    failed: { named: '{name} ist nicht verbunden', plain: 'Nicht verbunden' },
    used: 'Dieser Link wurde schon benutzt',
    reasons: {
      access_denied:
        'Du hast den Zugriff nicht erlaubt, es wurde also nichts geteilt. Wolltest du das nicht, versuche es noch einmal.',
      cancelled: 'Du hast vor dem Ende aufgehört, es wurde also nichts geteilt. Du kannst jederzeit wieder anfangen.',
      state_mismatch:
        'Diese Anmeldung passt nicht zu der, die du hier begonnen hast. Zur Sicherheit haben wir abgebrochen. Bitte fange noch einmal an.',
      already_used: 'Falls dein Gerät noch nicht verbunden ist, fange bitte noch einmal an.',
      expired: 'Das hat etwas zu lange gedauert, der Link gilt nicht mehr. Bitte fange noch einmal an.',
      cookie_missing:
        'Dein Browser hat das Cookie nicht behalten, das diese Anmeldung schützt. Erlaube Cookies oder öffne die Seite in deinem gewohnten Browser und fange noch einmal an.',
      opened_elsewhere:
        'Du hast in einem anderen Browser oder auf einem anderen Gerät angefangen. Mach bitte dort weiter oder fange hier neu an.',
      refused_by_provider: 'Der Dienst hat die Anmeldung nicht angenommen. Bitte versuche es noch einmal.',
      provider_unavailable: 'Der Dienst antwortet gerade nicht. Bitte versuche es in ein paar Minuten noch einmal.',
      no_code: 'Der Dienst hat dich zurückgeschickt, bevor die Anmeldung fertig war. Bitte versuche es noch einmal.',
      unknown_link: 'Diesen Link kennen wir nicht. Geh zurück zur App und fange dort an.',
      not_set_up: 'Das steht hier im Moment nicht zur Verfügung. Bitte wähle etwas anderes.',
      unknown: 'Etwas ist schiefgegangen, und es wurde nichts geteilt. Bitte versuche es noch einmal.',
    },
    back: { named: 'Zurück zu {app}', plain: 'Zurück zur App' },
    again: 'Noch einmal versuchen',
    close: 'Du kannst diese Seite schließen.',
  },
  wait: {
    title: 'Mach im anderen Tab weiter',
    text: 'Melde dich bei {name} in dem Tab an, der sich gerade geöffnet hat. Sobald du fertig bist, geht es hier von selbst weiter.',
    look: 'Jetzt nachsehen',
  },
}
export default de
