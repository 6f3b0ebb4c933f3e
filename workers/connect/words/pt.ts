import type { Words } from '../words.ts'

const pt: Words = {
  steps: { label: 'Progresso', choose: 'Escolher', signIn: 'Entrar', done: 'Pronto', finished: 'concluído' },
  picker: {
    title: 'Conecte seus dados de saúde',
    intro: {
      named: 'Escolha um dispositivo ou aplicativo para compartilhar com {app}.',
      plain: 'Escolha um dispositivo ou aplicativo para compartilhar.',
    },
    promise: {
      named: '{app} nunca vê sua senha. Você pode retirar o acesso quando quiser.',
      plain: 'O aplicativo nunca vê sua senha. Você pode retirar o acesso quando quiser.',
    },
    search: 'Buscar dispositivos e apps',
    submit: 'Buscar',
    filter: 'Mostrar',
    all: 'Tudo',
    list: 'Dispositivos e aplicativos',
    count: { one: '{n} dispositivo ou aplicativo', other: '{n} dispositivos e aplicativos' },
    none: 'Nada encontrado. Confira como está escrito ou veja a lista completa.',
    showAll: 'Mostrar tudo',
    connected: 'Conectado',
    beta: 'Beta',
    newTab: 'abre em outra aba',
    cancel: 'Agora não',
  },
  categories: {
    wearable: 'Relógios e anéis',
    training: 'Treino',
    body: 'Corpo e balanças',
    nutrition: 'Alimentação',
    glucose: 'Glicose',
    cycle: 'Ciclo',
    phone: 'No seu celular',
  },
  leaving: {
    title: 'Levando você até {name}…',
    text: 'Lá você entra na sua conta e decide o que compartilhar. Depois, volta para cá.',
    link: 'Ir para {name}',
  },
  credentials: {
    title: 'Conectar {name}',
    intro: {
      named: 'Com estas informações, {name} nos deixa ler seus dados. {app} não chega a vê-las.',
      plain: 'Com estas informações, {name} nos deixa ler seus dados. O aplicativo não chega a vê-las.',
    },
    kept: 'Guardamos tudo criptografado e usamos só para buscar seus dados.',
    submit: 'Conectar',
    cancel: 'Escolher outra opção',
    errors: {
      refused_by_provider: 'Estas informações não foram aceitas. Confira e tente de novo.',
      provider_unavailable: 'Não há resposta no momento. Nada foi salvo; tente de novo daqui a pouco.',
      incomplete: 'Preencha todos os campos, por favor.',
    },
  },
  labels: {
    email: 'E-mail',
    password: 'Senha',
    username: 'Nome de usuário',
    apiKey: 'Chave de API',
    address: 'Endereço do seu servidor',
  },
  device: {
    title: 'Conectar {name}',
    intro: 'Estes dados ficam no seu celular, por isso a conexão é feita no aplicativo.',
    open: { named: 'Abra {app} no seu celular.', plain: 'Abra o aplicativo no seu celular.' },
    allow: 'Quando o celular perguntar, permita o acesso a {name}. Você escolhe quais dados.',
    keep: {
      named: 'É só isso. Os dados novos chegam sozinhos enquanto {app} estiver no celular.',
      plain: 'É só isso. Os dados novos chegam sozinhos enquanto o aplicativo estiver no celular.',
    },
    next: { named: 'Continuar em {app}', plain: 'Continuar no aplicativo' },
  },
  result: {
    connected: { named: '{name}: conexão feita', plain: 'Conexão feita' },
    connectedText: {
      named: 'Tudo pronto. {app} recebe seus dados a partir de agora.',
      plain: 'Tudo pronto. Seus dados chegam a partir de agora.',
    },
    failed: { named: '{name}: sem conexão', plain: 'Sem conexão' },
    used: 'Este link já foi usado',
    reasons: {
      access_denied:
        'Você não permitiu o acesso, então nada foi compartilhado. Se não era isso que queria, tente de novo.',
      cancelled: 'Você parou antes do fim, então nada foi compartilhado. Pode recomeçar quando quiser.',
      state_mismatch:
        'Este acesso não corresponde ao que você começou aqui. Por segurança, paramos. Comece de novo, por favor.',
      already_used: 'Se o seu dispositivo ainda não está conectado, comece de novo.',
      expired: 'Demorou um pouco demais e o link não vale mais. Comece de novo, por favor.',
      cookie_missing:
        'Seu navegador não guardou o cookie que protege este acesso. Permita cookies, ou abra a página no seu navegador de sempre, e comece de novo.',
      opened_elsewhere:
        'Você começou em outro navegador ou em outro dispositivo. Termine por lá ou comece de novo aqui.',
      refused_by_provider: 'O serviço não aceitou o acesso. Tente de novo, por favor.',
      provider_unavailable: 'O serviço não está respondendo no momento. Tente de novo em alguns minutos.',
      no_code: 'O serviço mandou você de volta antes de terminar. Tente de novo, por favor.',
      unknown_link: 'Não conhecemos este link. Volte ao aplicativo e comece por lá.',
      not_set_up: 'Esta opção não está disponível aqui no momento. Escolha outra, por favor.',
      unknown: 'Algo deu errado e nada foi compartilhado. Tente de novo, por favor.',
    },
    back: { named: 'Voltar para {app}', plain: 'Voltar para o aplicativo' },
    again: 'Tentar de novo',
    close: 'Você já pode fechar esta página.',
  },
  wait: {
    title: 'Termine na outra aba',
    text: 'Entre em {name} na aba que acabou de abrir. Esta página continua sozinha assim que você terminar.',
    look: 'Verificar agora',
  },
}
export default pt
