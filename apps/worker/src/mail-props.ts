import {
  choiceName,
  daysUntil,
  fillMessage,
  fillSubject,
  formatAmount,
  type InvitationPurpose,
  isUrgentLead,
  type Language,
  leadPersonName,
  type MailKind,
  productNameIn,
  productOf,
  purchaseProductOf,
  regionOf,
  type Scope,
} from '@clientele/domain';
import { adminReminderText, formatMoment, type MailProps, partnershipReminderText, standardText } from '@clientele/mail';
import { type ClaimedMail, enquiryDays, type Links, otherPartnersPath } from '@clientele/services';

/** What every mail is made with: the links of its cloud, and the moment by the database's clock. */
interface MailBase {
  links: Links;
  publicUrl: string;
  now: Date;
}

type PropsOf = { [Kind in MailKind]: (mail: ClaimedMail, base: MailBase) => MailProps[Kind] };

const missing = (what: string) => new Error(`the ${what} that this mail speaks of is gone`);
const invitationOf = ({ invitation }: ClaimedMail) => {
  if (!invitation) throw missing('invitation');
  return invitation;
};
const leadOf = ({ lead }: ClaimedMail) => {
  if (!lead) throw missing('lead');
  return lead;
};
/** What is needed, by name. */
const needsOf = ({ products, services }: { products: string[]; services: string[] }, language: Language) => [
  ...products.map((id) => choiceName('products', id, language)),
  ...services.map((id) => choiceName('services', id, language)),
];
const partnershipOf = ({ partnership }: ClaimedMail) => {
  if (!partnership) throw missing('partnership');
  return partnership;
};
const customerOf = ({ customer }: ClaimedMail) => {
  if (!customer) throw missing('customer');
  return customer;
};
/** What a mail says of an end that is done. */
const endOf = ({ delivery }: ClaimedMail, links: Links) => {
  const { endedAt, endMode, certificateId } = delivery.facts;
  return {
    endedAt: formatMoment(new Date(endedAt ?? delivery.queuedAt), delivery.language),
    mode: endMode ?? ('now' as const),
    ...(certificateId ? { certificateLink: links.certificate.linkOf(certificateId) } : {}),
  };
};

/** What both mails that ask a customer are made of. */
const invitationProps = (mail: ClaimedMail, links: Links) => {
  const invitation = invitationOf(mail);
  return {
    partnerName: mail.partner.name,
    partnerContact: mail.author,
    ...(invitation.recipientName ? { recipientName: invitation.recipientName } : {}),
    companyName: invitation.companyName,
    ...(invitation.subject ? { subject: invitation.subject } : {}),
    message: invitation.message,
    link: links.linkOf(invitation),
    delegatedAdmin: invitation.delegatedAdmin,
    delegatedAdminDays: invitation.delegatedAdminDays,
    heldUntil: mail.customer?.delegatedAdmin ? mail.customer.delegatedAdminUntil : null,
    purpose: invitation.purpose,
    expiresAt: invitation.expiresAt,
    matchCode: links.matchCodeOf(invitation.id),
    handedOver: mail.handOver !== undefined,
    // Its partnership may be over by the time the mail goes out: then it is not named.
    ...(mail.provider && !mail.provider.isOff
      ? {
          providerName: mail.provider.name,
          providerDelegatedAdmin: invitation.providerDelegatedAdmin,
          providerDelegatedAdminDays: invitation.providerDelegatedAdminDays,
        }
      : {}),
    unsubscribeLink: links.unsubscribe.linkOf(mail.delivery.id),
  };
};

/** What a consent to delegated admin has come to. */
const grantOf = ({ customer, delivery }: ClaimedMail, invitation: { purpose: InvitationPurpose; delegatedAdmin: boolean }) => ({
  isAdminOnly: invitation.purpose === 'delegated-admin',
  ...(invitation.delegatedAdmin && customer?.delegatedAdmin && customer.delegatedAdminUntil
    ? { delegatedAdminUntil: formatMoment(customer.delegatedAdminUntil, delivery.language) }
    : {}),
});
/** What both mails about a request to a provider say of it. */
function ofProviderRequest({ partner, providerRequest: request }: ClaimedMail, publicUrl: string) {
  if (!request) throw missing('request to the provider');
  const { kind: asked, details, productId } = request;
  return {
    request,
    partnerName: partner.name,
    otherPartner: request.otherName,
    companyName: request.companyName,
    asked,
    ...(productId ? { product: productOf(productId)?.name ?? productId } : {}),
    ...('quantity' in details ? { quantity: details.quantity } : {}),
    link: `${publicUrl}/provider-requests/${request.id}`,
  };
}

