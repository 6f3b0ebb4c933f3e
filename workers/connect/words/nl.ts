import type { Words } from '../words.ts'

const nl: Words = {
  steps: { label: 'Voortgang', choose: 'Kiezen', signIn: 'Inloggen', done: 'Klaar', finished: 'afgerond' },
  picker: {
    title: 'Koppel je gezondheidsgegevens',
    intro: {
      named: 'Kies een apparaat of app om te delen met {app}.',
      plain: 'Kies een apparaat of app om te delen.',
    },
    promise: {
      named: '{app} ziet je wachtwoord nooit. Je kunt de toegang altijd weer intrekken.',
      plain: 'De app ziet je wachtwoord nooit. Je kunt de toegang altijd weer intrekken.',
    },
    search: 'Zoek apparaten en apps',
    submit: 'Zoeken',
    filter: 'Tonen',
    all: 'Alles',
    list: 'Apparaten en apps',
    count: { one: '{n} apparaat of app', other: '{n} apparaten en apps' },
    none: 'Niets gevonden. Controleer de spelling of bekijk de hele lijst.',
    showAll: 'Alles tonen',
    connected: 'Gekoppeld',
    beta: 'Bèta',
    newTab: 'opent in een nieuw tabblad',
    cancel: 'Nu niet',
  },
  categories: {
    wearable: 'Horloges en ringen',
    training: 'Training',
    body: 'Lichaam en weegschalen',
    nutrition: 'Voeding',
    glucose: 'Bloedsuiker',
    cycle: 'Cyclus',
    phone: 'Op je telefoon',
  },
  leaving: {
    title: 'We brengen je naar {name}…',
    text: 'Daar log je in en bepaal je wat je deelt. Daarna kom je hier terug.',
    link: 'Naar {name}',
  },
  credentials: {
    title: '{name} koppelen',
    intro: {
      named: 'Met deze inloggegevens geeft {name} ons je gegevens. {app} krijgt ze niet te zien.',
      plain: 'Met deze inloggegevens geeft {name} ons je gegevens. De app krijgt ze niet te zien.',
    },
    kept: 'We bewaren ze versleuteld en gebruiken ze alleen om je gegevens op te halen.',
    submit: 'Koppelen',
    cancel: 'Iets anders kiezen',
    errors: {
      refused_by_provider: 'Deze inloggegevens zijn niet geaccepteerd. Controleer ze en probeer het opnieuw.',
      provider_unavailable: 'Er komt op dit moment geen antwoord. Er is niets opgeslagen; probeer het zo nog eens.',
      incomplete: 'Vul alle velden in.',
    },
  },
  labels: {
    email: 'E-mailadres',
    password: 'Wachtwoord',
    username: 'Gebruikersnaam',
    apiKey: 'API-sleutel',
    address: 'Adres van je server',
  },
  device: {
    title: '{name} koppelen',
    intro: 'Deze gegevens staan op je telefoon, dus koppelen doe je in de app.',
    open: { named: 'Open {app} op je telefoon.', plain: 'Open de app op je telefoon.' },
    allow: 'Geef toegang tot {name} als je telefoon erom vraagt. Jij kiest welke gegevens.',
    keep: {
      named: 'Dat is alles. Nieuwe gegevens komen vanzelf, zolang {app} op je telefoon staat.',
      plain: 'Dat is alles. Nieuwe gegevens komen vanzelf, zolang de app op je telefoon staat.',
    },
    next: { named: 'Verder in {app}', plain: 'Verder in de app' },
  },
  result: {
    connected: { named: '{name} is gekoppeld', plain: 'Gekoppeld' },
    connectedText: {
      named: 'Alles staat klaar. {app} ontvangt vanaf nu je gegevens.',
      plain: 'Alles staat klaar. Je gegevens komen vanaf nu binnen.',
    },
    failed: { named: '{name} is niet gekoppeld', plain: 'Niet gekoppeld' },
    used: 'Deze link is al gebruikt',
    reasons: {
      access_denied:
        'Je hebt geen toegang gegeven, dus er is niets gedeeld. Was dat niet de bedoeling? Probeer het opnieuw.',
      cancelled: 'Je bent voor het einde gestopt, dus er is niets gedeeld. Je kunt altijd opnieuw beginnen.',
      state_mismatch:
        'Deze aanmelding hoort niet bij degene die je hier begon. Voor de zekerheid zijn we gestopt. Begin opnieuw.',
      already_used: 'Is je apparaat nog niet gekoppeld, begin dan opnieuw.',
      expired: 'Het duurde iets te lang en de link werkt niet meer. Begin opnieuw.',
      cookie_missing:
        'Je browser heeft de cookie niet bewaard die deze aanmelding beschermt. Sta cookies toe, of open de pagina in je gewone browser, en begin opnieuw.',
      opened_elsewhere:
        'Je bent in een andere browser of op een ander apparaat begonnen. Ga daar verder of begin hier opnieuw.',
      refused_by_provider: 'De dienst heeft de aanmelding niet geaccepteerd. Probeer het opnieuw.',
      provider_unavailable: 'De dienst geeft nu geen antwoord. Probeer het over een paar minuten opnieuw.',
      no_code: 'De dienst stuurde je terug voordat het inloggen klaar was. Probeer het opnieuw.',
      unknown_link: 'Deze link kennen we niet. Ga terug naar de app en begin daar.',
      not_set_up: 'Dit is hier op het moment niet beschikbaar. Kies iets anders.',
      unknown: 'Er ging iets mis en er is niets gedeeld. Probeer het opnieuw.',
    },
    back: { named: 'Terug naar {app}', plain: 'Terug naar de app' },
    again: 'Opnieuw proberen',
    close: 'Je kunt deze pagina sluiten.',
  },
  wait: {
    title: 'Ga verder in het andere tabblad',
    text: 'Log in bij {name} in het tabblad dat net is geopend. Deze pagina gaat vanzelf verder zodra je klaar bent.',
    look: 'Nu controleren',
  },
}
export default nl
