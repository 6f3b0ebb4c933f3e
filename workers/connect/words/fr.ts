import type { Words } from '../words.ts'

const fr: Words = {
  steps: { label: 'Progression', choose: 'Choisir', signIn: 'Se connecter', done: 'Terminé', finished: 'fait' },
  picker: {
    title: 'Connectez vos données de santé',
    intro: {
      named: 'Choisissez l’appareil ou l’application à partager avec {app}.',
      plain: 'Choisissez l’appareil ou l’application à partager.',
    },
    promise: {
      named: '{app} ne voit jamais votre mot de passe. Vous pouvez retirer l’accès à tout moment.',
      plain: 'L’application ne voit jamais votre mot de passe. Vous pouvez retirer l’accès à tout moment.',
    },
    search: 'Rechercher un appareil ou une appli',
    submit: 'Rechercher',
    filter: 'Afficher',
    all: 'Tout',
    list: 'Appareils et applications',
    count: { one: '{n} appareil ou application', other: '{n} appareils et applications' },
    none: 'Aucun résultat. Vérifiez l’orthographe ou parcourez toute la liste.',
    showAll: 'Tout afficher',
    connected: 'Connecté',
    beta: 'Bêta',
    newTab: 's’ouvre dans un nouvel onglet',
    cancel: 'Pas maintenant',
  },
  categories: {
    wearable: 'Montres et bagues',
    training: 'Entraînement',
    body: 'Corps et balances',
    nutrition: 'Alimentation',
    glucose: 'Glycémie',
    cycle: 'Cycle',
    phone: 'Sur le téléphone',
  },
  leaving: {
    title: 'Direction {name}…',
    text: 'Vous vous y connectez et décidez de ce que vous partagez. Vous revenez ensuite ici.',
    link: 'Aller sur {name}',
  },
  credentials: {
    title: 'Connecter {name}',
    intro: {
      named: 'Avec ces informations, {name} nous laisse lire vos données. {app} ne les voit pas.',
      plain: 'Avec ces informations, {name} nous laisse lire vos données. L’application ne les voit pas.',
    },
    kept: 'Nous les gardons chiffrées et ne les utilisons que pour récupérer vos données.',
    submit: 'Connecter',
    cancel: 'Choisir autre chose',
    errors: {
      refused_by_provider: 'Ces informations n’ont pas été acceptées. Vérifiez-les et réessayez.',
      provider_unavailable:
        'Pas de réponse pour le moment. Vos informations n’ont pas été enregistrées ; réessayez dans un instant.',
      incomplete: 'Veuillez remplir tous les champs.',
    },
  },
  labels: {
    email: 'Adresse e-mail',
    password: 'Mot de passe',
    username: 'Nom d’utilisateur',
    apiKey: 'Clé d’API',
    address: 'Adresse de votre serveur',
  },
  device: {
    title: 'Connecter {name}',
    intro: 'Ces données se trouvent sur votre téléphone : la connexion se fait donc dans l’application.',
    open: { named: 'Ouvrez {app} sur votre téléphone.', plain: 'Ouvrez l’application sur votre téléphone.' },
    allow: 'Quand votre téléphone le demande, autorisez l’accès à {name}. Vous choisissez les données.',
    keep: {
      named: 'C’est tout. Les nouvelles données arrivent d’elles-mêmes tant que {app} est installé.',
      plain: 'C’est tout. Les nouvelles données arrivent d’elles-mêmes tant que l’application est installée.',
    },
    next: { named: 'Continuer dans {app}', plain: 'Continuer dans l’application' },
  },
  result: {
    connected: { named: '{name} : connexion réussie', plain: 'Connexion réussie' },
    connectedText: {
      named: 'C’est prêt. {app} reçoit désormais vos données.',
      plain: 'C’est prêt. Vos données arrivent désormais.',
    },
    failed: { named: '{name} : pas de connexion', plain: 'Pas de connexion' },
    used: 'Ce lien a déjà servi',
    reasons: {
      access_denied: 'Vous n’avez pas autorisé l’accès : rien n’a été partagé. Si ce n’était pas voulu, réessayez.',
      cancelled: 'Vous avez arrêté avant la fin : rien n’a été partagé. Vous pouvez recommencer quand vous voulez.',
      state_mismatch:
        'Cette connexion ne correspond pas à celle commencée ici. Par sécurité, nous l’avons arrêtée. Veuillez recommencer.',
      already_used: 'Si votre appareil n’est pas encore connecté, veuillez recommencer.',
      expired: 'Cela a pris un peu trop de temps et le lien n’est plus valable. Veuillez recommencer.',
      cookie_missing:
        'Votre navigateur n’a pas gardé le cookie qui protège cette connexion. Autorisez les cookies, ou ouvrez la page dans votre navigateur habituel, puis recommencez.',
      opened_elsewhere:
        'Vous avez commencé dans un autre navigateur ou sur un autre appareil. Terminez là-bas, ou recommencez ici.',
      refused_by_provider: 'Le service n’a pas accepté la connexion. Veuillez réessayer.',
      provider_unavailable: 'Le service ne répond pas pour le moment. Réessayez dans quelques minutes.',
      no_code: 'Le service vous a renvoyé ici avant la fin de la connexion. Veuillez réessayer.',
      unknown_link: 'Nous ne connaissons pas ce lien. Retournez dans l’application et recommencez de là.',
      not_set_up: 'Ce choix n’est pas disponible ici pour le moment. Veuillez en prendre un autre.',
      unknown: 'Un problème est survenu et rien n’a été partagé. Veuillez réessayer.',
    },
    back: { named: 'Retour à {app}', plain: 'Retour à l’application' },
    again: 'Réessayer',
    close: 'Vous pouvez fermer cette page.',
  },
  wait: {
    title: 'Terminez dans l’autre onglet',
    text: 'Connectez-vous à {name} dans l’onglet qui vient de s’ouvrir. Cette page continue d’elle-même dès que vous avez fini.',
    look: 'Vérifier maintenant',
  },
}
export default fr
