import type { InvitationPurpose, Language } from '@clientele/domain';
import type { OwnHistoryType, ReceiptType } from '@clientele/services';
import { type Content, type Html, html } from './html.ts';
import { day } from './invitations.ts';

/** What a page of the customer's own says on top, after something was done or refused. */
export const ownNotices = [
  'signInFailed',
  'tooMany',
  'linkOver',
  'linkOnly',
  'partnerUser',
  'signedOut',
  'takenAway',
  'agreed',
  'changed',
  'notFound',
] as const;
export type OwnNotice = (typeof ownNotices)[number];
/** Notices that something went wrong. */
export const badNotices: readonly OwnNotice[] = ['signInFailed', 'tooMany', 'linkOver', 'partnerUser', 'notFound'];

/** Everything that the customer's own pages say, beside what they share with the page of an invitation. */
interface Words {
  ownPage: string;
  notices: Record<OwnNotice, string>;
  toPortal: string;

  signIn: {
    title: string;
    lead: string;
    byLink: string;
    byLinkText: string;
    sendLink: string;
    emailHint: string;
    byPassword: string;
    nameHint: string;
    lost: string;
    sentTitle: string;
    sent: (minutes: number) => Html[];
    again: string;
    linkTitle: string;
    linkLead: (until: Content) => Html;
    linkGo: (name: Content) => Html;
    linkNote: string;
    newPassword: string;
    newPasswordHint: string;
  };

  signedInAs: (name: Content) => Html;
  signOut: string;
  title: string;
  lead: string;
  none: string;
  noneText: string;
  of: (company: Content) => Html;
  former: string;
  details: string;
  back: string;

  may: (partner: Content) => Html;
  mayAdminister: string;
  mayNot: (partner: Content) => Html;
  mayNothing: (partner: Content) => Html;
  administers: string;
  administersNot: string;
  manages: string;
  ended: string;
  ending: (partner: Content) => Html;
  facts: Record<
    | 'company'
    | 'since'
    | 'till'
    | 'ended'
    | 'delegatedAdmin'
    | 'adminSince'
    | 'adminTill'
    | 'agreement'
    | 'support'
    | 'webSite'
    | 'location',
    string
  >;
  untilTakenAway: string;
  untilEnded: string;
  granted: string;
  notGranted: string;
  accepted: (at: Content) => Html;
  attested: (at: Content) => Html;
  notAccepted: string;

  takeAway: string;
  takeAwayTitle: (partner: Content) => Html;
  takeAwayLead: (partner: Content, company: Content) => Html;
  takeAwayWill: (partner: Content) => Html[];
  takeAwayStays: string;
  takeAwayStaysList: (partner: Content) => Html[];
  takeAwayButton: (partner: Content) => Html;
  keep: string;
  nothingToTakeAway: (partner: Content) => Html;
  onlyAdmin: (company: Content) => Html;

  agreementMissing: (company: Content) => Html;
  agreementMissingWith: (company: Content, partners: Content) => Html;
  certificate: string;
  agreementOpen: string;
  agreementTitle: (company: Content) => Html;
  agreementLead: (company: Content) => Html;
  agreementButton: string;
  agreementDone: (company: Content) => Html;
  agreementOver: (partner: Content) => Html;

  history: string;
  historyEmpty: string;
  happened: Record<OwnHistoryType, (partner: Content, by: Content, data: Record<string, unknown>) => Html>;
  you: string;
  receiptOf: string;

  receipt: string;
  receiptTitle: Record<ReceiptType, (partner: Content, company: Content, purpose: InvitationPurpose | undefined) => Html>;
  receiptFacts: Record<
    | 'partner'
    | 'company'
    | 'domain'
    | 'what'
    | 'delegatedAdmin'
    | 'at'
    | 'by'
    | 'attestedBy'
    | 'attestedOn'
    | 'because'
    | 'matchCode'
    | 'number'
    | 'checkCode'
    | 'version',
    string
  >;
  receiptWhat: Record<ReceiptType, string>;
  receiptWhatAdmin: string;
  because: Record<string, string>;
  agreementText: string;
  print: string;
  download: string;
  checkHint: string;
  check: {
    title: string;
    lead: string;
    button: string;
    good: string;
    goodText: string;
    bad: string;
    badText: string;
  };
}

const adminOf = (data: Record<string, unknown>) => data.delegatedAdmin === true;
/** Till when delegated admin was granted, if it has an end. */
const dayOf = (language: Language, data: Record<string, unknown>): Content =>
  typeof data.until === 'string' && day(language, new Date(data.until));