/** The provider's half of an answer for both. */
const providerGrantOf = (
  { provider, delivery }: ClaimedMail,
  { providerDelegatedAdmin, providerDelegatedAdminDays, answeredAt }: NonNullable<ClaimedMail['invitation']>,
) => ({
  providerName: provider?.name ?? '',
  providerDelegatedAdminUntil:
    providerDelegatedAdmin && providerDelegatedAdminDays
      ? formatMoment(new Date((answeredAt ?? delivery.queuedAt).getTime() + providerDelegatedAdminDays * 86_400_000), delivery.language)
      : null,
});
const takenAwayAt = ({ delivery }: ClaimedMail) => formatMoment(new Date(delivery.facts.endedAt ?? delivery.queuedAt), delivery.language);
const becauseOf = ({ delivery }: ClaimedMail) => (delivery.facts.because === 'customer' ? 'customer' : 'expired');

/** What each mail's template needs, from the rows as they are when it is sent. */
const props: PropsOf = {
  invitation: (mail, { links }) => invitationProps(mail, links),
  invitation_reminder: (mail, { links }) => {
    const { subject: _first, recipientName, ...rest } = invitationProps(mail, links);
    const { language } = mail.delivery;
    const names = { partner: mail.partner.name, company: rest.companyName, recipient: recipientName };
    const named = { ...rest, ...(recipientName ? { recipientName } : {}) };
    if (rest.purpose === 'delegated-admin')
      return { ...named, message: fillMessage(adminReminderText(language, rest.heldUntil !== null), names, language) };
    if (rest.purpose === 'partnership') return { ...named, message: fillMessage(partnershipReminderText(language), names, language) };
    const text = mail.template ?? standardText('invitation_reminder', language);
    return {
      ...named,
      // The standard subject is the mail's own, which also knows a request to reinstate.
      ...(mail.template ? { subject: fillSubject(text.subject, names, language) } : {}),
      message: fillMessage(text.message, names, language),
    };
  },
  welcome: (mail, { publicUrl }) => {
    const customer = customerOf(mail);
    return {
      partnerName: mail.partner.name,
      partnerContact: mail.author,
      companyName: customer.companyName,
      recipientName: `${customer.contact.firstName} ${customer.contact.lastName}`,
      signInName: `admin@${customer.domain}`,
      signInUrl: `${publicUrl}/my/sign-in?language=${mail.delivery.language}`,
      agreementAccepted: customer.agreementAcceptedAt !== null,
    };
  },
  invitation_accepted_customer: (mail, { publicUrl }) => {
    const invitation = invitationOf(mail);
    return {
      partnerName: mail.partner.name,
      partnerContact: mail.author,
      companyName: mail.customer?.companyName ?? invitation.companyName,
      delegatedAdmin: invitation.delegatedAdmin,
      ...grantOf(mail, invitation),
      acceptedAt: formatMoment(invitation.answeredAt ?? mail.delivery.queuedAt, mail.delivery.language),
      ...(mail.provider && invitation.providerAnswer && invitation.providerAnswer !== 'off' ? providerGrantOf(mail, invitation) : {}),
      ...(mail.customer ? { link: `${publicUrl}/my/partners/${mail.customer.id}` } : {}),
    };
  },
  invitation_answered_partner: (mail, { publicUrl }) => {
    const invitation = invitationOf(mail);
    const { accepted = false, reason } = mail.delivery.facts;
    return {
      partnerName: mail.partner.name,
      companyName: mail.customer?.companyName ?? invitation.companyName,
      ...(invitation.recipientName ? { recipientName: invitation.recipientName } : {}),
      accepted,
      ...grantOf(mail, invitation),
      ...(reason ? { reason } : {}),
      link:
        accepted && invitation.customerId ? `${publicUrl}/customers/${invitation.customerId}` : `${publicUrl}/invitations/${invitation.id}`,
    };
  },
  relationship_ended_customer: (mail, { links }) => ({
    partnerName: mail.partner.name,
    partnerContact: mail.author,
    companyName: customerOf(mail).companyName,
    ...endOf(mail, links),
  }),
  relationship_ended_partner: (mail, { links, publicUrl }) => {
    const customer = customerOf(mail);
    return {
      partnerName: mail.partner.name,
      companyName: customer.companyName,
      domain: customer.domain,
      ...endOf(mail, links),
      link: `${publicUrl}/customers/${customer.id}`,
    };
  },
  test_mail: (mail, { publicUrl }) => ({
    partnerName: mail.partner.name,
    recipientName: mail.author.name,
    askedAt: formatMoment(mail.delivery.queuedAt, mail.delivery.language),
    link: `${publicUrl}/settings/sending-mail`,
  }),
  end_approval_partner: (mail, { publicUrl }) => {
    const { delivery, end } = mail;
    if (!end) throw missing('request to end');
    return {
      partnerName: mail.partner.name,
      requestedBy: mail.author.name,
      companyName: mail.customer?.companyName ?? '',
      customers: end.customers,
      mode: end.mode,
      ...(end.at ? { at: formatMoment(end.at, delivery.language) } : {}),
      link: mail.customer
        ? `${publicUrl}/customers/${mail.customer.id}?tab=relationship`
        : `${publicUrl}/operations/${delivery.facts.operationId}`,
    };
  },
  end_news_partner: (mail, { publicUrl }) => {
    const { delivery, end } = mail;
    const { news = 'failed', counts } = delivery.facts;
    const partnerName = mail.partner.name;
    if (news === 'bulk')
      return {
        news,
        partnerName,
        ...(counts ?? { ended: 0, waiting: 0, failed: 0 }),
        link: `${publicUrl}/operations/${delivery.facts.operationId}`,
      };
    const customer = customerOf(mail);
    const base = { partnerName, companyName: customer.companyName, link: `${publicUrl}/customers/${customer.id}?tab=relationship` };
    if (news === 'held-up')
      return { ...base, news, at: formatMoment(end?.at ?? delivery.queuedAt, delivery.language), blockers: end?.blockers ?? 0 };
    if (news === 'stopped') return { ...base, news, requestedBy: mail.author.name };
    if (news === 'refused') return { ...base, news, decidedBy: end?.decidedBy ?? '', reason: end?.reason ?? '' };
    return { ...base, news };
  },
  provider_request: (mail, { publicUrl }) => {
    const { request, ...base } = ofProviderRequest(mail, publicUrl);
    const words = 'reason' in request.details ? request.details.reason : 'note' in request.details ? request.details.note : null;
    return { ...base, requestedBy: request.requestedByName, ...(words ? { words } : {}) };
  },
  provider_request_answered: (mail, { publicUrl }) => {
    const { request, ...base } = ofProviderRequest(mail, publicUrl);
    return {
      ...base,
      confirmed: request.state === 'confirmed',
      decidedBy: request.decidedByName ?? '',
      ...(request.reason ? { words: request.reason } : {}),
    };
  },
  agreement_request: (mail, { links }) => {
    const request = mail.agreementRequest;
    if (!request) throw missing('agreement request');
    return {
      partnerName: mail.partner.name,
      partnerContact: mail.author,
      companyName: customerOf(mail).companyName,
      recipientName: request.recipientName,
      link: links.agreement.linkOf(request.id),
      expiresAt: formatMoment(request.expiresAt, mail.delivery.language),
    };
  },
  partner_user_invited: (mail, { links }) => {
    const { partner, author, delivery, partnerUserInvitation: invitation } = mail;
    if (!invitation) throw missing('invitation');
    return {
      partnerName: partner.name,
      partnerContact: author,
      recipientName: invitation.name,
      invitedBy: author.name,
      roles: invitation.roles,
      signIn: invitation.email,
      link: links.partnerUser.linkOf(invitation.id),
      expiresAt: formatMoment(invitation.expiresAt, delivery.language),
    };
  },
  partner_user_password: ({ partner, author, delivery, passwordLink: link }, { links }) => {
    if (!link) throw missing('link');
    return {
      partnerName: partner.name,
      partnerContact: author,
      recipientName: link.name,
      sentBy: link.sentBy ? author.name : null,
      link: links.password.linkOf(link.id),
      expiresAt: formatMoment(link.expiresAt, delivery.language),
    };
  },
  partnership_accepted_reseller: (mail, { publicUrl }) => {
    const partnership = partnershipOf(mail);
    return {
      partnerName: mail.partner.name,
      companyName: partnership.name,
      acceptedAt: formatMoment(partnership.since ?? mail.delivery.queuedAt, mail.delivery.language),
      link: `${publicUrl}/partnerships/${partnership.id}`,
    };
  },
  partnership_answered_provider: (mail, { publicUrl }) => {
    const partnership = partnershipOf(mail);
    const { accepted = false, reason } = mail.delivery.facts;
    return {
      partnerName: mail.partner.name,
      companyName: partnership.name,
      accepted,
      ...(reason ? { reason } : {}),
      link: `${publicUrl}/partnerships/${partnership.id}`,
    };
  },
  partnership_removed: (mail, { publicUrl }) => {
    const partnership = partnershipOf(mail);
    const by = partnership.removedByPartner === mail.partner.id ? 'own' : 'other';
    return {
      partnerName: mail.partner.name,
      companyName: partnership.name,
      was: partnership.providerId === mail.partner.id ? 'reseller' : 'provider',
      by,
      decidedBy: by === 'own' ? partnership.removedByName : '',
      removedAt: formatMoment(partnership.removedAt ?? mail.delivery.queuedAt, mail.delivery.language),
      link: `${publicUrl}/partnerships/${partnership.id}`,
    };
  },
  hand_over_requested_partner: (mail, { publicUrl }) => {
    const invitation = invitationOf(mail);
    if (!mail.handOver) throw missing('hand-over');
    const { name, email, note } = mail.handOver;
    return {
      partnerName: mail.partner.name,
      companyName: mail.customer?.companyName ?? invitation.companyName,
      recipientName: invitation.recipientName ?? invitation.email,
      adminName: name,
      adminEmail: email,
      ...(note ? { note } : {}),
      link: `${publicUrl}/invitations/${invitation.id}`,
    };
  },
  lead_received_partner: (mail, { publicUrl }) => {
    const lead = leadOf(mail);
    return {
      partnerName: mail.partner.name,
      companyName: lead.companyName,
      recipientName: leadPersonName(lead),
      email: lead.email,
      ...(lead.phone ? { phone: lead.phone } : {}),
      needs: needsOf(lead, mail.delivery.language),
      message: lead.message,
      urgent: lead.urgentUntil !== null,
      expiresAt: formatMoment(lead.expiresAt, mail.delivery.language),
      link: `${publicUrl}/leads/${lead.id}`,
    };
  },
  leads_expiring_partner: (mail, { publicUrl, now }) => {
    const open = mail.leads.filter(({ state, expiresAt }) => state === 'received' && expiresAt > now);
    const others = Math.max(0, (mail.delivery.facts.count ?? 0) - mail.leads.length);
    const [only] = open;
    return {
      partnerName: mail.partner.name,
      leads: open.map((lead) => ({ companyName: lead.companyName, expiresAt: lead.expiresAt, urgent: isUrgentLead(lead, now) })),
      count: open.length + others,
      link:
        only && open.length + others === 1
          ? `${publicUrl}/leads/${only.id}`
          : `${publicUrl}/leads?state=received&view=list&sort=received&order=asc`,
    };
  },
  enquiry_confirm_customer: (mail, { links }) => ({
    partnerName: mail.partner.name,
    link: `${links.enquiry.linkOf(mail.delivery.facts.leadId ?? '')}?language=${mail.delivery.language}`,
    days: enquiryDays,
    unsubscribeLink: links.unsubscribe.linkOf(mail.delivery.id),
  }),
  enquiry_received_customer: (mail, { links }) => {
    const lead = leadOf(mail);
    return {
      partnerName: mail.partner.name,
      companyName: lead.companyName,
      recipientName: leadPersonName(lead),
      needs: needsOf(lead, mail.delivery.language),
      message: lead.message,
      urgent: lead.urgentUntil !== null,
      expiresAt: formatMoment(lead.expiresAt, mail.delivery.language),
      link: links.enquiry.linkOf(lead.id),
    };
  },
  enquiry_answered_customer: (mail, { links, publicUrl }) => {
    const lead = leadOf(mail);
    const answer = mail.delivery.facts.leadAnswer ?? 'expired';
    return {
      partnerName: mail.partner.name,
      ...(answer === 'accepted' && mail.author.email ? { partnerContact: mail.author } : {}),
      recipientName: leadPersonName(lead),
      answer,
      ...(lead.reason ? { reason: lead.reason } : {}),
      link: answer === 'accepted' ? links.enquiry.linkOf(lead.id) : `${publicUrl}${otherPartnersPath(lead)}`,
    };
  },
  delegated_admin_digest: (mail, { publicUrl, now }) => {
    const ending = mail.customers.flatMap(({ until, delegatedAdmin, ...customer }) =>
      delegatedAdmin && until && until > now ? [{ ...customer, until, days: daysUntil(until, now) }] : [],
    );
    const others = (mail.delivery.facts.count ?? 0) - mail.customers.length;
    return {
      partnerName: mail.partner.name,
      customers: ending,
      count: ending.length + Math.max(0, others),
      link: `${publicUrl}/customers/expiries?ask=30`,
    };
  },
  delegated_admin_ended_partner: (mail, { publicUrl }) => {
    const count = mail.delivery.facts.count ?? mail.customers.length;
    return {
      partnerName: mail.partner.name,
      companyNames: mail.customers.map(({ companyName }) => companyName),
      count,
      because: becauseOf(mail),
      endedAt: takenAwayAt(mail),
      link:
        count === 1 && mail.delivery.customerId
          ? `${publicUrl}/customers/${mail.delivery.customerId}?tab=relationship`
          : `${publicUrl}/customers?delegatedAdmin=no`,
    };
  },
  order_partner: (mail, { publicUrl }) => {
    const news = mail.delivery.facts.orderNews;
    const { customerId, id } = mail.order ?? {};
    return {
      ...orderProps(mail),
      news: news === 'bought' || news === 'lapsed' || news === 'withdrawn' ? news : 'asked',
      link: `${publicUrl}/customers/${customerId}?tab=permissions&order=${id}`,
    };
  },
  order_customer: (mail, { publicUrl }) => {
    const { orderNews: news } = mail.delivery.facts;
    const { customerId, id, answer } = mail.order ?? {};
    return {
      ...orderProps(mail),
      news: news === undefined || news === 'withdrawn' ? 'asked' : news,
      partnerContact: mail.author,
      answer: answer ?? '',
      link: `${publicUrl}/my/partners/${customerId}/orders/${id}`,
    };
  },
  customer_permission_ended: (mail, { publicUrl }) => ({
    partnerName: mail.partner.name,
    companyName: customerOf(mail).companyName,
    endedAt: takenAwayAt(mail),
    link: `${publicUrl}/customers/${customerOf(mail).id}?tab=permissions`,
  }),
  delegated_admin_ended_customer: (mail) => ({
    partnerName: mail.partner.name,
    partnerContact: mail.author,
    companyName: customerOf(mail).companyName,
    because: becauseOf(mail),
    endedAt: takenAwayAt(mail),
  }),
};

