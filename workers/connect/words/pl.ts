import type { Words } from '../words.ts'

const pl: Words = {
  steps: { label: 'Postęp', choose: 'Wybór', signIn: 'Logowanie', done: 'Gotowe', finished: 'ukończono' },
  picker: {
    title: 'Połącz swoje dane o zdrowiu',
    intro: {
      named: 'Wybierz urządzenie lub aplikację, której dane otrzyma {app}.',
      plain: 'Wybierz urządzenie lub aplikację, której dane chcesz udostępnić.',
    },
    promise: {
      named: '{app} nigdy nie zobaczy Twojego hasła. Dostęp możesz cofnąć w każdej chwili.',
      plain: 'Aplikacja nigdy nie zobaczy Twojego hasła. Dostęp możesz cofnąć w każdej chwili.',
    },
    search: 'Szukaj urządzeń i aplikacji',
    submit: 'Szukaj',
    filter: 'Pokaż',
    all: 'Wszystko',
    list: 'Urządzenia i aplikacje',
    count: {
      one: '{n} urządzenie lub aplikacja',
      few: '{n} urządzenia i aplikacje',
      many: '{n} urządzeń i aplikacji',
      other: '{n} urządzenia i aplikacji',
    },
    none: 'Nic nie znaleziono. Sprawdź pisownię albo przejrzyj całą listę.',
    showAll: 'Pokaż wszystko',
    connected: 'Połączono',
    beta: 'Beta',
    newTab: 'otwiera się w nowej karcie',
    cancel: 'Nie teraz',
  },
  categories: {
    wearable: 'Zegarki i pierścienie',
    training: 'Trening',
    body: 'Ciało i wagi',
    nutrition: 'Odżywianie',
    glucose: 'Poziom cukru',
    cycle: 'Cykl',
    phone: 'Na telefonie',
  },
  leaving: {
    title: 'Za chwilę: {name}…',
    text: 'Tam się zalogujesz i zdecydujesz, co udostępnić. Potem wrócisz tutaj.',
    link: 'Przejdź dalej: {name}',
  },
  credentials: {
    title: 'Połącz: {name}',
    intro: {
      named: 'Dzięki tym danym logowania {name} udostępni nam Twoje pomiary. {app} ich nie zobaczy.',
      plain: 'Dzięki tym danym logowania {name} udostępni nam Twoje pomiary. Aplikacja ich nie zobaczy.',
    },
    kept: 'Przechowujemy je zaszyfrowane i używamy tylko do pobierania Twoich pomiarów.',
    submit: 'Połącz',
    cancel: 'Wybierz coś innego',
    errors: {
      refused_by_provider: 'Te dane nie zostały przyjęte. Sprawdź je i spróbuj ponownie.',
      provider_unavailable: 'W tej chwili nie ma odpowiedzi. Nic nie zapisaliśmy; spróbuj ponownie za moment.',
      incomplete: 'Wypełnij wszystkie pola.',
    },
  },
  labels: {
    email: 'Adres e-mail',
    password: 'Hasło',
    username: 'Nazwa użytkownika',
    apiKey: 'Klucz API',
    address: 'Adres Twojego serwera',
  },
  device: {
    title: 'Połącz: {name}',
    intro: 'Te dane są na Twoim telefonie, więc połączenie tworzy się w aplikacji.',
    open: { named: 'Otwórz {app} na telefonie.', plain: 'Otwórz aplikację na telefonie.' },
    allow: 'Gdy telefon zapyta o dostęp ({name}), zezwól. To Ty wybierasz, które dane.',
    keep: {
      named: 'To wszystko. Nowe dane będą przychodzić same, dopóki {app} jest na telefonie.',
      plain: 'To wszystko. Nowe dane będą przychodzić same, dopóki aplikacja jest na telefonie.',
    },
    next: { named: 'Dalej w {app}', plain: 'Dalej w aplikacji' },
  },
  result: {
    connected: { named: '{name}: połączono', plain: 'Połączono' },
    connectedText: {
      named: 'Wszystko gotowe. Od teraz {app} otrzymuje Twoje dane.',
      plain: 'Wszystko gotowe. Od teraz Twoje dane są przekazywane.',
    },
    failed: { named: '{name}: nie połączono', plain: 'Nie połączono' },
    used: 'Ten link został już użyty',
    reasons: {
      access_denied:
        'Nie było zgody na dostęp, więc nic nie zostało udostępnione. Jeśli stało się to przez pomyłkę, spróbuj ponownie.',
      cancelled:
        'Logowanie zostało przerwane, więc nic nie zostało udostępnione. Możesz zacząć od nowa w każdej chwili.',
      state_mismatch:
        'To logowanie nie pasuje do rozpoczętego tutaj. Dla bezpieczeństwa zostało zatrzymane. Zacznij od nowa.',
      already_used: 'Jeśli Twoje urządzenie nie jest jeszcze połączone, zacznij od nowa.',
      expired: 'Trwało to trochę za długo i link stracił ważność. Zacznij od nowa.',
      cookie_missing:
        'Przeglądarka nie zachowała pliku cookie, który chroni to logowanie. Zezwól na pliki cookie albo otwórz stronę w swojej zwykłej przeglądarce i zacznij od nowa.',
      opened_elsewhere:
        'Logowanie zaczęło się w innej przeglądarce lub na innym urządzeniu. Dokończ je tam albo zacznij tutaj od nowa.',
      refused_by_provider: 'Usługa nie przyjęła logowania. Spróbuj ponownie.',
      provider_unavailable: 'Usługa w tej chwili nie odpowiada. Spróbuj ponownie za kilka minut.',
      no_code: 'Usługa odesłała Cię przed końcem logowania. Spróbuj ponownie.',
      unknown_link: 'Nie znamy tego linku. Wróć do aplikacji i zacznij stamtąd.',
      not_set_up: 'To w tej chwili nie jest tu dostępne. Wybierz coś innego.',
      unknown: 'Coś poszło nie tak i nic nie zostało udostępnione. Spróbuj ponownie.',
    },
    back: { named: 'Wróć do {app}', plain: 'Wróć do aplikacji' },
    again: 'Spróbuj ponownie',
    close: 'Możesz zamknąć tę stronę.',
  },
  wait: {
    title: 'Dokończ w drugiej karcie',
    text: 'Zaloguj się w karcie, która właśnie się otworzyła ({name}). Gdy skończysz, ta strona sama przejdzie dalej.',
    look: 'Sprawdź teraz',
  },
}
export default pl