/** What a request that was accepted asked for. */
const askedOnlyAdmin = (data: Record<string, unknown>) => data.purpose === 'delegated-admin';

export const ownWords: Readonly<Record<Language, Words>> = {
  en: {
    ownPage: 'Your own page',
    notices: {
      signInFailed: 'Sign-in name or password is not right. Please try again, or have a link sent.',
      tooMany: 'That was tried too often. Wait a quarter of an hour, then try again.',
      linkOver: 'This link no longer works. A link can be used once, within 15 minutes; have a new one sent.',
      linkOnly: 'Please sign in first; then you see the page that you wanted.',
      partnerUser: 'This sign-in belongs to a partner. This page is for customers; partners sign in to the portal.',
      signedOut: 'You are signed out.',
      takenAway: 'Delegated admin has been taken away. The partner has been told.',
      agreed: 'The customer agreement has been accepted.',
      changed: 'Somebody was quicker: this page shows how things stand now.',
      notFound: 'What you looked for is not among your partners and receipts. These are yours.',
    },
    toPortal: 'Go to the portal for partners',

    signIn: {
      title: 'Sign in to your own page',
      lead: 'For customers: see which partners have access and what each may do, take delegated admin away, and find what was agreed.',
      byLink: 'With a link by mail',
      byLinkText: 'No password needed: we send a link to your mailbox.',
      sendLink: 'Send me a link',
      emailHint: 'Your mail address, or your sign-in name such as admin@contoso.example.',
      byPassword: 'With a password',
      nameHint: 'Your mail address, or your sign-in name.',
      lost: 'Lost the password, or never had one? Have a link sent.',
      sentTitle: 'Look into your mailbox',
      sent: (minutes) => [
        html`If somebody signs in here with what you typed, a mail with a link is on its way. It goes to the mailbox that we have on record.`,
        html`The link can be used once, within ${minutes} minutes. An older mail’s link works for its own 15 minutes, too.`,
        html`No mail? Look among unwanted mail; then ask again, or ask your partner which address was recorded for you.`,
      ],
      again: 'Ask again',
      linkTitle: 'Is this you?',
      linkLead: (until) => html`Nobody is signed in yet; only the button does that. The link works once, until ${until}.`,
      linkGo: (name) => html`Sign in as ${name}`,
      linkNote: 'You did not ask for this? Then close the page: nothing has happened.',
      newPassword: 'Choose a new password as well',
      newPasswordHint:
        'Optional, at least 10 characters. The older one, also a temporary one, is no longer good then, and whoever is signed in with it is signed out.',
    },

    signedInAs: (name) => html`Signed in as ${name}`,
    signOut: 'Sign out',
    title: 'Your partners',
    lead: 'Everybody who has access to your organisation through this portal, and what each may do. Partners do not see each other.',
    none: 'No partner has access',
    noneText: 'Nobody may act for your organisation here. When a partner asks, you get a mail, and decide.',
    of: (company) => html`Partners of ${company}`,
    former: 'Former partners',
    details: 'Details and history',
    back: 'All partners',

    may: (partner) => html`What ${partner} may do`,
    mayAdminister: 'Administer your organisation for you (delegated admin): users, licences, settings and support requests',
    mayNot: (partner) => html`What ${partner} may not do`,
    mayNothing: (partner) => html`${partner} has no access any more. What was agreed stays here for you to read.`,
    administers: 'May administer your organisation for you',
    administersNot: 'May not administer your organisation',
    manages: 'Manages what you buy through it',
    ended: 'Has no access any more',
    ending: (partner) => html`${partner} is ending the relationship.`,
    facts: {
      company: 'Your organisation',
      since: 'Partner since',
      till: 'Till',
      ended: 'Ended',
      delegatedAdmin: 'Delegated admin',
      adminSince: 'Administers since',
      adminTill: 'Administers till',
      agreement: 'Customer agreement',
      support: 'Support contact',
      webSite: 'Web site',
      location: 'Country or region',
    },
    untilTakenAway: 'No end: until you take it away',
    untilEnded: 'No end: until the relationship ends',
    granted: 'Granted',
    notGranted: 'Not granted',
    accepted: (at) => html`Accepted on ${at}`,
    attested: (at) => html`Accepted, as the partner stated on ${at}`,
    notAccepted: 'Not accepted yet',

    takeAway: 'Take delegated admin away',
    takeAwayTitle: (partner) => html`Take delegated admin away from ${partner}?`,
    takeAwayLead: (partner, company) => html`It holds at once. ${partner} is told that ${company} took it away.`,
    takeAwayWill: (partner) => [
      html`${partner} can no longer administer your users, licences and settings, nor open support requests for you`,
      html`What ${partner} looks after for you today, you do yourself from then on, or somebody else you choose`,
      html`${partner} gets it back only if you consent to a new request`,
    ],
    takeAwayStays: 'What stays',
    takeAwayStaysList: (partner) => [
      html`The relationship with ${partner}, and what you buy through it`,
      html`Your account, your users, your data, and your other partners`,
    ],
    takeAwayButton: (partner) => html`Take it away from ${partner}`,
    keep: 'Leave it as it is',
    nothingToTakeAway: (partner) => html`${partner} has no delegated admin, so there is nothing to take away.`,
    onlyAdmin: (company) => html`You can read this page. Only a global admin of ${company} can change something here.`,

    agreementMissing: (company) => html`${company} has not accepted the customer agreement yet. Until then nothing can be bought.`,
    agreementMissingWith: (company, partners) =>
      html`${company} has not accepted the customer agreement with ${partners} yet. Until then nothing can be bought there.`,
    certificate: 'Certificate of the end',
    agreementOpen: 'Read and accept',
    agreementTitle: (company) => html`The customer agreement of ${company}`,
    agreementLead: (company) =>
      html`${company} accepts it once, for all partners that it works with. Accepting buys nothing, and gives nobody further rights.`,
    agreementButton: 'Accept the agreement',
    agreementDone: (company) => html`${company} has accepted the customer agreement. There is nothing left to do.`,
    agreementOver: (partner) => html`The relationship with ${partner} has ended, so there is nothing to accept here.`,

    history: 'History and receipts',
    historyEmpty: 'Nothing has been recorded yet.',
    happened: {
      'invitation.accepted': (partner, by, data) =>
        askedOnlyAdmin(data)
          ? html`${by} agreed to delegated admin of ${partner}`
          : adminOf(data)
            ? html`${by} accepted ${partner} as reseller, with delegated admin`
            : html`${by} accepted ${partner} as reseller, without delegated admin`,
      'invitation.declined': (partner, by) => html`${by} declined a request of ${partner}`,
      'relationship.established': (partner, _by, data) =>
        adminOf(data) ? html`${partner} became your reseller, with delegated admin` : html`${partner} became your reseller`,
      'relationship.reinstated': (partner) => html`${partner} became your reseller again`,
      'relationship.ended': (partner) => html`The relationship with ${partner} ended`,
      'delegated_admin.granted': (partner, _by, data) =>
        html`${partner} got delegated admin${dayOf('en', data) && html`, till ${dayOf('en', data)}`}`,
      'delegated_admin.extended': (partner, _by, data) =>
        html`Delegated admin of ${partner} was extended${dayOf('en', data) && html`, till ${dayOf('en', data)}`}`,
      'delegated_admin.taken_away': (partner, by, data) =>
        data.because === 'customer'
          ? html`${by} took delegated admin away from ${partner}`
          : data.because === 'expired'
            ? html`Delegated admin of ${partner} ran out`
            : html`Delegated admin of ${partner} ended with the relationship`,
      'agreement.accepted': (_partner, by) => html`${by} accepted the customer agreement`,
      'agreement.attested': (partner) => html`${partner} stated that you accepted the customer agreement`,
    },
    you: 'Your organisation',
    receiptOf: 'Receipt',

    receipt: 'Receipt',
    receiptTitle: {
      'invitation.accepted': (partner, company, purpose) =>
        purpose === 'delegated-admin'
          ? html`${company} agreed to delegated admin of ${partner}`
          : html`${company} accepted ${partner} as reseller`,
      'agreement.accepted': (_partner, company) => html`${company} accepted the customer agreement`,
      'agreement.attested': (partner, company) => html`${partner} stated that ${company} accepted the customer agreement`,
      'delegated_admin.taken_away': (partner, company) => html`Delegated admin of ${partner} for ${company} was taken away`,
      'relationship.ended': (partner, company) => html`The reseller relationship of ${partner} and ${company} ended`,
    },
    receiptFacts: {
      partner: 'Partner',
      company: 'Customer',
      domain: 'Primary domain',
      what: 'What',
      delegatedAdmin: 'Delegated admin',
      at: 'When',
      by: 'By',
      attestedBy: 'Accepted by, as stated',
      attestedOn: 'Accepted on, as stated',
      because: 'Reason',
      matchCode: 'Match code',
      number: 'Receipt number',
      checkCode: 'Check code',
      version: 'Wording',
    },
    receiptWhat: {
      'invitation.accepted': 'Reseller relationship',
      'agreement.accepted': 'Customer agreement, accepted',
      'agreement.attested': 'Customer agreement, accepted as stated by the partner',
      'delegated_admin.taken_away': 'Delegated admin taken away; the relationship stays',
      'relationship.ended': 'Reseller relationship ended; nothing new can be bought through the partner',
    },
    receiptWhatAdmin: 'Delegated admin, in a relationship that was there',
    because: {
      customer: 'Taken away by the customer',
      expired: 'Its time was over',
      relationship_ended: 'The relationship ended',
    },
    agreementText: 'The agreement as it was accepted',
    print: 'To keep it on paper or as a PDF, print this page.',
    download: 'Download',
    checkHint: 'Anybody who holds this receipt can check number and code at',
    check: {
      title: 'Check a receipt',
      lead: 'Type what stands on the receipt. If both belong together, you see here what was recorded: compare it.',
      button: 'Check',
      good: 'This receipt is one of ours',
      goodText: 'This is what was recorded. If your paper says something else, the paper was changed.',
      bad: 'There is no receipt with this number and code',
      badText: 'Compare each sign. If they are typed right, the receipt is not one of ours.',
    },
  },
  ja: {
    ownPage: 'お客様ページ',
    notices: {
      signInFailed: 'サインイン名またはパスワードが正しくありません。もう一度入力するか、リンクの送信をご利用ください。',
      tooMany: '試行回数が多すぎます。15 分ほど待ってから、もう一度お試しください。',
      linkOver: 'このリンクは使えなくなりました。リンクは 15 分以内に一度だけ使えます。新しいリンクを送信してください。',
      linkOnly: 'サインインすると、ご希望のページが表示されます。',
      partnerUser:
        'このサインイン情報はパートナーのものです。このページはお客様専用です。パートナーの方はポータルにサインインしてください。',
      signedOut: 'サインアウトしました。',
      takenAway: '代理管理権限を取り消しました。パートナーに通知済みです。',
      agreed: '顧客契約を承諾しました。',
      changed: '操作と同時に状況が変わりました。現在の状況を表示しています。',
      notFound: 'お探しのものは、お客様のパートナーや控えの中にありません。お客様のパートナーは次のとおりです。',
    },
    toPortal: 'パートナー用ポータルを開く',

    signIn: {
      title: 'お客様ページにサインイン',
      lead: 'お客様専用のページです。どのパートナーがアクセス権を持ち、何ができるかを確認し、代理管理権限を取り消し、合意した内容を参照できます。',
      byLink: 'メールのリンクでサインイン',
      byLinkText: 'パスワードは不要です。メールアドレスにリンクをお送りします。',
      sendLink: 'リンクを送信する',
      emailHint: 'メールアドレス、または admin@contoso.example のようなサインイン名。',
      byPassword: 'パスワードでサインイン',
      nameHint: 'メールアドレスまたはサインイン名。',
      lost: 'パスワードを忘れた場合や、お持ちでない場合は、リンクの送信をご利用ください。',
      sentTitle: 'メールをご確認ください',
      sent: (minutes) => [
        html`入力された内容でサインインされる方が登録されている場合、登録済みのメールアドレスにリンクをお送りします。`,
        html`リンクは ${minutes} 分以内に一度だけ使えます。以前のメールのリンクも、それぞれ 15 分間有効です。`,
        html`メールが届かない場合は、迷惑メールをご確認のうえ、もう一度送信するか、登録されているメールアドレスを担当パートナーにお問い合わせください。`,
      ],
      again: 'もう一度送信する',
      linkTitle: 'ご本人の確認',
      linkLead: (until) => html`まだサインインしていません。ボタンを押すとサインインします。このリンクは${until}まで、一度だけ使えます。`,
      linkGo: (name) => html`${name} としてサインイン`,
      linkNote: 'お心当たりがない場合は、このページを閉じてください。何も行われていません。',
      newPassword: '新しいパスワードも設定する',
      newPasswordHint:
        '任意、10 文字以上。設定すると、一時パスワードを含む以前のパスワードは使えなくなり、それでサインインしている方はサインアウトされます。',
    },

    signedInAs: (name) => html`${name} としてサインイン中`,
    signOut: 'サインアウト',
    title: 'パートナー',
    lead: 'このポータルを通じて貴社へのアクセス権を持つすべてのパートナーと、それぞれができることを表示しています。パートナーが互いの情報を見ることはありません。',
    none: 'アクセス権を持つパートナーはありません',
    noneText:
      '貴社に代わって操作できるパートナーはありません。パートナーから依頼があると、メールでお知らせします。承諾するかどうかはお客様が決められます。',
    of: (company) => html`${company} 様のパートナー`,
    former: '以前のパートナー',
    details: '詳細と履歴',
    back: 'すべてのパートナー',

    may: (partner) => html`${partner} ができること`,
    mayAdminister: 'お客様に代わって組織を管理する(代理管理権限): ユーザー、ライセンス、設定、サポートへの問い合わせ',
    mayNot: (partner) => html`${partner} にできないこと`,
    mayNothing: (partner) => html`${partner} にアクセス権はありません。合意した内容は、引き続きここで参照できます。`,
    administers: '貴社に代わって組織を管理できます',
    administersNot: '貴社の組織を管理することはできません',
    manages: 'このパートナーを通じたご購入を管理します',
    ended: 'アクセス権はありません',
    ending: (partner) => html`${partner} が関係の終了手続きを進めています。`,
    facts: {
      company: 'お客様の組織',
      since: '関係の開始',
      till: '期限',
      ended: '終了',
      delegatedAdmin: '代理管理権限',
      adminSince: '代理管理の開始',
      adminTill: '代理管理の期限',
      agreement: '顧客契約',
      support: 'サポート連絡先',
      webSite: 'Web サイト',
      location: '国または地域',
    },
    untilTakenAway: '期限なし(取り消すまで有効)',
    untilEnded: '期限なし(関係が終了するまで)',
    granted: '付与',
    notGranted: '付与していません',
    accepted: (at) => html`${at}に承諾`,
    attested: (at) => html`承諾済み(パートナーが${at}に申告)`,
    notAccepted: '未承諾',

    takeAway: '代理管理権限を取り消す',
    takeAwayTitle: (partner) => html`${partner} の代理管理権限を取り消しますか`,
    takeAwayLead: (partner, company) => html`取り消しはすぐに有効になります。${company} 様が取り消したことは ${partner} に通知されます。`,
    takeAwayWill: (partner) => [
      html`${partner} は、ユーザー、ライセンス、設定の管理や、サポートへの問い合わせを代行できなくなります`,
      html`現在 ${partner} に任せている管理は、以後、貴社または貴社が選んだ方が行うことになります`,
      html`この権限が ${partner} に戻るのは、新しい依頼に改めて同意された場合だけです`,
    ],
    takeAwayStays: '変わらないもの',
    takeAwayStaysList: (partner) => [
      html`${partner} とのリセラー関係と、それを通じたご購入`,
      html`貴社のアカウント、ユーザー、データ、ほかのパートナーとの関係`,
    ],
    takeAwayButton: (partner) => html`${partner} の権限を取り消す`,
    keep: 'そのままにする',
    nothingToTakeAway: (partner) => html`${partner} に代理管理権限はないため、取り消すものはありません。`,
    onlyAdmin: (company) => html`このページは閲覧のみ可能です。変更できるのは ${company} のグローバル管理者だけです。`,

    agreementMissing: (company) => html`${company} 様は顧客契約をまだ承諾されていません。承諾されるまで、ご購入いただけません。`,
    agreementMissingWith: (company, partners) =>
      html`${company} 様は、${partners} との顧客契約をまだ承諾されていません。承諾されるまで、このパートナーを通じたご購入はできません。`,
    certificate: '終了証明書',
    agreementOpen: '内容を読んで承諾する',
    agreementTitle: (company) => html`${company} 様の顧客契約`,
    agreementLead: (company) =>
      html`${company} 様が一度承諾されると、お取引のあるすべてのパートナーについて有効です。承諾しても購入にはならず、誰の権限も増えません。`,
    agreementButton: '契約を承諾する',
    agreementDone: (company) => html`${company} 様は顧客契約を承諾されています。ほかに必要な手続きはありません。`,
    agreementOver: (partner) => html`${partner} との関係が終了しているため、ここで承諾していただくものはありません。`,

    history: '履歴と控え',
    historyEmpty: '記録はまだありません。',
    happened: {
      'invitation.accepted': (partner, by, data) =>
        askedOnlyAdmin(data)
          ? html`${by} が ${partner} の代理管理権限に同意`
          : adminOf(data)
            ? html`${by} が ${partner} をリセラーとして承諾(代理管理権限あり)`
            : html`${by} が ${partner} をリセラーとして承諾(代理管理権限なし)`,
      'invitation.declined': (partner, by) => html`${by} が ${partner} の依頼を辞退`,
      'relationship.established': (partner, _by, data) =>
        adminOf(data) ? html`${partner} が貴社のリセラーになりました(代理管理権限あり)` : html`${partner} が貴社のリセラーになりました`,
      'relationship.reinstated': (partner) => html`${partner} が再び貴社のリセラーになりました`,
      'relationship.ended': (partner) => html`${partner} との関係が終了`,
      'delegated_admin.granted': (partner, _by, data) =>
        html`${partner} に代理管理権限を付与${dayOf('ja', data) && html`(期限: ${dayOf('ja', data)})`}`,
      'delegated_admin.extended': (partner, _by, data) =>
        html`${partner} の代理管理権限を延長${dayOf('ja', data) && html`(期限: ${dayOf('ja', data)})`}`,
      'delegated_admin.taken_away': (partner, by, data) =>
        data.because === 'customer'
          ? html`${by} が ${partner} の代理管理権限を取り消し`
          : data.because === 'expired'
            ? html`${partner} の代理管理権限の期限切れ`
            : html`関係の終了により ${partner} の代理管理権限が終了`,
      'agreement.accepted': (_partner, by) => html`${by} が顧客契約を承諾`,
      'agreement.attested': (partner) => html`貴社が顧客契約を承諾したことを ${partner} が申告`,
    },
    you: '貴社',
    receiptOf: '控え',

    receipt: '控え',
    receiptTitle: {
      'invitation.accepted': (partner, company, purpose) =>
        purpose === 'delegated-admin'
          ? html`${company} 様は ${partner} の代理管理権限に同意されました`
          : html`${company} 様は ${partner} をリセラーとして承諾されました`,
      'agreement.accepted': (_partner, company) => html`${company} 様は顧客契約を承諾されました`,
      'agreement.attested': (partner, company) => html`${partner} は、${company} 様が顧客契約を承諾されたと申告しました`,
      'delegated_admin.taken_away': (partner, company) => html`${company} 様に対する ${partner} の代理管理権限は取り消されました`,
      'relationship.ended': (partner, company) => html`${partner} と ${company} 様のリセラー関係は終了しました`,
    },
    receiptFacts: {
      partner: 'パートナー',
      company: 'お客様',
      domain: 'プライマリドメイン',
      what: '内容',
      delegatedAdmin: '代理管理権限',
      at: '日時',
      by: '行った方',
      attestedBy: '承諾した方(申告による)',
      attestedOn: '承諾日(申告による)',
      because: '理由',
      matchCode: '照合コード',
      number: '控えの番号',
      checkCode: '確認コード',
      version: '契約の版',
    },
    receiptWhat: {
      'invitation.accepted': 'リセラー関係',
      'agreement.accepted': '顧客契約の承諾',
      'agreement.attested': '顧客契約の承諾(パートナーの申告による)',
      'delegated_admin.taken_away': '代理管理権限の取り消し(リセラー関係は継続)',
      'relationship.ended': 'リセラー関係の終了(このパートナーを通じた新しいご購入はできません)',
    },
    receiptWhatAdmin: '代理管理権限(既存のリセラー関係において)',
    because: {
      customer: 'お客様による取り消し',
      expired: '期間の満了',
      relationship_ended: '関係の終了',
    },
    agreementText: '承諾された契約の内容',
    print: '紙または PDF で保存するには、このページを印刷してください。',
    download: 'ダウンロード',
    checkHint: 'この控えをお持ちの方は、番号と確認コードを次のページで確認できます:',
    check: {
      title: '控えの確認',
      lead: '控えに記載された番号と確認コードを入力してください。正しい組み合わせであれば、記録された内容が表示されます。',
      button: '確認する',
      good: 'この控えは正規のものです',
      goodText: '記録された内容は次のとおりです。お手元の控えと異なる場合、控えが書き換えられています。',
      bad: 'この番号と確認コードの控えはありません',
      badText: '一文字ずつお確かめください。入力が正しい場合、その控えは当ポータルのものではありません。',
    },
  },
};