/** An order, written out in the reader's language. */
function orderProps({ order, partner, delivery }: ClaimedMail) {
  if (!order) throw missing('order');
  const { language } = delivery;
  const region = regionOf(order.region);
  return {
    ...{
      partnerName: partner.name,
      companyName: order.companyName,
      kind: order.kind,
      orderedBy: order.orderedBy,
      quantity: order.quantity,
    },
    product: productName(order.productId, order.productName, language),
    region: region ? (language === 'ja' ? region.japaneseName : region.name) : order.region,
    scope: scopeText[language](order.scope, order.scopeName ?? ''),
    total: order.kind === 'cancel' ? '' : formatAmount(order.total, order.currency, language),
    before: order.of ? productName(order.of.productId, order.of.productName, language) : '',
    note: order.note ?? '',
    lapsesAt: order.lapsesAt && delivery.facts.orderNews === 'asked' ? formatMoment(order.lapsesAt, language) : '',
  };
}

const productName = (id: string, name: string, language: Language) => {
  const product = purchaseProductOf(id);
  return product ? productNameIn(product, language) : name;
};

const scopeText: Record<Language, (scope: Scope, name: string) => string> = {
  en: (scope, name) =>
    ({ shared: 'All subscriptions of the organisation', subscription: 'The Azure plan alone', 'resource-group': `Resource group ${name}` })[
      scope
    ],
  ja: (scope, name) =>
    ({ shared: '組織のすべてのサブスクリプション', subscription: 'この Azure プランのみ', 'resource-group': `リソース グループ ${name}` })[
      scope
    ],
};

export function propsOf(mail: ClaimedMail, base: MailBase): MailProps[MailKind] {
  return props[mail.delivery.kind](mail, base);
}
